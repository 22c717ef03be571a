/** Long work under faults at every call of a port, with processes that die, sleep past their lease, and have wrong clocks. */

import * as fc from 'fast-check';
import { LEASE_SECONDS, Life, LongHarness, LongOperation } from './harness';
import { LedgerRow } from '../../../src/contract/ledger';
import { PermanentError, RetryLaterError } from '../../../src/runtime';
import { StreamRecord } from '../../../src/runtime/change/record';
import { never } from '../faults';
import { LEDGER, record } from '../harness';

type Fault = 'fails' | 'done, then fails' | 'killed' | 'done, then killed' | 'sleeps' | 'done, then sleeps';
type Behaviour = 'commits' | 'returns' | 'fails once' | 'later once' | 'is poison' | 'hangs once';

interface Plan {
  readonly seed: number;
  /** Items of the changes, in order. */
  readonly items: readonly number[];
  readonly behaviours: readonly Behaviour[];
  /** Faults by the ordinal of the call. */
  readonly faults: readonly (readonly [number, Fault])[];
  /** Deliveries, by their ordinal, that are made twice at once. */
  readonly twice: readonly number[];
}

const MOST_SKEW_MILLIS = 10 * 60_000;
const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  items: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 6 }),
  behaviours: fc.array(fc.constantFrom<Behaviour>('commits', 'returns', 'fails once', 'later once', 'is poison', 'hangs once'), { minLength: 6, maxLength: 6 }),
  faults: fc.array(fc.tuple(
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom<Fault>('fails', 'done, then fails', 'killed', 'done, then killed', 'sleeps', 'done, then sleeps'),
  ), { maxLength: 8 }),
  twice: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
});

