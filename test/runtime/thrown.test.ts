/** Whatever a handler throws is a failed attempt of its change: it neither fails the batch nor reaches a log. */

import fc from 'fast-check';
import { distinct, Harness } from './harness';
import { ENVELOPE_VERSION } from '../../src/contract/envelope';
import { RetryLaterError } from '../../src/runtime';
import { failureSignature } from '../../src/runtime/lanes/health';
import { isTransient } from '../../src/runtime/ledger/transient';
import { describeError } from '../../src/runtime/observe/logger';
import { readMessage } from '../../src/runtime/queue/message';
import { wholeError } from '../../src/runtime/thrown';

const CANARY = 'canary-7f3a';
const hostile = (): never => { throw new Error(CANARY); };

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(new Error(CANARY), {});
  revoke();
  return proxy;
}

function cyclicName(): Error {
  const name: { self?: unknown } = {};
  name.self = name;
  return Object.assign(new Error(CANARY), { name });
}

const throwsOnGet = () => new Proxy(new Error(CANARY), { get: hostile, getPrototypeOf: hostile, has: hostile, ownKeys: hostile });

/** Each makes what is thrown anew. */
const HORRORS: readonly (readonly [string, () => unknown])[] = [
  ['null', () => null],
  ['undefined', () => undefined],
  ['a text', () => CANARY],
  ['a number', () => 42],
  ['a bigint', () => 42n],
  ['a symbol', () => Symbol(CANARY)],
  ['a function', () => hostile],
  ['a function whose toString throws', () => Object.assign(() => CANARY, { toString: hostile })],
  ['an item with an attribute `name`', () => ({ name: CANARY, message: CANARY, code: CANARY, stack: `${CANARY}\n    at ${CANARY} (/a.js:1:1)` })],
  ['an object without a prototype', () => Object.assign(Object.create(null) as object, { name: CANARY })],
  ['a revoked proxy', revoked],
  ['a proxy whose traps throw', throwsOnGet],
  ['an error with a cyclic name', cyclicName],
  ['an error whose name is a symbol', () => Object.assign(new Error(CANARY), { name: Symbol(CANARY) })],
  ['an error whose name is of the change', () => Object.assign(new Error(CANARY), { name: CANARY })],
  ['an error whose name is empty', () => Object.assign(new Error(CANARY), { name: '' })],
  ['an error whose name is megabytes long', () => Object.assign(new Error(CANARY), { name: CANARY.repeat(200_000) })],
  ['an error whose message is a symbol', () => Object.assign(new Error('x'), { message: Symbol(CANARY) })],
  ['an error whose message is an object whose toString throws', () => Object.assign(new Error('x'), { message: { toString: hostile } })],
  ['an error whose message is a number', () => Object.assign(new Error('x'), { message: 7 })],
  ['an error whose message throws', () => Object.defineProperty(new Error('x'), 'message', { get: hostile })],
  ['an error whose name throws', () => Object.defineProperty(new Error(CANARY), 'name', { get: hostile })],
  ['an error whose stack throws', () => Object.defineProperty(new Error(CANARY), 'stack', { get: hostile })],
  ['an error whose stack is an object', () => Object.assign(new Error(CANARY), { stack: { split: hostile } })],
  ['an error whose stack quotes the change', () => Object.assign(new Error('x'), { stack: `Error: x\n    at ${CANARY} (/a.js:1:1)\n${CANARY}` })],
  ['an error whose message was emptied', () => Object.assign(new Error(`x\n    at ${CANARY} (/a.js:1:1)`), { message: '' })],
  ['an error whose message looks like frames', () => new Error(`x\n    at ${CANARY} (/a.js:1:1)`)],
  ['an error whose code is of the change', () => Object.assign(new Error(CANARY), { code: CANARY })],
  ['an error whose code throws', () => Object.defineProperty(new Error(CANARY), 'code', { get: hostile })],
  ['an error that says of its brand what it likes', () => Object.assign(new Error(CANARY), { [Symbol.for('cdk-dynamodb-cdc.error')]: { toString: hostile } })],
  ['an error whose brand throws', () => Object.defineProperty(new Error(CANARY), Symbol.for('cdk-dynamodb-cdc.error'), { get: hostile })],
  ['an error whose cause is itself', () => { const error: Error = new Error(CANARY); error.cause = error; return error; }],
  ['an error whose toJSON throws', () => Object.assign(new Error(CANARY), { toJSON: hostile })],
  ['an error without a prototype', () => Object.setPrototypeOf(new Error(CANARY), null)],
  ['a class instance whose constructor is of the change', () => ({ constructor: { name: CANARY } })],
  ['a promise', () => Promise.resolve(CANARY)],
];

const isTold = (harness: Harness) => harness.lines.filter((line) => line.includes(CANARY));

