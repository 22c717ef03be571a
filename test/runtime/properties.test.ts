/**
 * For random batches, items and failures: a fault, and a kill, at every call of a port in turn (not at random ones), and the promises after each.
 *
 * Each property was seen to fail, on the runtime broken like this:
 * - I1 no lost change: `storeFailure` not called before an item is parked (after-failure.ts)
 * - I2 once: the mark's condition left out of a commit (`markWrite`, ledger.ts)
 * - I3 order: a lane that goes on after `stop` (lane.ts)
 * - I4 poison isolation: a change given up after its first attempt (`isSpent`, after-failure.ts)
 * - I6 no false acknowledgement: the marks not flushed, `run.marks.flush()` left out (settle-batch.ts)
 * - I7 no false poison: a postponement that counts (`lane.countAttempt` in `afterPostponement`, after-failure.ts)
 * - I11 crash-safe: a window of any size (`window: Infinity`, settle-batch.ts)
 */

import * as fc from 'fast-check';
import { Around, aroundClient, aroundFailures, never, Operation } from './faults';
import { Delivery, Harness, LEDGER, record, TestHandler } from './harness';
import { StoreError } from '../../src/local/simulate/memory-dynamodb';
import { PermanentError, RetryLaterError } from '../../src/runtime';
import { StreamRecord } from '../../src/runtime/change/record';
import { itemKey } from '../../src/runtime/ledger/item-key';
import { DocumentClient } from '../../src/runtime/ports';

const SCOPE = { subscriber: 'Test', table: 'Orders' };

type Behaviour = 'fine' | 'fails once' | 'asks for later' | 'poison' | 'permanent';

interface Scenario {
  readonly changes: readonly { readonly item: number; readonly behaviour: Behaviour }[];
  readonly effect: 'plain' | 'commit';
  readonly concurrency: number;
  readonly flushSize: number;
  readonly onPoison: 'PARK_ITEM' | 'SKIP_RECORD';
}

const FAULTS = ['killed before', 'killed after', 'throttled', 'no answer', 'refused'] as const;
type Fault = (typeof FAULTS)[number];

const mostly = fc.constantFrom<Behaviour>('fine', 'fine', 'fine', 'fine', 'fine', 'fails once', 'asks for later', 'poison', 'permanent');
const scenarios: fc.Arbitrary<Scenario> = fc.record({
  changes: fc.array(fc.record({ item: fc.nat(5), behaviour: mostly }), { minLength: 1, maxLength: 14 }),
  effect: fc.constantFrom('plain', 'commit'),
  concurrency: fc.constantFrom(1, 2, 50),
  flushSize: fc.constantFrom(1, 3, 25),
  onPoison: fc.constantFrom('PARK_ITEM', 'SKIP_RECORD'),
});

const isPoison = (behaviour: Behaviour) => behaviour === 'poison' || behaviour === 'permanent';
/** Enough for every fault; a run that needs more does not come to an end. */
const MOST_DELIVERIES = 30;

/** What one run of a scenario, with one fault at one call, was seen to do. */
class Run {
  public readonly applied: number[] = [];
  public readonly harness: Harness;
  public readonly records: StreamRecord[];
  public calls = 0;
  public alive = true;
  /** Changes a crash left applied without a stored mark. */
  public repeatable = 0;
  public faulted?: Operation;
  public readonly deliveries: { readonly first: number; readonly delivery: Delivery }[] = [];
  private readonly tries: number[];

  public constructor(public readonly scenario: Scenario, private readonly at: number, private readonly fault?: Fault) {
    const { changes, effect, concurrency, flushSize, onPoison } = scenario;
    this.records = changes.map(({ item }) => record(`item-${item}`));
    this.tries = changes.map(() => 0);
    this.harness = new Harness({
      handler: effect === 'plain' ? this.plain : this.committing,
      settings: { concurrency, flushSize, onPoison, maxAttempts: 3, attemptSpanMillis: 1_000, logLevel: 'ERROR' },
      wrap: ({ client, failures, handler }) => ({
        client: aroundClient(this.noting(client), this.around),
        failures: aroundFailures(failures, this.around),
        handler: (change, context) => this.around('handler', async () => handler(change, context)),
      }),
    });
  }

