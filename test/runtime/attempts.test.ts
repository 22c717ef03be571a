/** Found by the simulation: how attempts are counted and spread over several deliveries and processes. */

import { aroundClient } from './faults';
import { distinct, Harness, record, START, TestHandler } from './harness';
import { StoreError } from '../../src/local/simulate/memory-dynamodb';
import { RetryLaterError } from '../../src/runtime';

const setHandler = (harness: Harness, handler: TestHandler) => { (harness.options as { handler: TestHandler }).handler = handler; };

test('attempts are spread over their span also where each delivery has time for one only', async () => {
  const harness = new Harness({ settings: { maxAttempts: 3, attemptSpanMillis: 60_000 } });
  setHandler(harness, () => { throw new Error('told in the failure store'); });
  const poison = [record('p')];
  for (let delivery = 0; delivery < 20 && harness.failures.records.length === 0; delivery += 1) await harness.deliver(poison, 5_000);
  expect(harness.virtual.now() - START).toBeGreaterThanOrEqual(60_000);
  expect(harness.failures.records).toEqual([
    expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', error: expect.objectContaining({ message: 'told in the failure store' }) }),
  ]);
});

test('the span of the attempts starts with the first failure, also where that attempt was counted before it was made', async () => {
  // A fresh process that gets one change counts its attempt first; the handler takes half a minute to fail, and then fails at once.
  const harness = new Harness({ settings: { maxAttempts: 2, attemptSpanMillis: 60_000 } });
  const failedAt: number[] = [];
  setHandler(harness, async () => {
    if (failedAt.length === 0) await harness.clock.sleep(30_000);
    failedAt.push(harness.virtual.now());
    throw new Error('no');
  });
  await harness.deliver([record('p')]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 2 })]);
  expect(failedAt[1] - failedAt[0]).toBeGreaterThanOrEqual(60_000);
});

test('an attempt that was counted before it was made is taken back when it asks for another time', async () => {
  const harness = new Harness({ settings: { maxAttempts: 2 } });
  let busy = true;
  setHandler(harness, () => {
    if (busy) throw new RetryLaterError('busy');
  });
  const records = [record('a')];
  for (let time = 0; time < 5; time += 1) {
    expect(await harness.deliver(records, 10_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    harness.restart();
  }
  busy = false;
  expect(await harness.deliver(records)).toEqual({ failures: [] });
  expect(harness.failures.records).toEqual([]);
});

describe('RetryLaterError that asks for longer than its invocation lasts', () => {
  const calledAt: number[] = [];
  const asks = (harness: Harness, after: number, times: number): void => {
    calledAt.length = 0;
    setHandler(harness, () => {
      calledAt.push(harness.virtual.now() - START);
      if (calledAt.length <= times) throw new RetryLaterError('busy', { after });
    });
  };
  const deliverUntilSettled = async (harness: Harness, records: readonly ReturnType<typeof record>[], timeoutMillis = 60_000) => {
    for (let delivery = 0; delivery < 50; delivery += 1) {
      const result = await harness.deliver(records, timeoutMillis);
      if (!('failures' in (result as object)) || (result as { failures: string[] }).failures.length === 0) return result;
      // Each in a process of its own, or not: what is kept is in the ledger.
      if (delivery % 2 === 0) harness.restart();
    }
    throw new Error('not settled');
  };

  test('is waited for over several deliveries, at no cost of attempts', async () => {
    const harness = new Harness({ settings: { maxAttempts: 1 } });
    asks(harness, 200_000, 2);
    expect(await deliverUntilSettled(harness, [record('a')])).toEqual({ failures: [] });
    expect(calledAt).toHaveLength(3);
    expect(calledAt[1]).toBeGreaterThanOrEqual(200_000);
    expect(calledAt[2] - calledAt[1]).toBeGreaterThanOrEqual(200_000);
    expect(harness.failures.records).toEqual([]);
  });

  test('ends where the record becomes too old, whatever was asked for', async () => {
    const harness = new Harness({ settings: { maxRecordAgeSeconds: 600 } });
    asks(harness, 24 * 3_600_000, 99);
    expect(await deliverUntilSettled(harness, [record('a')])).toEqual({ failures: [] });
    expect(calledAt).toHaveLength(2);
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'RECORD_AGE', attempts: 0 })]);
  });

  test('keeps the attempts that were made before', async () => {
    const harness = new Harness({ settings: { maxAttempts: 2, attemptSpanMillis: 1_000 } });
    let calls = 0;
    setHandler(harness, () => {
      calls += 1;
      throw calls === 2 ? new RetryLaterError('busy', { after: 200_000 }) : new Error('no');
    });
    expect(await deliverUntilSettled(harness, [record('a')])).toEqual({ failures: [] });
    expect(calls).toBe(3);
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 2 })]);
  });

  test('holds back only its item, and costs a request only then', async () => {
    const harness = new Harness();
    setHandler(harness, (change) => {
      if (change.keys.id === 'a') throw new RetryLaterError('busy', { after: 200_000 });
    });
    const records = [record('a'), ...distinct(3)];
    const operations: string[] = [];
    (harness.options as { wrap: unknown }).wrap = (ports: { client: never }) => ({
      ...ports,
      client: aroundClient(ports.client, (operation, call) => {
        operations.push(operation);
        return call();
      }),
    });
    expect(await harness.deliver(records, 30_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    expect(operations.filter((operation) => operation === 'update')).toHaveLength(1);
    expect(harness.handlerCalls).toBe(4);
    operations.length = 0;
    await harness.deliver(records, 30_000);
    expect(harness.handlerCalls).toBe(4);
    expect(operations).toEqual(['batchGet']);
  });

  test('is asked anew of a process whose clock is right, where the one that was asked was ahead', async () => {
    const harness = new Harness();
    asks(harness, 100_000, 2);
    const { now } = harness.clock;
    harness.clock.now = () => now() + 6 * 3_600_000;
    const records = [record('a')];
    await harness.deliver(records, 60_000);
    harness.clock.now = now;
    harness.restart();
    expect(await deliverUntilSettled(harness, records)).toEqual({ failures: [] });
    expect(calledAt).toHaveLength(3);
    expect(harness.virtual.now() - START).toBeLessThan(300_000);
  });

  test('for less than a second more is not worth a request', async () => {
    const harness = new Harness();
    // Of half a minute the handlers have 27 seconds.
    asks(harness, 27_000, 1);
    const writes: string[] = [];
    (harness.options as { wrap: unknown }).wrap = (ports: { client: never }) => ({
      ...ports, client: aroundClient(ports.client, (operation, call) => { writes.push(operation); return call(); }),
    });
    await harness.deliver([record('a'), record('b')], 30_000);
    expect(calledAt).toHaveLength(2);
    expect(writes).not.toContain('update');
  });
});

