import * as fc from 'fast-check';
import { FilterNode } from '../../../src/contract/filter';
import { Attr, ChangeFilter } from '../../../src/filter';
import { planUnchecked } from '../../../src/filter/plan/planner';
import { change } from '../support/arbitraries';
import { meaning } from '../support/naive-meaning';
import { CONTEXT, insert, passes, plan } from '../support/planned';

const TEXTS = ['x', 'X', 'xy', 'k', '', '"', '101'];
const word = fc.constantFrom(...TEXTS);
const integer = fc.constantFrom('0', '1', '-1', '101', '100', '999999999999999');
const list = <T>(member: fc.Arbitrary<T>) => fc.array(member, { minLength: 1, maxLength: 3 });

/** Everything a pattern can say whole, on one top-level attribute. */
const said: fc.Arbitrary<object> = fc.oneof(
  fc.constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS').map((type) => ({ node: 'exists', type })),
  list(word).map((texts) => ({ node: 'equals', oneOf: texts.map((S) => ({ S })) })),
  list(integer).map((numbers) => ({ node: 'equals', oneOf: numbers.map((N) => ({ N })) })),
  fc.boolean().map((BOOL) => ({ node: 'equals', oneOf: [{ BOOL }] })),
  list(word).map((oneOf) => ({ node: 'equalsIgnoringCase', oneOf })),
  word.filter((S) => S !== '' && S !== '"').map((S) => ({ node: 'beginsWith', value: { S } })),
  word.filter((S) => S !== '' && S !== '"').map((S) => ({ node: 'endsWith', value: { S } })),
  fc.constant({ node: 'beginsWith', value: { B: 'AAEC' } }),
  word.map((S) => ({ node: 'contains', in: 'SS', value: { S } })),
  integer.map((N) => ({ node: 'contains', in: 'NS', value: { N } })),
);
const deniable = fc.oneof(
  fc.constantFrom('S', 'N', 'SS').map((type) => ({ node: 'exists', type })),
  list(word).map((texts) => ({ node: 'equals', oneOf: texts.map((S) => ({ S })) })),
  fc.boolean().map((BOOL) => ({ node: 'equals', oneOf: [{ BOOL }] })),
);
const ofAttribute = (name: string): fc.Arbitrary<FilterNode> => fc.tuple(fc.constantFrom('NEW_IMAGE', 'OLD_IMAGE'), fc.boolean(), said, deniable)
  .map(([image, denied, statement, negated]) => {
    const at = { image, path: [name] };
    return (denied ? { node: 'negate', of: { ...negated, ...at } } : { ...statement, ...at }) as unknown as FilterNode;
  });
const event = fc.oneof(
  fc.constantFrom('INSERT', 'MODIFY', 'REMOVE').map((name) => ({ node: 'eventName', oneOf: [name] }) as FilterNode),
  fc.constant({ node: 'expiredByTtl' } as FilterNode),
);
const conjunction: fc.Arbitrary<FilterNode> = fc
  .tuple(fc.option(event), fc.option(ofAttribute('a')), fc.option(ofAttribute('b')), ofAttribute('status'))
  .map((parts) => ({ node: 'allOf', of: parts.filter((part) => part !== null) }));
const disjunction: fc.Arbitrary<FilterNode> = list(conjunction).map((of) => ({ node: 'anyOf', of }));

test('tight: of conjunctions and small disjunctions nothing is invoked that the filter rejects, and nothing stays behind', () => {
  let kept = 0;
  let rejected = 0;
  fc.assert(fc.property(disjunction, fc.array(change, { minLength: 20, maxLength: 20 }), (root, records) => {
    const planned = planUnchecked(root, CONTEXT);
    fc.pre(planned.reasons.every((reason) => !reason.includes('can never match')));
    expect(planned.residual).toBeUndefined();
    for (const record of records) {
      const meant = meaning(root, record);
      if (meant) kept++; else rejected++;
      expect(passes(planned, record)).toBe(meant);
    }
  }), { numRuns: 500, seed: 7 });
  expect(kept).toBeGreaterThan(500);
  expect(rejected).toBeGreaterThan(500);
}, 60_000);

