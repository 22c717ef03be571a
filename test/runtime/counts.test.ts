import { aroundClient, never } from './faults';
import { distinct, Harness, record } from './harness';

describe('what settling a batch costs', () => {
  test('100 distinct items: 0.05 store requests and one write unit a record', async () => {
    const harness = new Harness();
    expect(await harness.deliver(distinct(100))).toEqual({ failures: [] });
    expect(harness.handlerCalls).toBe(100);
    expect(harness.db.counts).toEqual({ requests: 5, readUnits: 100, writeUnits: 100 });
  });

  test('the same batch again: one read, nothing is run', async () => {
    const harness = new Harness();
    const records = distinct(100);
    await harness.deliver(records);
    harness.db.counts.requests = 0;
    expect(await harness.deliver(records)).toEqual({ failures: [] });
    expect(harness.handlerCalls).toBe(100);
    expect(harness.db.counts.requests).toBe(1);
  });

  test.each([[10, 10], [100, 10], [7, 10]])('%i items with %i changes each: at most 0.2 write units a record', async (items, changes) => {
    // Handlers of different length, so that lanes do not march in step.
    const harness: Harness = new Harness({
      handler: (_change, context) => harness.clock.sleep(context.idempotencyKey.charCodeAt(0)),
    });
    const records = Array.from({ length: items * changes }, (_, index) => record(`item-${index % items}`));
    expect(await harness.deliver(records)).toEqual({ failures: [] });
    expect(harness.db.counts.writeUnits).toBeLessThanOrEqual(0.2 * records.length);
  });

  test('one passing failure in 100: one call more', async () => {
    let failed = false;
    const harness = new Harness({
      handler: (change) => {
        if (change.keys.id === 'item-40' && !failed) {
          failed = true;
          throw new Error('passing');
        }
      },
    });
    expect(await harness.deliver(distinct(100))).toEqual({ failures: [] });
    expect(harness.handlerCalls).toBe(101);
    expect(harness.failures.records).toEqual([]);
  });

  test('killed half way through 400: at most flush size and lanes are repeated, nothing is refused on redelivery', async () => {
    let alive = true;
    let killed = false;
    const applied = new Map<unknown, number>();
    const harness = new Harness({
      handler: async (change) => {
        if (!alive) return never();
        applied.set(change.keys.id, (applied.get(change.keys.id) ?? 0) + 1);
        if (applied.size === 200 && !killed) {
          killed = true;
          alive = false;
        }
        return undefined;
      },
      wrap: (ports) => ({ ...ports, client: aroundClient(ports.client, (_operation, call) => (alive ? call() : never())) }),
    });
    const records = distinct(400);
    expect(await harness.deliver(records, 300_000, () => alive)).toBe('killed');
    alive = true;
    harness.restart();
    expect(await harness.deliverUntilSettled(records)).toEqual([{ failures: [] }]);
    const repeats = [...applied.values()].filter((times) => times > 1).length;
    expect(applied.size).toBe(400);
    expect(repeats).toBeGreaterThan(0);
    expect(repeats).toBeLessThanOrEqual(harness.settings.flushSize + harness.settings.concurrency);
  });
});