  /** Delivers as the mapping does until nothing is reported any more. */
  public async untilSettled(): Promise<this> {
    let first = 0;
    while (first < this.records.length) {
      if (this.deliveries.length === MOST_DELIVERIES) throw new Error('I11: no end');
      const delivery = await this.harness.deliver(this.records.slice(first), 300_000, () => this.alive);
      this.deliveries.push({ first, delivery });
      if (delivery === 'killed' || 'error' in delivery) {
        if (delivery === 'killed') this.repeatable = this.unmarked();
        this.alive = true;
        this.harness.restart();
        this.harness.memory.finishedInvocation = true;
      } else {
        const reported = delivery.failures[0];
        const next = reported === undefined ? this.records.length : this.records.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === reported);
        for (let index = first; index < next; index += 1) if (!this.isSettled(index)) throw new Error(`I6: ${index} was acknowledged`);
        first = next;
      }
    }
    return this;
  }

  public isStored(index: number): boolean {
    return this.harness.failures.sequenceNumbers.includes(this.records[index].dynamodb!.SequenceNumber!);
  }

  public triesOf(sequenceNumber: string): number {
    return this.tries[this.records.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === sequenceNumber)];
  }

  public timesApplied(index: number): number {
    return this.applied.filter((other) => other === index).length;
  }

  /** The ledger says so, and there is an effect or a stored change. */
  private isSettled(index: number): boolean {
    return this.isMarked(index) && (this.applied.includes(index) || this.isStored(index));
  }

  private isMarked(index: number): boolean {
    const row = this.harness.db.table(LEDGER).get(itemKey(SCOPE, this.records[index].dynamodb!.Keys)!);
    const sequenceNumber = this.records[index].dynamodb!.SequenceNumber!.padStart(40, '0');
    const reached = [row?.mark, (row?.parked as { tail: string } | undefined)?.tail] as (string | undefined)[];
    return reached.some((at) => at !== undefined && at.slice(at.indexOf('#') + 1) >= sequenceNumber);
  }

  private unmarked(): number {
    return [...new Set(this.applied)].filter((index) => !this.isMarked(index)).length;
  }

  private readonly around: Around = async (operation, call) => {
    if (!this.alive) return never();
    this.calls += 1;
    if (this.calls !== this.at || this.fault === undefined) return call();
    this.faulted = operation;
    if (this.fault === 'killed before') return this.kill();
    if (this.fault === 'killed after') {
      await call().catch(() => undefined);
      return this.kill();
    }
    if (operation === 'handler') throw Object.assign(new Error('passing'), { name: 'ThrottlingException' });
    if (this.fault === 'no answer') await call().catch(() => undefined);
    throw new StoreError(this.fault === 'refused' ? 'AccessDeniedException' : 'ThrottlingException');
  };

  private kill(): Promise<never> {
    this.alive = false;
    return never();
  }

  private readonly plain: TestHandler = (change) => {
    const index = this.behave(change.sequenceNumber);
    this.applied.push(index);
  };

  private readonly committing: TestHandler = async (change, context) => {
    const index = this.behave(change.sequenceNumber);
    await context.commit([{
      Update: {
        TableName: 'Effects',
        Key: { id: String(index) },
        UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
        ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
      },
    }]);
  };

  /** A commit is applied when the store has made it, whether or not its answer arrives. */
  private noting(client: DocumentClient): DocumentClient {
    return {
      ...aroundClient(client, (_operation, call) => call()),
      transactWrite: async (input) => {
        const answer = await client.transactWrite(input);
        const { TableName, Key } = input.TransactItems[0].Update!;
        // Skipping a change is a transaction too.
        if (TableName === LEDGER) return answer;
        const index = Number(Key.id);
        if (!this.applied.includes(index)) this.applied.push(index);
        return answer;
      },
    };
  }

  private behave(sequenceNumber: string): number {
    const index = this.records.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === sequenceNumber);
    this.tries[index] += 1;
    const { behaviour } = this.scenario.changes[index];
    if (behaviour === 'permanent') throw new PermanentError('never');
    if (behaviour === 'poison' || (behaviour === 'fails once' && this.tries[index] === 1)) throw new Error('no');
    if (behaviour === 'asks for later' && this.tries[index] <= 4) throw new RetryLaterError('busy', { after: 10 });
    return index;
  }
}

