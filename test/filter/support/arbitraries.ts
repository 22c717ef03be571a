import * as fc from 'fast-check';
import { FilterNode, FilterValue } from '../../../src/contract/filter';

type Json = any; // eslint-disable-line @typescript-eslint/no-explicit-any

/** Few names and values, so that filters and changes meet; odd ones, so that they trip. */
const NAMES = ['a', 'b', 'status', 'a.b', 'a.M.b', 'a.L', 'a.S', '$or', 'é', 'x y', '"', 'constructor', '__proto__', 'S', 'M', 'L', 'exists'];
const TEXTS = ['', 'x', 'X', 'xy', 'yx', 'k', '\u212a', 'ſ', 's', 'É', 'é', 'e\u0301', '😀', '😀x', '\uffff', '\ue000', '"', 'x"', '"x', '\\', '\n', 'a\u0000b', '{"S":"x"}', '101', 'true', 'null'];
const BYTES = ['', 'AA==', 'AAE=', 'AAEC', 'AAECAw==', '/w==', 'AAECAwQF'];
const COMMON_NUMBERS = ['0', '1', '-1', '7', '10', '100', '101', '-101', '1000', '0.1', '0.10000000000000000001', '999999999999999', '1000000000000000', '-2.5'];

const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('a', 'b', 'status') }, { weight: 4, arbitrary: fc.constantFrom(...NAMES) });
const text = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...TEXTS) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) });
const binary = fc.oneof(fc.constantFrom(...BYTES), fc.uint8Array({ maxLength: 7 }).map((bytes) => Buffer.from(bytes).toString('base64')));

const digits = fc.integer({ min: 1, max: 38 }).chain((length) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length }));
const longNumber = fc.tuple(fc.boolean(), digits, fc.nat(38)).map(([negative, all, point]) => {
  const whole = all.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const fraction = all.slice(point).replace(/0+$/, '');
  const plain = fraction ? `${whole}.${fraction}` : whole;
  return negative && /[1-9]/.test(plain) ? `-${plain}` : plain;
});
/** A number as a filter states it. */
export const number = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...COMMON_NUMBERS) }, { weight: 1, arbitrary: longNumber });

/** A number as a stream may print it: nothing documents one form for integers, nor any for the rest. */
export const printedNumber = fc.tuple(number, fc.nat(9)).map(([plain, style]) => {
  const integer = /^-?\d+$/.test(plain);
  if (style === 0) return Number(plain) === 0 || !integer ? plain : scientific(plain, 'E');
  if (style === 1) return Number(plain) === 0 || !integer ? plain : scientific(plain, 'e+');
  if (style === 2) return integer ? `${plain}.0` : `${plain}e0`;
  return plain;
});

function scientific(integer: string, mark: string): string {
  const [, sign, first, rest] = /^(-?)(\d)(\d*)$/.exec(integer)!;
  const fraction = rest.replace(/0+$/, '');
  return rest.length === 0 ? integer : `${sign}${first}${fraction && `.${fraction}`}${mark}${rest.length}`;
}

const setOf = (member: fc.Arbitrary<string>) => fc.uniqueArray(member, { minLength: 1, maxLength: 3 });

/** Every DynamoDB type, nested two deep. */
const value: fc.Arbitrary<Json> = fc.letrec((tie) => ({
  scalar: fc.oneof(
    { weight: 4, arbitrary: fc.record({ S: text }) },
    { weight: 4, arbitrary: fc.record({ N: printedNumber }) },
    { weight: 1, arbitrary: fc.record({ B: binary }) },
    { weight: 1, arbitrary: fc.record({ BOOL: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ NULL: true }) },
  ),
  set: fc.oneof(
    fc.record({ SS: setOf(text) }),
    fc.record({ NS: fc.uniqueArray(number, { minLength: 1, maxLength: 3, selector: Number }) }),
    fc.record({ BS: setOf(binary) }),
  ),
  value: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'value' },
    { weight: 6, arbitrary: tie('scalar') },
    { weight: 2, arbitrary: tie('set') },
    { weight: 1, arbitrary: fc.record({ L: fc.array(tie('value'), { maxLength: 3, depthIdentifier: 'value' }) }) },
    { weight: 2, arbitrary: fc.dictionary(name, tie('value'), { maxKeys: 3, depthIdentifier: 'value' }).map((M) => ({ M })) },
  ),
})).value;