test('what a pattern cannot say narrows it as far as it goes, and only that part stays', () => {
  const planned = plan(ChangeFilter.allOf(ChangeFilter.inserts(), Attr.text('country').oneOf(['DE', 'FR']), Attr.number('amount').greaterThan(1000)));
  expect(planned.patterns).toEqual([
    '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"country":{"S":["DE","FR"]},"amount":{"N":[{"exists":true}]}}}}',
  ]);
  expect(planned.residual?.root).toEqual({ node: 'compare', op: 'GT', value: { N: '1000' }, image: 'NEW_IMAGE', path: ['amount'] });
  expect(planned.reasons).toEqual([
    'pushed down: eventName is INSERT',
    'pushed down: \'country\' of the new image is "DE" or "FR"',
    'evaluated by the runtime, after what the patterns can tell: \'amount\' of the new image > 1000: AWS compares DynamoDB\'s numbers as text',
  ]);
});

test('numbers below zero are told by their sign', () => {
  expect(plan(Attr.number('balance').lessThan(0)).patterns).toEqual(['{"dynamodb":{"NewImage":{"balance":{"N":[{"prefix":"-"}]}}}}']);
});

test('alternatives on one attribute become one pattern, however many', () => {
  const filter = ChangeFilter.anyOf(...Array.from({ length: 200 }, (_, index) => Attr.text('id').equalTo(`id-${index}`)));
  const planned = plan(filter);
  expect(planned.patterns).toHaveLength(1);
  expect(planned.residual).toBeUndefined();
});

describe('exists and contains on one set', () => {
  const tags = Attr.stringSet('tags');
  const status = Attr.text('status').equalTo('open');
  const STATUS = '{"dynamodb":{"NewImage":{"status":{"S":["open"]}}}}';
  const records = [{ status: { S: 'open' } }, { tags: { SS: ['b', 'a'] } }, { tags: { SS: ['b'] } }, { tags: { S: 'a' } }].map(insert);

  test.each<[string, ChangeFilter[], string]>([
    ['exists first', [status, tags.exists(), tags.contains('a')], '{"dynamodb":{"NewImage":{"tags":{"SS":[{"exists":true},"a"]}}}}'],
    ['contains first', [status, tags.contains('a'), tags.exists()], '{"dynamodb":{"NewImage":{"tags":{"SS":["a",{"exists":true}]}}}}'],
  ])('share a pattern in anyOf, beside the pattern before them: %s', (_order, filters, expected) => {
    const planned = plan(ChangeFilter.anyOf(...filters));
    expect([...planned.patterns].sort()).toEqual([STATUS, expected].sort());
    expect(planned.residual).toBeUndefined();
    expect(records.map((one) => passes(planned, one))).toEqual([true, true, true, false]);
  });

  test.each<[string, ChangeFilter[]]>([
    ['exists first', [tags.exists(), tags.contains('a')]], ['contains first', [tags.contains('a'), tags.exists()]],
  ])('narrow each other in allOf, inside an anyOf too: %s', (_order, both) => {
    const planned = plan(ChangeFilter.anyOf(status, ChangeFilter.allOf(...both)));
    expect([...planned.patterns].sort()).toEqual([STATUS, '{"dynamodb":{"NewImage":{"tags":{"SS":["a"]}}}}'].sort());
    expect(planned.residual).toBeUndefined();
    expect(records.map((one) => passes(planned, one))).toEqual([true, true, false, false]);
  });
});

test.each([0, 1, 2])('an alternative that joins another leaves the rest of them in place (%i before it)', (before) => {
  const alternatives = ['a', 'b', 'c'].map((name) => Attr.text(name).equalTo('x'));
  const joining = Attr.text('abc'[before]).equalTo('y');
  const planned = plan(ChangeFilter.anyOf(...alternatives, joining));
  expect(planned.patterns).toHaveLength(3);
  const image = (name: string, S: string) => insert({ [name]: { S } });
  expect([...'abc'].map((name) => passes(planned, image(name, 'x')))).toEqual([true, true, true]);
  expect([...'abc'].map((name) => passes(planned, image(name, 'y')))).toEqual([...'abc'].map((_name, index) => index === before));
});

