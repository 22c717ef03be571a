import { BROKERED_FAULTS, BrokeredPlan, DISCARDED_FAULTS } from './brokered-plan';
import { BrokeredRelay } from './brokered-relay';
import { BrokeredWorker } from './brokered-worker';
import { GivenUpRedrives } from './given-up-redrives';
import { MemoryObjects } from './memory-objects';
import { numberedRecord, SECRET } from './numbered-record';
import { WorkerWorld } from './worker-ports';
import { failureKey, FailureRecord } from '../../../contract/failure-record';
import { StreamRecord } from '../../../runtime/change/record';
import { MESSAGE_BYTES } from '../../../runtime/relay/messages';
import { VirtualClock } from '../../drive/memory-clock';
import { FaultCounts, FaultTally } from '../fault-counts';
import { Invariant } from '../invariant';
import { MemoryDynamoDb } from '../memory-dynamodb';
import { derivedSeed, Rng } from '../random';
import { EFFECTS_TABLE, LEDGER_TABLE, START, Violation } from '../world';

/** Long enough for whatever waits its turn; a history that is not done then never will be. */
const LONGEST_MILLIS = 8 * 60 * 60_000;
const LOOK_MILLIS = 5_000;
const POISON = new Set(['throws', 'permanent', 'endsProcess']);
/** How long a target that fails may hold up a batch: a stated bound of the relay, and the requests of its stores. */
const HELD_UP_MILLIS = 20_000;

interface Truth {
  readonly record: StreamRecord;
  readonly item: number;
  readonly partition: number;
  readonly kind: 'a' | 'b';
}

export interface BrokeredResult {
  /** Changes times subscribers. */
  readonly changes: number;
  readonly faults: Readonly<FaultCounts>;
  readonly violation?: Violation;
}

/** Runs one history of the brokered path until all is settled, with the real relay and the real worker, and says which promise was broken. */
export async function runBrokeredHistory(plan: BrokeredPlan): Promise<BrokeredResult> {
  return new BrokeredHistory(plan).run();
}

class BrokeredHistory implements WorkerWorld {
  public readonly clock = new VirtualClock(START);
  public readonly dice: Rng;
  public readonly db: MemoryDynamoDb;
  public readonly objects = new MemoryObjects();
  public readonly rates: BrokeredPlan['rates'];
  public readonly count: (fault: string) => void;
  private readonly faults: Readonly<FaultCounts>;
  private readonly truths: Truth[];
  private readonly workers: BrokeredWorker[];
  private readonly relay: BrokeredRelay;
  private readonly redrives?: GivenUpRedrives;
  /** By subscriber and ordinal: applied from a redrive, so the ledger knows it however far its item is. */
  private readonly known = new Set<string>();
  /** Names of the objects in the failure store. */
  private readonly failures = new Set<string>();
  /** By subscriber and ordinal. */
  private readonly accounted = new Map<string, 'applied' | 'stored'>();
  /** The last change applied, by subscriber and item or partition. */
  private readonly last = new Map<string, number>();
  private violation?: Violation;
  private finished = false;

  public constructor(private readonly plan: BrokeredPlan) {
    this.dice = new Rng(derivedSeed(plan.seed, 1));
    this.rates = plan.rates;
    const tally = new FaultTally(plan.givenUp ? DISCARDED_FAULTS : BROKERED_FAULTS);
    this.count = tally.count;
    this.faults = tally.counts;
    this.db = new MemoryDynamoDb({ [LEDGER_TABLE]: 'pk', [EFFECTS_TABLE]: 'id' }, (table, key, _before, after) => {
      if (table === EFFECTS_TABLE && after) this.applied(key, Number(after.n));
    });
    this.truths = plan.writes.map((write, ordinal) => ({
      item: write.item, partition: write.item % 3, kind: write.kind, record: record(ordinal, write),
    }));
    this.workers = plan.targets.map((target, index) => new BrokeredWorker(this, `s${index}`, target, (why) => (
      this.violate('I1', `a message of s${index} left its queue: ${why}`))));
    this.relay = new BrokeredRelay(this, plan, (name) => this.worker(name).queue, (records) => this.redrives!.giveUp(records));
    if (plan.givenUp) this.redrives = new GivenUpRedrives(this, plan.givenUp, this.relay);
  }

  public async run(): Promise<BrokeredResult> {
    for (const { large } of this.plan.writes) if (large) this.count('largeChange');
    for (let shard = 0; shard < this.plan.shards; shard += 1) {
      const records = this.truths.filter(({ partition }) => partition % this.plan.shards === shard).map(({ record: one }) => one);
      void this.relay.readShard(records, (millis) => { if (millis > HELD_UP_MILLIS && !this.faulty) this.violate('I8', `a batch took ${millis} ms`); });
    }
    void this.relay.drainRegularly();
    void this.redrives?.run();
    for (const worker of this.workers) worker.run();
    this.look();
    await this.clock.runAsync(() => this.finished || this.violation !== undefined || this.clock.now() > START + LONGEST_MILLIS);
    if (this.violation === undefined) this.checkEnd();
    return { changes: this.truths.length * this.workers.length, faults: this.faults, violation: this.violation };
  }

  public quiet(): boolean {
    return this.clock.now() >= START + this.plan.quietFrom;
  }

  public over(): boolean {
    return this.finished || this.violation !== undefined;
  }

  public log(line: string): void {
    if (line.includes(SECRET)) this.violate('I10', `a log line shows table data: ${line.slice(0, 200)}`);
  }

