import * as fc from 'fast-check';
import { RelayHarness, RelayOperation } from './harness';
import { StreamRecord } from '../../../src/runtime/change/record';
import { never } from '../faults';
import { record } from '../harness';

/** What happens at one call of a port. */
type Fault = 'fails' | 'done, then fails' | 'killed' | 'done, then killed' | 'entry fails';

interface Plan {
  readonly seed: number;
  /** Items of the changes of two shards, in order. */
  readonly shards: readonly [readonly number[], readonly number[]];
  readonly batchSize: number;
  /** Faults by the ordinal of the call. */
  readonly faults: readonly (readonly [number, Fault])[];
  /** Ordinals of calls between which the queue of target `a` does not answer. */
  readonly outage: readonly [number, number];
  readonly drains: number;
}

const faults = fc.constantFrom<Fault>('fails', 'done, then fails', 'killed', 'done, then killed', 'entry fails');
const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  shards: fc.tuple(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 25 }), fc.array(fc.integer({ min: 4, max: 7 }), { maxLength: 25 })),
  batchSize: fc.integer({ min: 1, max: 8 }),
  faults: fc.array(fc.tuple(fc.integer({ min: 0, max: 150 }), faults), { maxLength: 10 }),
  outage: fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 120 })),
  drains: fc.integer({ min: 0, max: 25 }),
});

function randomFrom(seed: number): () => number {
  let state = seed % 2147483647;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

/** Runs a plan and returns, for each target, what its queue handed out per item beside what was written. */
async function run(plan: Plan): Promise<void> {
  const random = randomFrom(plan.seed);
  const [first, last] = plan.outage;
  let calls = 0;
  let quiet = false;
  let epoch = 0;
  const lives = new Map<number, () => void>();
  const faultAt = new Map(plan.faults);

  const around = (life: number) => async <T>(operation: RelayOperation, call: () => Promise<T>, detail?: string): Promise<T> => {
    if (!lives.has(life)) return never();
    // Now and then a call takes long, so that others overtake it.
    await harness.clock.sleep(Math.floor(random() * (random() < 0.15 ? 600 : 40)));
    if (!lives.has(life)) return never();
    const ordinal = calls;
    calls += 1;
    const down = !quiet && operation === 'send' && detail === 'a' && ordinal >= first && ordinal < first + last;
    if (down) throw new Error('down');
    const fault = quiet ? undefined : faultAt.get(ordinal);
    const kill = () => {
      lives.get(life)?.();
      lives.delete(life);
      return never<T>();
    };
    if (fault === 'fails') throw new Error('fault');
    if (fault === 'killed') return kill();
    const answer = await call();
    if (fault === 'done, then fails') throw new Error('fault after');
    if (fault === 'done, then killed') return kill();
    if (fault === 'entry fails' && operation === 'send') return { accepted: [], failed: [] } as T;
    return answer;
  };
  const harness = new RelayHarness({ routes: [{ name: 'a', orderBy: 'ITEM' }, { name: 'b', orderBy: 'ITEM' }, { name: 'c', orderBy: 'ITEM', recordsLatest: true }], random });

  /** One invocation in a life of its own; undefined when it was killed. */
  const invoke = async <T>(work: () => Promise<T>): Promise<{ value: T } | { error: unknown } | undefined> => {
    epoch += 1;
    const life = epoch;
    (harness.options as { around: unknown }).around = around(life);
    const dead = new Promise<undefined>((resolve) => lives.set(life, () => resolve(undefined)));
    const result = await Promise.race([work().then((value) => ({ value }), (error: unknown) => ({ error })), dead]);
    lives.delete(life);
    return result;
  };

  const readShard = async (records: readonly StreamRecord[]): Promise<void> => {
    let at = 0;
    let size = plan.batchSize;
    while (at < records.length) {
      const batch = records.slice(at, at + size);
      const result = await invoke(() => harness.start(batch));
      if (result !== undefined && 'value' in result) {
        const from = result.value;
        at += from === undefined ? batch.length : batch.findIndex((one) => one.dynamodb!.SequenceNumber === from);
        size = plan.batchSize;
      } else {
        size = Math.max(1, Math.floor(size / 2));
        harness.restart();
      }
      await harness.clock.sleep(Math.floor(random() * 200));
    }
  };
  const drainNowAndThen = async (): Promise<void> => {
    for (let time = 0; time < plan.drains; time += 1) {
      await harness.clock.sleep(Math.floor(random() * 400));
      await invoke(() => harness.startDrain());
    }
  };
  const shards = plan.shards.map((items) => items.map((item) => record(`item-${item}`)));

  let done = false;
  void Promise.all([...shards.map(readShard), drainNowAndThen()]).then(() => { done = true; });
  await harness.virtual.runAsync(() => done);
  expect(done).toBe(true);
  quiet = true;
  (harness.options as { around: unknown }).around = undefined;
  await harness.drain(600_000);

  expect(harness.openTargets).toEqual([]);
  const written = new Map<string, string[]>();
  for (const one of shards.flat()) {
    const key = one.dynamodb!.Keys!.id.S!;
    written.set(key, [...written.get(key) ?? [], one.dynamodb!.SequenceNumber!]);
  }
  for (const target of ['a', 'b', 'c']) expect([...harness.consume(target)].sort()).toEqual([...written].sort());
}

test('whatever fails or dies, at whichever call: every target gets every change, in order per item, and a spill is empty in the end', async () => {
  await fc.assert(fc.asyncProperty(plans, run), { numRuns: Number(process.env.RELAY_RUNS ?? 500), seed: 7, endOnFailure: true });
}, 120_000);