test.each(HORRORS)('a handler that throws %s fails an attempt of its own change only', async (_name, make) => {
  const harness = new Harness({
    settings: { maxAttempts: 2 },
    handler: ({ keys }) => { if (keys.id === 'item-1') throw make(); },
  });
  const records = distinct(3);

  await harness.deliverUntilSettled(records);

  expect(harness.failures.sequenceNumbers).toEqual([records[1].dynamodb!.SequenceNumber]);
  expect(harness.failures.records[0]).toMatchObject({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 2, error: { name: expect.any(String), message: expect.any(String) } });
  expect(harness.logs('WARN').filter(({ message }) => message === 'attempt failed')).toHaveLength(2);
  expect(isTold(harness)).toEqual([]);
});

test('what is thrown is told in the failure store, also where it is no error', async () => {
  const harness = new Harness({ settings: { maxAttempts: 1 }, handler: () => { throw { reason: 'no stock', of: ['a', 'b'] }; } });
  await harness.deliver(distinct(1));
  expect(harness.failures.records[0].error).toEqual({ name: 'thrown object', message: expect.stringContaining('no stock') });
});

test('an error of a megabyte is cut in the failure store', async () => {
  const harness = new Harness({ settings: { maxAttempts: 1 }, handler: () => { throw Object.assign(new Error('m'.repeat(2 ** 20)), { name: 'n'.repeat(2 ** 20) }); } });
  await harness.deliver(distinct(1));
  expect(JSON.stringify(harness.failures.records[0].error).length).toBeLessThan(100_000);
});

test('a handler that asks for time in a way that cannot be read is postponed, or fails its attempt', async () => {
  const harness = new Harness({
    settings: { maxAttempts: 1 },
    handler: () => { throw Object.defineProperty(new RetryLaterError('busy'), 'after', { get: hostile }); },
  });
  expect(await harness.deliver(distinct(1), 5_000)).toEqual({ failures: [expect.any(String)] });
  expect(isTold(harness)).toEqual([]);
});

test('no value can be thrown that cannot be described', () => {
  const keys = fc.constantFrom('name', 'message', 'stack', 'code', 'cause', 'constructor', 'toString', 'toJSON', 'status', 'then');
  // Made late, because the generator itself looks at what it generates.
  const values: fc.Arbitrary<() => unknown> = fc.oneof(
    fc.anything({ withBigInt: true, withNullPrototype: true }).map((value) => () => value),
    fc.nat({ max: HORRORS.length - 1 }).map((index) => HORRORS[index][1]),
  );
  const thrown = fc.oneof(
    values,
    fc.tuple(fc.boolean(), fc.uniqueArray(fc.tuple(keys, values, fc.boolean()), { selector: ([key]) => key })).map(([isError, members]) => () => {
      const made: object = isError ? new Error('made') : {};
      // The stack first: Node writes it down when it is replaced, and looks at the other members for that.
      for (const [key, value, throws] of [...members].sort(([one]) => (one === 'stack' ? -1 : 1))) Object.defineProperty(made, key, { ...(throws ? { get: hostile } : { value: value() }), configurable: true });
      return made;
    }),
  );
  fc.assert(fc.property(thrown, fc.boolean(), (make, logErrorMessages) => {
    const error = make();
    expect(JSON.stringify(describeError(error, { logErrorMessages })).length).toBeLessThan(20_000);
    expect(JSON.stringify(wholeError(error)).length).toBeLessThan(200_000);
    expect(failureSignature(error).length).toBeLessThan(300);
    expect([undefined, true, false]).toContain(isTransient(error));
    if (!logErrorMessages) expect(JSON.stringify(describeError(error, { logErrorMessages }))).not.toContain(CANARY);
  }), { numRuns: 2_000 });
});

test('the text of a large change that is not JSON is not quoted', async () => {
  const body = JSON.stringify({ v: ENVELOPE_VERSION, claim: { bucket: 'b', key: 'k' } });
  const reading = readMessage({ messageId: 'm', receiptHandle: 'r', body }, { getFrom: () => Promise.resolve(`${CANARY} {`) });
  const error = await reading.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'UnreadableMessageError', message: 's3://b/k is not a change in JSON' });
  expect((error as Error).cause).toBeUndefined();
});

describe('the name of an error', () => {
  class PaymentRefused extends Error {}
  test.each([
    ['of a class', new PaymentRefused('no'), 'PaymentRefused'],
    ['of an error', Object.assign(new Error('no'), { name: 'SomeProviderError' }), 'SomeProviderError'],
    ['of a throttle', Object.assign(new Error('no'), { name: 'SlowDown' }), 'SlowDown'],
    ['of an exception of AWS', Object.assign(new Error('no'), { name: 'NoSuchUpload', $fault: 'client', $metadata: {} }), 'NoSuchUpload'],
    ['that is none', Object.assign(new Error('no'), { name: 'Jane Doe' }), 'Error'],
    ['of a class with another name', Object.assign(new PaymentRefused('no'), { name: 'jane.doe@example.org' }), 'PaymentRefused'],
  ])('%s is logged as far as it comes from code', (_what, error, name) => {
    expect(describeError(error, { logErrorMessages: false })).toMatchObject({ name });
  });
});