const keys = fc.record({ pk: fc.record({ S: text.filter((each) => each !== '') }) });
const image = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true });

const identity = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constant({ type: 'Service', principalId: 'dynamodb.amazonaws.com' }) },
  { weight: 1, arbitrary: fc.constantFrom({ type: 'Service' }, { type: 'Service', principalId: 'other' }, { principalId: 'dynamodb.amazonaws.com' }) },
);

/** A stream record with both images, as Lambda gets it. */
export const change: fc.Arbitrary<Json> = fc.tuple(fc.constantFrom('INSERT', 'MODIFY', 'REMOVE'), keys, image, image, identity, fc.boolean())
  .map(([eventName, Keys, before, other, userIdentity, sameStart]) => {
    // Half of the modifications keep what they do not touch, as real ones do.
    const after = sameStart ? { ...before, ...other } : other;
    return {
      eventID: '1',
      eventName,
      dynamodb: {
        Keys,
        ...(eventName !== 'REMOVE' && { NewImage: { ...own(after), ...Keys } }),
        ...(eventName !== 'INSERT' && { OldImage: { ...own(before), ...Keys } }),
      },
      ...(eventName === 'REMOVE' && userIdentity && { userIdentity }),
    };
  })
  // What a record is to a program: the outcome of JSON.parse.
  .map((record) => JSON.parse(JSON.stringify(record)) as Json);

function own(item: Json): Json {
  return Object.fromEntries(Object.entries(item));
}

