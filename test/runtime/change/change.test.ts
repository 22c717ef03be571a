import * as fc from 'fast-check';
import { sameValue } from '../../../src/filter/model';
import { Change, ExactNumber } from '../../../src/runtime';
import { RawItem, RawValue } from '../../../src/runtime/change/attribute-value';
import { readNumber, readValue } from '../../../src/runtime/change/read-value';
import { writeOf } from '../../../src/runtime/change/write-value';
import { Harness, record } from '../harness';

/** What the handler is given for a record. */
async function delivered(options: Parameters<typeof record>[1]): Promise<Change> {
  const changes: Change[] = [];
  const harness = new Harness({ handler: (change) => void changes.push(change) });
  expect(await harness.deliver([record('a', options)])).toEqual({ failures: [] });
  return changes[0];
}

/** Reads the value back into the form of the event, without the code under test. */
function written(value: unknown): RawValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (value instanceof ExactNumber) return { N: value.value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { L: value.map(written) };
  if (value instanceof Set) {
    const members = [...value].map(written);
    const type = Object.keys(members[0])[0] as 'S' | 'N' | 'B';
    return { [`${type}S`]: members.map((member) => member[type]) };
  }
  return { M: Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, written(member)])) };
}

const digits = fc.stringMatching(/^-?[1-9]\d{0,37}$/);
const rawValue: fc.Arbitrary<RawValue> = fc.letrec<{ value: RawValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'grapheme' }).map((S) => ({ S })),
    digits.map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    fc.uint8Array().map((bytes) => ({ B: Buffer.from(bytes).toString('base64') })),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((SS) => ({ SS })),
    fc.uniqueArray(digits, { minLength: 1 }).map((NS) => ({ NS })),
    fc.array(tie('value')).map((L) => ({ L })),
    fc.dictionary(fc.string(), tie('value')).map((M) => ({ M })),
  ),
})).value;

describe('Change', () => {
  test('loses nothing of any attribute value', () => {
    fc.assert(fc.property(rawValue, (value) => {
      expect(written(readValue(value))).toEqual(value);
    }), { numRuns: 500 });
  });

  test('all types reach the handler', async () => {
    const image: RawItem = {
      id: { S: 'a' },
      empty: { S: '' },
      none: { NULL: true },
      bytes: { B: 'AAEC/w==' },
      list: { L: [] },
      map: { M: {} },
      big: { N: '12345678901234567890123456789012345678' },
      small: { N: '0.1' },
      strings: { SS: ['x', 'y'] },
      numbers: { NS: ['1', '12345678901234567890'] },
      binaries: { BS: ['AA==', 'AQ=='] },
      nested: { M: { 'a.b': { L: [{ BOOL: false }, { M: {} }] } } },
    };
    const change = await delivered({ newImage: image });
    expect(change.newImage).toEqual({
      id: 'a',
      empty: '',
      none: null,
      bytes: Buffer.from([0, 1, 2, 255]),
      list: [],
      map: {},
      big: new ExactNumber('12345678901234567890123456789012345678'),
      small: 0.1,
      strings: new Set(['x', 'y']),
      numbers: new Set([1, new ExactNumber('12345678901234567890')]),
      binaries: new Set([Buffer.from([0]), Buffer.from([1])]),
      nested: { 'a.b': [false, {}] },
    });
  });

  test('an image of 400 KB arrives whole', async () => {
    const text = '€'.repeat(136_000);
    expect((await delivered({ newImage: { id: { S: 'a' }, text: { S: text } } })).newImage?.text).toBe(text);
  });

  test('an event name of tomorrow reaches the handler', async () => {
    expect((await delivered({ eventName: 'MERGE' })).eventName).toBe('MERGE');
  });

  test.each([
    ['an attribute that appears', undefined, { N: '1' }, true],
    ['one that disappears', { N: '1' }, undefined, true],
    ['another value', { S: 'a' }, { S: 'b' }, true],
    ['another type', { S: '1' }, { N: '1' }, true],
    ['the same number written otherwise', { N: '1e2' }, { N: '100.0' }, false],
    ['a set in another order', { SS: ['a', 'b'] }, { SS: ['b', 'a'] }, false],
    ['a list in another order', { L: [{ N: '1' }, { N: '2' }] }, { L: [{ N: '2' }, { N: '1' }] }, true],
    ['a map in another order', { M: { a: { N: '1' }, b: { NULL: true } } }, { M: { b: { NULL: true }, a: { N: '1.0' } } }, false],
    ['neither', undefined, undefined, false],
  ])('changed: %s', (_name, before, after, expected) => {
    expect(!sameValue(before, after)).toBe(expected);
  });

  test('a deletion by time to live says so, also with the capitals of DynamoDB Local', async () => {
    const plain = record('a', { eventName: 'REMOVE' });
    const seen: boolean[] = [];
    const harness = new Harness({ handler: (change) => void seen.push(change.expiredByTtl) });
    await harness.deliver([
      plain,
      { ...record('b'), userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } },
      { ...record('c'), userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } },
    ]);
    expect(seen).toEqual([false, true, true]);
  });

  test('fails that record alone when an attribute type is unknown', async () => {
    const harness = new Harness({ handler: (change) => void change.newImage, settings: { maxAttempts: 1 } });
    expect(await harness.deliver([record('a', { newImage: { x: { Z: 'new' } as RawValue } }), record('b')])).toEqual({ failures: [] });
    expect(harness.failures.records).toHaveLength(1);
  });
});

describe('numbers', () => {
  test.each([
    ['1', 1], ['-0.5', -0.5], ['1e2', 100], ['100.00', 100], ['9007199254740993', '9007199254740993'], ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'], ['1E+125', '1E+125'], ['1000000000000000000', '1000000000000000000'],
    ['9007199254740991', 9007199254740991], ['-9007199254740991', -9007199254740991], ['9007199254740992', '9007199254740992'], ['-9007199254740992', '-9007199254740992'],
  ])('%s', (text, expected) => {
    const value = readNumber(text);
    expect(value instanceof ExactNumber ? value.value : value).toBe(expected);
  });

  test('an exact number is written back with all its digits, also from a set and from another copy of the class', () => {
    const copy = { value: '12345678901234567890', [Symbol.for('cdk-dynamodb-cdc.exact-number')]: true };
    const { Put } = writeOf({ Put: { TableName: 'T', Item: { a: new ExactNumber('12345678901234567890'), b: new Set([1, new ExactNumber('98765432109876543210')]), c: [{ d: copy }] } } });
    expect(Put.Item).toEqual({
      a: { N: '12345678901234567890' }, b: { NS: ['1', '98765432109876543210'] }, c: { L: [{ M: { d: { N: '12345678901234567890' } } }] },
    });
  });

  test.each([['12300e-2', 123n], ['-12345678901234567890e2', -1234567890123456789000n], ['0.00', 0n], ['1.5e1', 15n]])('%s as a bigint', (text, expected) => {
    expect(new ExactNumber(text).toBigInt()).toBe(expected);
  });

  test('fails on a bigint of a fraction', () => {
    expect(() => new ExactNumber('1.5').toBigInt()).toThrow(RangeError);
  });

  test('fails on text that is no number', () => {
    expect(() => new ExactNumber('12x')).toThrow(RangeError);
  });
});
