import { distinct, Harness } from './harness';
import { CommitMisuseError, ExactNumber } from '../../src/runtime';
import type { WritableValue } from '../../src/runtime/change/context';
import { copyOf } from '../../src/runtime/change/copy-write';

const CANARY = 'canary-7f3a';
class Money {
  public constructor(public readonly text: string) {}
}
const put = (Item: object) => ({ Put: { TableName: 'Effects', Item } });

describe.each<[string, unknown, RegExp]>([
  ['a Date', new Date('2026-11-27T00:00:00Z'), /refuses values of this type; .*: a Date in attribute value of Put, write 1 of the commit$/],
  ['a class instance', new Money(CANARY), /refuses values of this type; .*: a Money in attribute value/],
  ['a class instance within', { list: [1, { money: new Money(CANARY) }] }, /refuses values of this type; .*: a Money in attribute value/],
  ['an empty set', new Set(), /refuses an empty set: an empty set in attribute value/],
  ['NaN', NaN, /refuses NaN and infinite numbers: a number in attribute value/],
  ['Infinity', [Infinity], /refuses NaN and infinite numbers/],
  ['a large integer', 2 ** 60, /refuses numbers that JavaScript does not hold exactly/],
  ['a set of booleans', new Set([true]), /takes sets of strings, of numbers and of binary values only/],
])('%s in a commit', (_what, value, sentence) => {
  test('is refused with a sentence that does not quote it', () => {
    const copy = () => copyOf(put({ id: CANARY, value }) as never, 1);
    expect(copy).toThrow(CommitMisuseError);
    expect(copy).toThrow(sentence);
    expect(copy).not.toThrow(CANARY);
  });

  test('fails an attempt of its change without a request, is parked, and others go on', async () => {
    const harness = new Harness({
      settings: { maxAttempts: 2 },
      handler: ({ keys }, context) => context.commit([put({ id: keys.id, value: keys.id === 'item-0' ? value as WritableValue : 1 })]),
    });
    const start = harness.virtual.now();

    await harness.deliverUntilSettled(distinct(3));

    expect(harness.failures.records).toEqual([expect.objectContaining({
      reason: 'ATTEMPTS_EXHAUSTED', attempts: 2, error: expect.objectContaining({ name: 'CommitMisuseError', message: expect.stringContaining('the document client') }),
    })]);
    expect(harness.virtual.now() - start).toBeLessThan(120_000);
    expect([...harness.db.table('Effects').keys()].sort()).toEqual(['item-1', 'item-2']);
  });
});

test('a copy holds the values as they are', () => {
  const values = {
    text: 'a',
    none: null,
    yes: true,
    number: 1.5,
    exact: new ExactNumber('12345678901234567890'),
    bytes: new Uint8Array([0, 255]),
    set: new Set(['a', 'b']),
    numbers: new Set([1, 2]),
    list: [1, ['x'], {}],
    map: { inner: { deep: [] } },
    empty: '',
  };
  const { Put } = copyOf(put(values) as never, 0);
  expect(Put!.TableName).toBe('Effects');
  expect({ ...Put!.Item, bytes: undefined }).toEqual({ ...values, bytes: undefined });
  expect([...(Put!.Item as typeof values).bytes]).toEqual([0, 255]);
  expect((Put!.Item as typeof values).list).not.toBe(values.list);
});