const place = fc.oneof(
  { weight: 12, arbitrary: fc.record({ image: fc.constantFrom('NEW_IMAGE', 'OLD_IMAGE'), path: fc.array(name, { minLength: 1, maxLength: 1 }) }) },
  { weight: 4, arbitrary: fc.record({ image: fc.constantFrom('NEW_IMAGE', 'OLD_IMAGE'), path: fc.array(name, { minLength: 2, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ image: 'KEYS', path: ['pk'] }) },
);
const S = fc.record({ S: text });
const N = fc.record({ N: number });
const B = fc.record({ B: binary });
const scalar: fc.Arbitrary<FilterValue> = fc.oneof({ weight: 3, arbitrary: S }, { weight: 3, arbitrary: N }, B, fc.record({ BOOL: fc.boolean() }));
const some = <T>(member: fc.Arbitrary<T>) => fc.array(member, { minLength: 1, maxLength: 3 });
const many = fc.array(fc.string({ unit: 'binary', minLength: 20, maxLength: 30 }), { minLength: 50, maxLength: 250 });
const type = fc.constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M');
const sized = fc.constantFrom('S', 'B', 'SS', 'NS', 'BS', 'L', 'M');
const path = fc.array(name, { minLength: 1, maxLength: 2 });

const at = (rest: fc.Arbitrary<object>): fc.Arbitrary<FilterNode> => (
  fc.tuple(place, rest).map(([where, what]) => ({ ...what, ...where }) as unknown as FilterNode)
);
const node = <T extends object>(kind: string, fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record({ node: fc.constant(kind), ...fields });

const contains = fc.oneof(
  node('contains', { in: fc.constant('S'), value: S }),
  node('contains', { in: fc.constant('SS'), value: S }),
  node('contains', { in: fc.constant('NS'), value: N }),
  node('contains', { in: fc.constant('BS'), value: B }),
  node('contains', { in: fc.constant('L'), value: scalar }),
);

const leaf: fc.Arbitrary<FilterNode> = fc.oneof(
  { weight: 3, arbitrary: fc.uniqueArray(fc.constantFrom('INSERT', 'MODIFY', 'REMOVE'), { minLength: 1, maxLength: 2 }).map((oneOf) => ({ node: 'eventName', oneOf }) as FilterNode) },
  { weight: 1, arbitrary: fc.constant({ node: 'expiredByTtl' } as FilterNode) },
  { weight: 2, arbitrary: at(node('exists', { type })) },
  { weight: 1, arbitrary: at(node('exists', {})) },
  { weight: 1, arbitrary: at(node('absent', {})) },
  { weight: 4, arbitrary: at(fc.oneof(some(S), some(N), some(N), some(B), some(fc.record({ BOOL: fc.boolean() }))).map((oneOf) => ({ node: 'equals', oneOf }))) },
  { weight: 1, arbitrary: at(some(scalar).map((oneOf) => ({ node: 'equals', oneOf }))) },
  { weight: 1, arbitrary: at(node('equalsIgnoringCase', { oneOf: some(text) })) },
  { weight: 1, arbitrary: at(node('equalsSet', { value: fc.oneof(fc.record({ SS: setOf(text) }), fc.record({ NS: setOf(number) }), fc.record({ BS: setOf(binary) })) })) },
  { weight: 2, arbitrary: at(node('beginsWith', { value: fc.oneof(S, B) })) },
  { weight: 2, arbitrary: at(node('endsWith', { value: S })) },
  { weight: 3, arbitrary: at(node('compare', { op: fc.constantFrom('LT', 'LE', 'GT', 'GE'), value: fc.oneof(S, N, N, B) })) },
  { weight: 3, arbitrary: at(contains) },
  { weight: 1, arbitrary: at(fc.oneof(node('size', { type: sized, min: fc.nat(3) }), node('size', { type: sized, min: fc.nat(3), max: fc.nat(3) }))) },
  { weight: 1, arbitrary: node('changed', { path }) as fc.Arbitrary<FilterNode> },
  { weight: 1, arbitrary: node('moved', { path, direction: fc.constantFrom('UP', 'DOWN'), by: number.filter((by) => Number(by) > 0) }) as fc.Arbitrary<FilterNode> },
);
/** A list that takes more than one pattern's characters. */
const longLeaf = at(many.map((texts) => ({ node: 'equals', oneOf: [...texts, 'x'].map((each) => ({ S: each })) })));

/** Two statements about one attribute, which meet in one field of a pattern. */
const aboutOnePlace: fc.Arbitrary<FilterNode> = fc
  .tuple(place, fc.oneof(fc.tuple(leaf, leaf), fc.tuple(at(contains), at(contains))), fc.constantFrom('allOf', 'anyOf'))
  .map(([where, both, kind]) => ({ node: kind, of: both.map((each) => ('image' in each ? { ...each, ...where } : each)) }) as FilterNode);

/** Any filter but a raw pattern. */
export const filter: fc.Arbitrary<FilterNode> = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small', depthIdentifier: 'node' },
    { weight: 30, arbitrary: leaf },
    { weight: 1, arbitrary: longLeaf },
    { weight: 4, arbitrary: aboutOnePlace },
    { weight: 14, arbitrary: parts(tie('node')).map((of) => ({ node: 'allOf', of }) as FilterNode) },
    { weight: 12, arbitrary: parts(tie('node')).map((of) => ({ node: 'anyOf', of }) as FilterNode) },
    { weight: 8, arbitrary: tie('node').map((of) => ({ node: 'negate', of }) as FilterNode) },
  ),
})).node;

function parts(member: fc.Arbitrary<FilterNode>): fc.Arbitrary<FilterNode[]> {
  return fc.array(member, { minLength: 1, maxLength: 4, depthIdentifier: 'node' });
}