/** The same scenario without a fault, then with each fault at each call that was made. */
async function everyRun(scenario: Scenario, check: (run: Run, fault?: Fault) => void, faults: readonly Fault[] = FAULTS): Promise<void> {
  const undisturbed = await new Run(scenario, 0).untilSettled();
  check(undisturbed);
  for (let at = 1; at <= undisturbed.calls; at += 1) {
    for (const fault of faults) check(await new Run(scenario, at, fault).untilSettled(), fault);
  }
}

const property = (check: (run: Run, fault?: Fault) => void, faults?: readonly Fault[]) => (
  fc.assert(fc.asyncProperty(scenarios, (scenario) => everyRun(scenario, check, faults)), { numRuns: 10, seed: 4 }));

const indexes = ({ scenario }: Run) => scenario.changes.map((_change, index) => index);
const sameItemBefore = ({ scenario: { changes } }: Run, index: number) => indexes({ scenario: { changes } } as Run)
  .filter((other) => other < index && changes[other].item === changes[index].item);

test('I1: every change is applied, or whole in the failure store', () => property((run) => {
  for (const index of indexes(run)) {
    if (run.timesApplied(index) > 0) continue;
    const stored = run.harness.failures.records.find(({ sequenceNumber }) => sequenceNumber === run.records[index].dynamodb!.SequenceNumber);
    expect(stored?.record).toEqual(run.records[index]);
  }
}));

test('I2: a committed effect is made once; a plain one again only after a crash, a refused store, or an answer that was lost', () => property((run, fault) => {
  for (const index of indexes(run)) {
    if (run.scenario.effect === 'commit') expect([undefined, 1]).toContain(run.harness.db.table('Effects').get(String(index))?.n);
    else if (fault === undefined || fault === 'throttled' || fault === 'no answer') expect(run.timesApplied(index)).toBeLessThanOrEqual(1);
  }
}));

test('I3: the changes of an item are applied in order, none before what precedes it is settled', () => property((run) => {
  run.applied.forEach((index, place) => {
    const earlier = run.applied.slice(0, place);
    for (const before of sameItemBefore(run, index)) {
      const skipped = run.scenario.onPoison === 'SKIP_RECORD' && isPoison(run.scenario.changes[before].behaviour);
      expect(skipped || earlier.includes(before)).toBe(true);
    }
  });
}));

test('I4: only a poison change, and what comes behind it in its item, is given up', () => property((run) => {
  for (const index of indexes(run).filter((one) => run.isStored(one))) {
    const { changes, onPoison } = run.scenario;
    const behind = onPoison === 'PARK_ITEM' && sameItemBefore(run, index).some((before) => isPoison(changes[before].behaviour));
    expect(isPoison(changes[index].behaviour) || behind).toBe(true);
  }
}));

test('I6: nothing is acknowledged that is not settled, and known to the ledger', () => property((run, fault) => {
  // Each delivery was checked while it ran; here, that a fault which refuses a request was not passed over.
  if (fault !== 'refused' || run.faulted === 'handler' || run.faulted === undefined) return;
  expect(run.deliveries.some(({ delivery }) => delivery === 'killed' || 'error' in delivery) || run.scenario.effect === 'commit').toBe(true);
}));

test('I7: throttles, lost answers and refusals use up no attempts', () => property((run, fault) => {
  if (fault === 'killed before' || fault === 'killed after') return;
  // A refused commit looks like a mistake of the handler's own writes.
  if (fault === 'refused' && run.faulted === 'transactWrite') return;
  for (const { attempts, reason, sequenceNumber } of run.harness.failures.records) {
    if (reason === 'ATTEMPTS_EXHAUSTED') expect(attempts).toBeLessThanOrEqual(run.triesOf(sequenceNumber));
  }
}));

test('I11: after a crash everything is settled, and no more is repeated than a flush and the lanes', () => property((run) => {
  const { flushSize, concurrency } = run.scenario;
  expect(run.repeatable).toBeLessThanOrEqual(flushSize + concurrency);
}, ['killed before', 'killed after']));