  public stored(name: string, failure: FailureRecord): void {
    const ordinal = this.truths.findIndex(({ record: one }) => one.dynamodb!.SequenceNumber === failure.sequenceNumber);
    const truth = this.truths[ordinal];
    if (JSON.stringify(truth?.record) !== JSON.stringify(failure.record)) return this.violate('I1', `${name}: change ${ordinal} is not whole in the failure store`);
    const object = objectName(name, failure);
    const isNew = !this.failures.has(object);
    this.failures.add(object);
    if (failure.reason === 'MAPPING_GAVE_UP') return isNew ? this.putInDoubt(name, ordinal, failure) : this.violate('I5', `${name}: what is stored of change ${ordinal} was replaced`);
    const target = this.plan.targets[Number(name.slice(1))];
    const poison = this.truths.some((other, index) => index <= ordinal && this.lane(name, other) === this.lane(name, truth)
      && (POISON.has(target.trouble[index]?.kind) || this.worker(name).isRefused(index)) && this.wants(name, other));
    if (!poison) this.violate('I4', `${name}: change ${ordinal} was stored as ${failure.reason}, behind nothing`);
    if (!this.accounted.has(`${name}/${ordinal}`)) this.accounted.set(`${name}/${ordinal}`, 'stored');
    return undefined;
  }

  public storedIfAbsent(name: string, failure: FailureRecord): void {
    if (!this.failures.has(objectName(name, failure))) this.stored(name, failure);
  }

  /** Only what was given up and whose item has gone on is stored for people to decide on. */
  private putInDoubt(name: string, ordinal: number, failure: FailureRecord): void {
    const key = `${name}/${ordinal}`;
    const lane = this.lane(name, this.truths[ordinal]);
    if (!this.redrives?.gaveUp(failure)) this.violate('I4', `${key} was put in doubt, and was never given up`);
    if (this.known.has(key)) this.violate('I2', `${key} was put in doubt, although a redrive has applied it`);
    const hasGoneOn = this.truths.some((other, index) => index > ordinal && this.lane(name, other) === lane
      && this.accounted.has(`${name}/${index}`) && !this.known.has(`${name}/${index}`));
    if (!hasGoneOn) this.violate('I3', `${key} was put in doubt, although only redrives can have overtaken it`);
    if (!this.accounted.has(key)) this.accounted.set(key, 'stored');
  }

  private applied(key: string, times: number): void {
    const [name, text] = key.split('/');
    const ordinal = Number(text);
    if (times !== 1) this.violate('I2', `${key} was committed ${times} times`);
    if (!this.wants(name, this.truths[ordinal])) this.violate('I12', `${key} was not wanted`);
    const lane = this.lane(name, this.truths[ordinal]);
    if ((this.last.get(lane) ?? -1) > ordinal) this.violate('I3', `${key} was committed after change ${this.last.get(lane)}`);
    this.last.set(lane, ordinal);
    this.accounted.set(key, 'applied');
    if (this.worker(name).calledAsGivenUp.has(ordinal)) this.known.add(key);
  }

  private worker(name: string): BrokeredWorker {
    return this.workers.find((worker) => worker.name === name)!;
  }

  private look(): void {
    const atRest = this.relay.atRest && this.redrives?.atRest !== false && this.unsent() === undefined;
    if (this.missing() === undefined && atRest && this.quiet()) this.finished = true;
    else this.clock.at(this.clock.now() + LOOK_MILLIS, () => this.look());
  }

  private checkEnd(): void {
    const missing = this.missing();
    if (missing) this.violate('I1', `${missing} is neither applied nor in the failure store`);
    else if (!this.finished) this.violate('I11', `not at rest${this.unsent() === undefined ? '' : `: ${this.unsent()} was never sent`}`);
  }

  /** What a spill still holds. A process that died before it could say so may leave an object behind, of changes that were delivered again. */
  private unsent(): string | undefined {
    if (this.plan.rates.kills > 0) return undefined;
    return [...this.objects.objects.keys()].find((key) => key.startsWith('spill/'));
  }

  private missing(): string | undefined {
    for (const { name } of this.workers) {
      const ordinal = this.truths.findIndex((truth, index) => this.wants(name, truth) && !this.accounted.has(`${name}/${index}`));
      if (ordinal >= 0) return `${name}/${ordinal}`;
    }
    return undefined;
  }

  private wants(name: string, { kind }: Truth): boolean {
    return !this.plan.targets[Number(name.slice(1))].wantsOnlyA || kind === 'a';
  }

  private lane(name: string, { item, partition }: Truth): string {
    return `${name}/${this.plan.targets[Number(name.slice(1))].orderBy === 'ITEM' ? `item ${item}` : `partition ${partition}`}`;
  }

  private get faulty(): boolean {
    const { fails, failsAfter, freezes = 0, kills, refuses } = this.rates;
    return fails + failsAfter + freezes + kills + refuses > 0;
  }

  public violate(invariant: Invariant, message: string): void {
    this.violation ??= { invariant, message };
  }
}

function objectName(name: string, { keyHash, position }: FailureRecord): string {
  return failureKey(name, keyHash, position);
}

function record(ordinal: number, { item, kind, large, at }: { item: number; kind: string; large: boolean; at: number }): StreamRecord {
  return numberedRecord(ordinal, at, {
    Keys: { pk: { S: `p${item % 3}` }, sk: { S: `i${item}` } },
    NewImage: { kind: { S: kind }, ...(large && { bulk: { S: 'x'.repeat(MESSAGE_BYTES) } }) },
  });
}