function randomFrom(seed: number): () => number {
  let state = seed % 2147483647;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

/** What is being worked on, as the item's owner sees it. */
interface Work {
  readonly life: Life;
  readonly signal: AbortSignal;
}

async function run(plan: Plan): Promise<void> {
  const random = randomFrom(plan.seed);
  const changes = plan.items.map((item) => record(`item-${item}`));
  const behaviourOf = new Map(changes.map((change, index) => [change.dynamodb!.SequenceNumber!, plan.behaviours[index]]));
  const faultAt = new Map(plan.faults);
  const working = new Map<string, Set<Work>>();
  const calls = new Map<string, number>();
  const violations: string[] = [];
  let ordinal = 0;

  /** The memory's DynamoDB writes before it returns: whoever changes a row without claiming it must be the one that has claimed it last. */
  const owners = new Map<string, Life>();
  const watched = <T>(call: () => Promise<T>, life: Life): Promise<T> => {
    const rows = harness.db.table(LEDGER) as unknown as Map<string, LedgerRow>;
    const before = new Map(rows);
    const answer = call();
    for (const [pk, row] of rows) {
      const was = before.get(pk);
      if (row === was || row.claim === undefined) continue;
      if (row.fence !== was?.fence) owners.set(row.claim.owner, life);
      else if (owners.get(row.claim.owner) !== life) violations.push('a row was written by a worker that had lost its claim');
    }
    return answer;
  };

  const around = async <T>(_operation: LongOperation, call: () => Promise<T>, life: Life): Promise<T> => {
    await harness.clock.sleep(Math.floor(random() * 300));
    await life.awake();
    const fault = faultAt.get(ordinal);
    ordinal += 1;
    const fail = () => { throw new Error('fault'); };
    const kill = () => {
      life.dead = true;
      return never<T>();
    };
    const sleep = () => life.sleepFor(LEASE_SECONDS * 1000 * (0.5 + random() * 2));
    if (fault === 'fails') return fail();
    if (fault === 'killed') return kill();
    if (fault === 'sleeps') sleep();
    await life.awake();
    const answer = await watched(call, life);
    if (fault === 'done, then fails') return fail();
    if (fault === 'done, then killed') return kill();
    if (fault === 'done, then sleeps') sleep();
    await life.awake();
    return answer;
  };
  const harness = new LongHarness({ random, around, settings: { maxAttempts: 8, attemptSpanMillis: 1_000 } });
  harness.handler = async (change, context, life) => {
    // Timers that are due when a process wakes run before its handler does anything that matters.
    await life.clock.sleep(1);
    const key = String(change.keys.id);
    const work = { life, signal: context.signal };
    const others = working.get(key) ?? new Set();
    working.set(key, others.add(work));
    // One that is dead, asleep or told to stop holds no lease.
    const active = [...others].filter((one) => !one.life.dead && !one.life.isAsleep && !one.signal.aborted);
    if (active.length > 1) violations.push(`${active.length} work on ${key} at once`);
    const times = (calls.get(change.sequenceNumber) ?? 0) + 1;
    calls.set(change.sequenceNumber, times);
    try {
      await life.clock.sleep(Math.floor(random() * 50_000), context.signal);
      const behaviour = behaviourOf.get(change.sequenceNumber);
      if (behaviour === 'is poison') throw new PermanentError('never');
      if (behaviour === 'fails once' && times === 1) throw new Error('no');
      if (behaviour === 'later once' && times === 1) throw new RetryLaterError('busy');
      if (behaviour === 'hangs once' && times === 1) await never();
      if (behaviour === 'returns') return;
      await context.commit([{
        Update: {
          TableName: 'Effects',
          Key: { id: change.sequenceNumber },
          UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
          ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
        },
      }]);
    } finally {
      others.delete(work);
    }
  };

  for (const change of changes) harness.send(change);
  let deliveries = 0;
  const pending = new Set<Promise<unknown>>();
  const deliver = async (): Promise<void> => {
    const message = harness.receive();
    if (message === undefined) return harness.pass(500);
    deliveries += 1;
    const skew = (random() * 2 - 1) * MOST_SKEW_MILLIS;
    const invoke = () => {
      const call: Promise<unknown> = harness.invoke(message, harness.life('worker', skew)).catch(() => undefined).then(() => pending.delete(call));
      pending.add(call);
    };
    invoke();
    if (plan.twice.includes(deliveries)) invoke();
    return harness.pass(100);
  };
  for (let steps = 0; harness.queue.size > 0; steps += 1) {
    if (steps > 20_000) throw new Error(`${harness.queue.size} messages are left`);
    await deliver();
  }
  // Who still sleeps wakes up, and finds that there is nothing for it to do.
  const settled = JSON.stringify([...harness.db.table('Effects')]);
  await harness.pass(10 * 60_000);
  expect(violations).toEqual([]);
  check(harness, changes, behaviourOf);
  expect(JSON.stringify([...harness.db.table('Effects')])).toBe(settled);
}

/** Each change is applied once, or is poison or behind it and whole in the failure store; nothing else is there. */
function check(harness: LongHarness, changes: readonly StreamRecord[], behaviourOf: ReadonlyMap<string, Behaviour>): void {
  const poisoned = new Set<string>();
  const expected: { applied: string[]; stored: string[] } = { applied: [], stored: [] };
  for (const change of changes) {
    const sequenceNumber = change.dynamodb!.SequenceNumber!;
    const key = change.dynamodb!.Keys!.id.S!;
    const behaviour = behaviourOf.get(sequenceNumber)!;
    if (behaviour === 'is poison') poisoned.add(key);
    if (poisoned.has(key)) expected.stored.push(sequenceNumber);
    else if (behaviour !== 'returns') expected.applied.push(sequenceNumber);
  }
  const effects = [...harness.db.table('Effects')].map(([id, { n }]) => [id, n]);
  expect(effects.sort()).toEqual(expected.applied.sort().map((id) => [id, 1]));
  expect(harness.failures.sequenceNumbers.sort()).toEqual(expected.stored.sort());
}

test('whatever fails, dies or sleeps, at whichever call, under whichever clocks: no two work on an item at once, and each change is applied once or kept', async () => {
  await fc.assert(fc.asyncProperty(plans, run), { numRuns: Number(process.env.LONG_RUNS ?? 150), seed: 8, endOnFailure: true });
}, 240_000);
