import { aroundClient } from './faults';
import { Harness, record, TestHandler } from './harness';
import { AlreadyAppliedError } from '../../src/runtime';

const put = (id: string, condition?: string) => ({ Put: { TableName: 'Effects', Item: { id }, ...(condition && { ConditionExpression: condition }) } });

/** A store that takes a while to answer. */
const slowly = (handler: TestHandler): Harness => {
  const harness: Harness = new Harness({
    handler,
    wrap: (ports) => ({
      ...ports,
      client: aroundClient(ports.client, async (operation, call) => {
        if (operation === 'transactWrite') await harness.clock.sleep(500);
        return call();
      }),
    }),
  });
  return harness;
};

test('a second commit that nobody waits for takes nothing from the first', async () => {
  const harness = slowly((_change, context) => {
    void context.commit([put('first')]);
    void context.commit([put('second')]);
  });
  const records = [record('a')];

  expect(await harness.deliver(records)).toEqual({ failures: [] });
  await harness.virtual.runAsync();
  expect([...harness.db.table('Effects').keys()]).toEqual(['first']);
  expect(harness.logs('ERROR')).toEqual([expect.objectContaining({ message: expect.stringContaining('a change is committed once') })]);
});

test('a commit that the handler did not wait for fails the change when its condition does not hold', async () => {
  const harness = slowly((_change, context) => { void context.commit([put('taken', 'attribute_not_exists(id)')]); });
  harness.db.table('Effects').set('taken', { id: 'taken' });

  await harness.deliver([record('a')]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', error: expect.objectContaining({ name: 'CommitConditionError' }) })]);
});

test('a commit of more writes than a transaction takes fails the change, also when its error is caught', async () => {
  const harness = new Harness({ handler: (_change, context) => context.commit(Array.from({ length: 100 }, (_, index) => put(`${index}`))).catch(() => undefined) });

  await harness.deliver([record('a')]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', error: expect.objectContaining({ name: 'CommitMisuseError' }) })]);
});

test('a commit after the handler has ended is refused, and ends no process', async () => {
  const rejections: unknown[] = [];
  const listener = (error: unknown) => rejections.push(error);
  process.on('unhandledRejection', listener);
  const harness: Harness = new Harness();
  (harness.options as { handler: TestHandler }).handler = (_change, context) => {
    harness.virtual.at(harness.virtual.now() + 1, () => { void context.commit([put('late')]); });
  };

  expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
  await harness.virtual.runAsync(() => false, { wholeTurns: true });
  process.off('unhandledRejection', listener);
  expect(harness.db.table('Effects').size).toBe(0);
  expect(rejections).toEqual([]);
  expect(harness.logs('ERROR')).toEqual([expect.objectContaining({ message: expect.stringContaining('the attempt has ended') })]);
});

test('a handler that says of itself that another delivery was faster, which the ledger denies, has failed', async () => {
  const harness = new Harness({ handler: () => { throw new AlreadyAppliedError(); } });
  harness.memory.finishedInvocation = true;

  expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
  expect(harness.handlerCalls).toBe(5);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED' })]);
});