test('a list too long for one pattern is spread over several, and nothing stays behind', () => {
  const ids = Array.from({ length: 400 }, (_, index) => `customer-${String(index).padStart(20, '0')}`);
  const planned = plan(Attr.text('id').oneOf(ids));
  expect(planned.residual).toBeUndefined();
  expect(planned.patterns.length).toBeGreaterThan(1);
  expect(planned.patterns.length).toBeLessThanOrEqual(5);
  for (const pattern of planned.patterns) expect(pattern.length).toBeLessThanOrEqual(4096);
  for (const id of ids) expect(passes(planned, insert({ id: { S: id } }))).toBe(true);
  expect(passes(planned, insert({ id: { S: 'customer-1' } }))).toBe(false);
});

test('a list too long for all patterns weakens them, never the meaning', () => {
  const ids = Array.from({ length: 2000 }, (_, index) => `customer-${index}`);
  const planned = plan(ChangeFilter.allOf(ChangeFilter.inserts(), Attr.text('id').oneOf(ids)));
  expect(planned.patterns).toEqual(['{"eventName":["INSERT"],"dynamodb":{"NewImage":{"id":{"S":[{"exists":true}]}}}}']);
  expect(planned.residual).toBeDefined();
  expect(planned.reasons.join()).toMatch(/do not fit into 5 patterns of 4096 characters/);
});

test('nine alternatives share a pattern with $or below dynamodb', () => {
  const three = (names: string[]) => ChangeFilter.anyOf(...names.map((name) => Attr.text(name).equalTo('1')));
  const planned = plan(ChangeFilter.allOf(three(['a', 'b', 'c']), three(['d', 'e', 'f'])), { maxPatterns: 1 });
  expect(planned.patterns).toHaveLength(1);
  expect(JSON.parse(planned.patterns[0]).dynamodb.$or).toHaveLength(9);
  expect(planned.residual).toBeUndefined();
  expect(passes(planned, insert({ b: { S: '1' }, f: { S: '1' } }))).toBe(true);
  expect(passes(planned, insert({ b: { S: '1' }, c: { S: '1' } }))).toBe(false);
});

test('far too many alternatives are not multiplied out, which would never end, and stay sound', () => {
  const pair = (index: number) => ChangeFilter.anyOf(Attr.text(`a${index}`).equalTo('x'), Attr.text(`b${index}`).equalTo('x'));
  const filter = ChangeFilter.allOf(...Array.from({ length: 30 }, (_, index) => pair(index)));
  const planned = plan(filter);
  expect(planned.residual).toBeDefined();
  const all = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, { S: 'x' }]));
  expect(passes(planned, insert(all))).toBe(true);
});

test.each([
  [{ streamViewType: 'NEW_IMAGES' }, /streamViewType: given NEW_IMAGES, allowed KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES/],
  [{ maxPatterns: 0 }, /maxPatterns: given 0, allowed a whole number from 1/],
  [{ maxPatterns: 2.5 }, /maxPatterns: given 2.5/],
])('explain fails for a source that cannot be (%#)', (props, message) => {
  expect(() => Attr.text('status').equalTo('open').explain(props)).toThrow(message);
});

test('a filter explains itself, and serializes as docs/filters.md says', () => {
  const filter = Attr.text('status').equalTo('open');
  expect(filter.explain()).toEqual({
    patterns: ['{"dynamodb":{"NewImage":{"status":{"S":["open"]}}}}'],
    residual: undefined,
    reasons: ['pushed down: \'status\' of the new image is "open"'],
  });
  expect(JSON.parse(JSON.stringify(filter))).toEqual({
    version: 1, root: { node: 'equals', oneOf: [{ S: 'open' }], image: 'NEW_IMAGE', path: ['status'] },
  });
});
