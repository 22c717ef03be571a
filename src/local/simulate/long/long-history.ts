import { ClaimChecks } from './claim-checks';
import { Delivery } from './delivery';
import { LongHandler } from './long-handler';
import { LONG_FAULTS, LongPlan } from './long-plan';
import { LongWorker, LongWorld } from './long-worker';
import { FailureRecord } from '../../../contract/failure-record';
import { METRIC } from '../../../contract/metrics';
import type { Change } from '../../../runtime/change/change';
import type { ChangeContext } from '../../../runtime/change/context';
import { StreamRecord } from '../../../runtime/change/record';
import { VirtualClock } from '../../drive/memory-clock';
import { BrokeredRelay } from '../brokered/brokered-relay';
import { MemoryObjects } from '../brokered/memory-objects';
import { numberedRecord, ordinalOf, SECRET } from '../brokered/numbered-record';
import { FaultCounts, FaultTally } from '../fault-counts';
import { Invariant } from '../invariant';
import { MemoryDynamoDb } from '../memory-dynamodb';
import { derivedSeed, Rng } from '../random';
import { EFFECTS_TABLE, LEDGER_TABLE, START, Violation } from '../world';

const NAME = 's0';
const LONGEST_MILLIS = 20 * 60 * 60_000;
const LOOK_MILLIS = 5_000;
/** How long the relay may take for a batch when nothing fails but what the handler calls. */
const HELD_UP_MILLIS = 20_000;

export interface LongResult {
  readonly violation?: Violation;
  /** Milliseconds from a change to its effect, by ordinal. */
  readonly lags: ReadonlyMap<number, number>;
  /** Calls of the handler. */
  readonly calls: number;
  readonly superseded: number;
  readonly changes: number;
  readonly faults: Readonly<FaultCounts>;
}

/** Runs one history of work that takes long until all is settled, with the real relay and worker, and says which promise was broken. */
export async function runLongHistory(plan: LongPlan, trace?: (line: string) => void): Promise<LongResult> {
  return new LongHistory(plan, trace).run();
}

class LongHistory implements LongWorld {
  public readonly clock = new VirtualClock(START);
  public readonly dice: Rng;
  public readonly db: MemoryDynamoDb;
  public readonly objects = new MemoryObjects();
  public readonly rates: LongPlan['rates'];
  public writer: Delivery | undefined;
  private readonly records: readonly StreamRecord[];
  private readonly relay: BrokeredRelay;
  private readonly worker: LongWorker;
  private readonly claims: ClaimChecks;
  private readonly handler: LongHandler;
  private readonly accounted = new Map<number, 'applied' | 'stored'>();
  private readonly lags = new Map<number, number>();
  /** The last change applied, by item. */
  private readonly last = new Map<number, number>();
  private readonly tally = new FaultTally(LONG_FAULTS);
  public readonly count = this.tally.count;
  private superseded = 0;
  private violation?: Violation;
  private finished = false;

  /** @param tracer told step by step what happens, for people */
  public constructor(private readonly plan: LongPlan, private readonly tracer?: (line: string) => void) {
    this.dice = new Rng(derivedSeed(plan.seed, 1));
    this.rates = plan.rates;
    this.claims = new ClaimChecks((invariant, message) => this.violate(invariant, message), plan.leaseSeconds);
    this.handler = new LongHandler(plan, {
      sinceStart: () => this.clock.now() - START, violate: (invariant, message) => this.violate(invariant, message), count: this.count,
    });
    this.db = new MemoryDynamoDb({ [LEDGER_TABLE]: 'pk', [EFFECTS_TABLE]: 'id' }, (table, key, _before, after) => {
      if (table === EFFECTS_TABLE) this.applied(Number(key), Number(after?.n));
      else this.claims.marked(key, after, this.writer);
    });
    this.records = plan.writes.map(({ at, item }, ordinal) => numberedRecord(ordinal, at, { Keys: { pk: { S: `i${item}` } }, NewImage: { kind: { S: 'a' } } }));
    this.worker = new LongWorker(this, plan, NAME, (why) => this.violate('I1', `a message left its queue: ${why}`));
    // As synth has it, but some messages of the other kind are there from before the policy was changed.
    const recordsLatest = plan.onNewerChange === 'SKIP_SUPERSEDED';
    const route = { ...(recordsLatest ? { recordsLatest } : { changesAMessage: plan.seed % 4 === 0 ? undefined : 1 }) };
    const target = { wantsOnlyA: false, orderBy: 'ITEM', maxConcurrency: plan.maxConcurrency, flaky: 0, trouble: {}, route } as const;
    this.relay = new BrokeredRelay(this, { ...plan, shards: 1, writes: [], targets: [target] }, () => this.worker.queue);
  }

  public async run(): Promise<LongResult> {
    void this.relay.readShard(this.records, (millis) => {
      if (millis > HELD_UP_MILLIS && !this.faulty) this.violate('I8', `the relay took ${millis} ms for a batch`);
    });
    void this.relay.drainRegularly();
    this.worker.run();
    this.look();
    await this.clock.runAsync(() => this.finished || this.violation !== undefined || this.clock.now() > START + LONGEST_MILLIS);
    if (this.violation === undefined) this.checkEnd();
    return {
      violation: this.violation,
      lags: this.lags,
      calls: this.handler.callCount,
      superseded: this.superseded,
      changes: this.records.length,
      faults: this.tally.counts,
    };
  }