test('an outage uses up no attempts of a change that fresh processes get alone', async () => {
  const harness = new Harness({ settings: { maxAttempts: 2 } });
  let out = true;
  setHandler(harness, () => {
    if (out) throw new Error('connection refused');
  });
  const records = distinct(8);
  await harness.deliver(records, 10_000);
  for (let time = 0; time < 5; time += 1) {
    harness.restart();
    expect(await harness.deliver([records[0]], 90_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
  }
  out = false;
  harness.restart();
  expect(await harness.deliver(records)).toEqual({ failures: [] });
  expect(harness.failures.records).toEqual([]);
});

test('a message that looks like a stack does not reach the logs', async () => {
  const harness = new Harness({ settings: { maxAttempts: 1 } });
  setHandler(harness, () => { throw new Error('cannot apply:\n    at card-4711'); });
  await harness.deliver([record('a')]);
  const [line] = harness.logs('WARN');
  expect(harness.lines.join('\n')).not.toContain('4711');
  expect((line.error as { at: string[] }).at[0]).toMatch(/^at .*attempts\.test/);
});

test('a handler whose commit the store does not answer is not to blame for the end of the invocation', async () => {
  let stuck = true;
  const harness = new Harness({
    settings: { maxAttempts: 1 },
    handler: (_change, context) => context.commit([{ Put: { TableName: 'Effects', Item: { id: 'x' } } }]),
    wrap: (ports) => ({
      ...ports,
      client: aroundClient(ports.client, async (operation, call) => {
        if (stuck && operation === 'transactWrite') throw new StoreError('TransactionCanceledException', [{ Code: 'TransactionConflict' }, { Code: 'None' }]);
        return call();
      }),
    }),
  });
  const records = [record('a')];
  expect(await harness.deliver(records, 10_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
  stuck = false;
  harness.restart();
  expect(await harness.deliver(records, 10_000)).toEqual({ failures: [] });
  expect(harness.failures.records).toEqual([]);
  expect(harness.db.table('Effects').size).toBe(1);
});

test('a lane longer than a flush and the lanes together is settled in parts', async () => {
  const harness = new Harness({ settings: { flushSize: 1, concurrency: 1 } });
  expect(await harness.deliver([record('a'), record('a'), record('a'), record('b')])).toEqual({ failures: [] });
  expect(harness.handlerCalls).toBe(4);
});

test('an attempt that was counted and never made, because the store did not answer, is taken back', async () => {
  let lost = true;
  const harness: Harness = new Harness({
    settings: { maxAttempts: 1 },
    wrap: (ports) => ({
      ...ports,
      client: aroundClient(ports.client, async (operation, call) => {
        const answer = await call();
        // The last request, made when the time is up, is answered.
        if (operation !== 'update' || !lost || harness.virtual.now() - START >= 9_500) return answer;
        throw new StoreError('TimeoutError');
      }),
    }),
  });
  const records = [record('a')];
  expect(await harness.deliver(records, 10_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
  expect(harness.handlerCalls).toBe(0);
  lost = false;
  harness.restart();
  expect(await harness.deliver(records, 10_000)).toEqual({ failures: [] });
  expect(harness.failures.records).toEqual([]);
});
