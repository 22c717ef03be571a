/** An attempt that is counted before it is made, as fresh processes do, must not count when the handler succeeds. */

import { aroundClient, Operation } from './faults';
import { Harness, record } from './harness';
import { StoreError } from '../../src/local/simulate/memory-dynamodb';

test.each<[string, string]>([
  ['throttled', 'ProvisionedThroughputExceededException'],
  ['refused', 'AccessDeniedException'],
])('a healthy change whose mark is %s in one fresh process after the other is not parked', async (_what, name) => {
  let broken = true;
  const fails = (operation: Operation) => broken && operation === 'batchExecuteStatement';
  const harness: Harness = new Harness({
    wrap: (ports) => ({
      ...ports,
      client: aroundClient(ports.client, async (operation, call) => {
        if (fails(operation)) throw new StoreError(name);
        return call();
      }),
    }),
  });
  const records = [record('a')];
  for (let delivery = 0; delivery < 8; delivery += 1) {
    harness.restart();
    await harness.deliver(records, 10_000);
    harness.virtual.at(harness.virtual.now() + 60_000, () => undefined);
    await harness.virtual.runAsync(() => false);
  }
  expect(harness.handlerCalls).toBe(8);
  expect(harness.failures.records).toEqual([]);

  broken = false;
  harness.restart();
  expect(await harness.deliver(records)).toEqual({ failures: [] });
  expect(harness.failures.records).toEqual([]);
});