  public quiet(): boolean {
    return this.clock.now() >= START + this.plan.quietFrom;
  }

  public over(): boolean {
    return this.finished || this.violation !== undefined;
  }

  public trace(line: string): void {
    this.tracer?.(`${String(this.clock.now() - START).padStart(9)} ${line}`);
  }

  public log(line: string): void {
    this.trace(line);
    if (line.includes(SECRET)) this.violate('I10', `a log line shows table data: ${line.slice(0, 200)}`);
    if (line.includes(`"${METRIC.SUPERSEDED}"`)) this.noteSuperseded(Number((JSON.parse(line) as { [name: string]: unknown })[METRIC.SUPERSEDED] ?? 0));
    if (line.includes('the claim is lost')) this.count('claimLost');
  }

  private noteSuperseded(changes: number): void {
    this.superseded += changes;
    for (let index = 0; index < changes; index += 1) this.count('superseded');
  }

  public died(by: Delivery): void {
    this.count('workerDies');
    this.trace(`${by.label} dies`);
    this.claims.died(by, this.clock.now());
    this.handler.mayCost(...by.ordinals);
  }

  /** It may lose its claim, which is no better than dying. */
  public frozen(by: Delivery): void {
    this.handler.mayCost(...by.ordinals);
    this.trace(`${by.label} stands still`);
  }

  /** An attempt that was counted before it was made could not be taken back. */
  public refused(by: Delivery): void {
    this.handler.mayCost(...by.ordinals);
  }

  public async handle(by: Delivery, change: Change, context: ChangeContext): Promise<void> {
    const ordinal = ordinalOf(change);
    this.trace(`${by.label} runs change ${ordinal}, attempt ${context.attempt}`);
    const end = this.claims.begin(this.itemOf(ordinal), { by, ordinal }, this.clock.now());
    try {
      await this.handler.work(by, ordinal, context);
    } finally {
      end();
    }
  }

  public stored(_name: string, failure: FailureRecord): void {
    const ordinal = this.records.findIndex((one) => one.dynamodb!.SequenceNumber === failure.sequenceNumber);
    if (JSON.stringify(this.records[ordinal]) !== JSON.stringify(failure.record)) this.violate('I1', `change ${ordinal} is not whole in the failure store`);
    const item = this.itemOf(ordinal);
    const behind = this.records.some((_, other) => other <= ordinal && this.itemOf(other) === item && this.handler.mayBeGivenUp(other));
    if (!behind) this.violate('I4', `change ${ordinal} was stored as ${failure.reason}, behind nothing`);
    if (!this.accounted.has(ordinal)) this.accounted.set(ordinal, 'stored');
  }

  private applied(ordinal: number, times: number): void {
    const item = this.itemOf(ordinal);
    if (times !== 1) this.violate('I2', `change ${ordinal} was committed ${times} times`);
    if ((this.last.get(item) ?? -1) > ordinal) this.violate('I3', `change ${ordinal} was committed after change ${this.last.get(item)}`);
    this.trace(`${this.writer?.label} has applied change ${ordinal}`);
    this.claims.applied(item, this.writer);
    this.last.set(item, ordinal);
    this.accounted.set(ordinal, 'applied');
    this.lags.set(ordinal, this.clock.now() - START - this.plan.writes[ordinal].at);
  }

  private look(): void {
    if (this.quiet() && this.relay.atRest && this.worker.queue.size === 0 && this.missing() < 0) this.finished = true;
    else this.clock.at(this.clock.now() + LOOK_MILLIS, () => this.look());
  }

  private checkEnd(): void {
    const missing = this.missing();
    if (missing >= 0) return this.violate('I1', `change ${missing} is neither applied nor in the failure store, and none of its item after it is`);
    if (!this.finished) return this.violate('I11', 'not at rest');
    const skipped = this.records.length - this.accounted.size;
    if (!this.faulty && skipped !== this.superseded) this.violate('I1', `${skipped} changes were superseded, ${this.superseded} were counted`);
    return undefined;
  }

  private missing(): number {
    return this.records.findIndex((_, ordinal) => !this.accounted.has(ordinal) && !this.mayBeSkipped(ordinal));
  }

  private mayBeSkipped(ordinal: number): boolean {
    return this.plan.onNewerChange === 'SKIP_SUPERSEDED'
      && this.records.some((_, later) => later > ordinal && this.itemOf(later) === this.itemOf(ordinal) && this.accounted.has(later));
  }

  private itemOf(ordinal: number): number {
    return this.plan.writes[ordinal].item;
  }

  private get faulty(): boolean {
    const { fails, failsAfter, kills, refuses, freezes = 0, twice } = this.rates;
    return fails + failsAfter + kills + refuses + freezes + twice > 0;
  }

  public violate(invariant: Invariant, message: string): void {
    this.violation ??= { invariant, message };
  }
}
