/** The relay's one row in the ledger is written for all targets that fail together, not for each of them. */

import { RelayHarness } from './harness';
import { EXPRESSION_BYTES } from '../../../src/contract/limits';
import { Route } from '../../../src/contract/routes';
import { record } from '../harness';

const TARGETS = 50;
const STORE_MILLIS = 5;
/** Of the row, for one batch. */
const MOST_WRITES = 5;
const ROUTES = Array.from({ length: TARGETS }, (_, index): Route => ({ name: `Target${'x'.repeat(50)}${index}`, orderBy: 'ITEM' }));

/** A relay of which every queue is down, each after its own time. */
function failingRelay(failsAfter: (target: number) => number) {
  const seen = { updates: 0, reads: 0, underWay: 0, most: 0 };
  const harness: RelayHarness = new RelayHarness({
    routes: ROUTES,
    around: async (operation, call, detail) => {
      if (operation === 'batchGet') seen.reads += 1;
      if (operation === 'send') {
        await harness.clock.sleep(failsAfter(Number(/\d+$/.exec(detail!))));
        throw Object.assign(new Error('down'), { name: 'QueueDoesNotExist' });
      }
      if (operation !== 'update') return call();
      seen.updates += 1;
      seen.underWay += 1;
      seen.most = Math.max(seen.most, seen.underWay);
      await harness.clock.sleep(STORE_MILLIS);
      seen.underWay -= 1;
      return call();
    },
  });
  return { harness, seen };
}

test('fifty failing targets cost a handful of writes of the row a batch, however many batches', async () => {
  const { harness, seen } = failingRelay(() => 0);
  expect(await harness.deliver([record('a'), record('b')])).toEqual({ from: undefined });
  // Before the objects and after them, at most forty targets an expression: one more where the first are done before the last.
  expect(seen).toMatchObject({ reads: 1, most: 1 });
  expect(seen.updates).toBeLessThanOrEqual(MOST_WRITES);
  expect(harness.openTargets.sort()).toEqual(ROUTES.map(({ name }) => name).sort());
  expect(harness.objects.objects.size).toBe(2 * TARGETS);
  seen.updates = 0;
  await harness.deliver([record('a'), record('c')]);
  // Five drains are tried beside the batch; none of them writes, because their queues answer as before.
  expect(seen.updates).toBeLessThanOrEqual(MOST_WRITES);
});

test('targets that fail one after the other never have two writes of the row under way', async () => {
  const { harness, seen } = failingRelay((target) => target);
  await harness.deliver([record('a')]);
  expect(seen.most).toBe(1);
  expect(seen.updates).toBeLessThan(TARGETS);
  expect(harness.openTargets).toHaveLength(TARGETS);
});

test('an expression stays within what DynamoDB takes', async () => {
  const { harness } = failingRelay(() => 0);
  const lengths: number[] = [];
  const { update } = harness.db;
  harness.db.update = async (input) => {
    lengths.push(input.UpdateExpression.length);
    return update.call(harness.db, input);
  };
  await harness.deliver([record('a')]);
  expect(Math.max(...lengths)).toBeGreaterThan(EXPRESSION_BYTES / 2);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(EXPRESSION_BYTES);
});

test('a write that fails keeps all of its targets\' changes in the stream, and nobody else\'s', async () => {
  const harness: RelayHarness = new RelayHarness({
    routes: [{ name: 'down', orderBy: 'ITEM' }, { name: 'other', orderBy: 'ITEM' }, { name: 'up', orderBy: 'ITEM' }],
    around: async (operation, call, detail) => {
      if (operation === 'update') throw Object.assign(new Error('refused'), { name: 'AccessDeniedException' });
      if (operation === 'send' && detail !== 'up') throw new Error('down');
      return call();
    },
  });
  const change = record('a');
  expect(await harness.deliver([change])).toEqual({ from: change.dynamodb!.SequenceNumber });
  expect(harness.received('up')).toHaveLength(1);
  expect(harness.logs('ERROR').filter(({ message }) => message.startsWith('neither sent')).map(({ target }) => target).sort()).toEqual(['down', 'other']);
});
