/** Every value that a stream can hold, and what makes two of them the same to DynamoDB. */

import * as fc from 'fast-check';
import { normalizeDecimal } from '../../../src/filter/model';
import { RawItem, RawValue } from '../../../src/runtime/change/attribute-value';

/** Names that JavaScript's objects have members of, between ordinary ones. */
export const NAMES = ['a', 'b.c', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'toJSON', 'length', 'size', 'name', 'value', '$or', '0'] as const;

const digits = fc.tuple(fc.constantFrom('', '-'), fc.stringMatching(/^[1-9]\d{0,37}$/));

/** All of DynamoDB's range: up to 38 digits, magnitudes from 1E-130 to 9.99E+125, in any spelling. */
export const number: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('0', '-0', '1', '-1', '9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740992', '1000000000000000000', '1E+125', '-1E+125', '1E-130',
    '9.9999999999999999999999999999999999999E+125', '0.1', '0.10', '100.00', '1e2'),
  fc.integer().map(String),
  digits.map((parts) => parts.join('')),
  fc.tuple(digits, fc.integer({ min: -130, max: 125 })).map(([[sign, all], magnitude]) => `${sign}${all[0]}.${all.slice(1) || '0'}E${magnitude}`),
  digits.chain(([sign, all]) => fc.integer({ min: 0, max: all.length }).map((at) => `${sign}${all.slice(0, at) || '0'}.${all.slice(at) || '0'}`)),
);

export const numberSet: fc.Arbitrary<RawValue> = fc.uniqueArray(number, { minLength: 1, maxLength: 5, selector: normalizeDecimal })
  .map((NS) => ({ NS }));

const binary = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...NAMES));
const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...NAMES));

export function mapOf(entries: readonly (readonly [string, RawValue])[]): RawItem {
  return Object.fromEntries(entries);
}

const entriesOf = (value: fc.Arbitrary<RawValue>) => fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 6 }).map(mapOf);

export const value: fc.Arbitrary<RawValue> = fc.letrec<{ value: RawValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map((S) => ({ S })),
    number.map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    binary.map((B) => ({ B })),
    fc.uniqueArray(text, { minLength: 1, maxLength: 5 }).map((SS) => ({ SS })),
    numberSet,
    fc.uniqueArray(binary, { minLength: 1, maxLength: 5 }).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 5 }).map((L) => ({ L })),
    entriesOf(tie('value')).map((M) => ({ M })),
  ),
})).value;

export const item: fc.Arbitrary<RawItem> = entriesOf(value);

/** A value below as many lists and maps, in turn, as asked for. */
export function nested(inner: RawValue, levels: number): RawValue {
  let whole = inner;
  for (let level = 0; level < levels; level += 1) whole = level % 2 === 0 ? { L: [whole] } : { M: mapOf([[NAMES[level % NAMES.length], whole]]) };
  return whole;
}

/** The value with each number in one spelling: how DynamoDB prints it is not documented, and it keeps none but the value. */
export function canonical(raw: RawValue): unknown {
  if (raw.N !== undefined) return { N: normalizeDecimal(raw.N) };
  if (raw.NS !== undefined) return { NS: raw.NS.map(normalizeDecimal) };
  if (raw.L !== undefined) return { L: raw.L.map(canonical) };
  if (raw.M !== undefined) return { M: canonicalItem(raw.M) };
  return raw;
}

/** As pairs, so that no comparison can pass over a member called __proto__. */
export function canonicalItem(item_: RawItem): unknown {
  return Object.keys(item_).sort().map((key) => [key, canonical(Object.getOwnPropertyDescriptor(item_, key)!.value as RawValue)]);
}
