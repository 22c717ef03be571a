import { FaultCounts } from './fault-counts';
import { HistoryPlan, SubscriberPlan, TimedEvent } from './plan';
import { SimulatedFunction } from './simulated-function';
import { SimulatedChange, SimulatedTable, StreamPhase } from './simulated-table';
import { checkLedgerWrite, SubscriberChecks } from './subscriber-checks';
import { EFFECTS_TABLE, LEDGER_TABLE, START, Violation, World } from './world';
import { FILTER_VERSION, SerializedFilter } from '../../contract/filter';
import { LEDGER, LedgerRow } from '../../contract/ledger';
import { compileFilter } from '../../filter/model';
import { MemoryDriver } from '../drive/memory';
import { mappingConfig, StreamMapping } from '../model';

/** A history that has not come to rest after this much time never will. */
const LONGEST_MILLIS = 60 * 24 * 60 * 60_000;
const MOST_STEPS = 3_000_000;
const LOOK_AGAIN_MILLIS = 1_000;

/** Changes of kind `a`, in the image that is there. */
const KIND_A: SerializedFilter = {
  version: FILTER_VERSION,
  root: {
    node: 'anyOf',
    of: [
      { node: 'equals', image: 'NEW_IMAGE', path: ['kind'], oneOf: [{ S: 'a' }] },
      { node: 'allOf', of: [{ node: 'eventName', oneOf: ['REMOVE'] }, { node: 'equals', image: 'OLD_IMAGE', path: ['kind'], oneOf: [{ S: 'a' }] }] },
    ],
  },
};
const KIND_A_PREDICATE = compileFilter(KIND_A);
const KIND_A_PATTERNS = [
  { dynamodb: { NewImage: { kind: { S: ['a'] } } } }, { eventName: ['REMOVE'], dynamodb: { OldImage: { kind: { S: ['a'] } } } },
];

export interface HistoryResult {
  /** Changes times subscribers. */
  readonly changes: number;
  readonly faults: Readonly<FaultCounts>;
  readonly violation?: Violation;
}

export interface HistoryOptions {
  readonly trace?: (line: string) => void;
}

/** One subscriber with its mapping on the stream of the day. */
interface Subscriber {
  readonly plan: SubscriberPlan;
  readonly checks: SubscriberChecks;
  readonly fn: SimulatedFunction;
  mapping: StreamMapping;
  driver: MemoryDriver;
  disabled: boolean;
}

/** Runs one history from the first write until everything has come to rest, and says which promise was broken, if one was. */
export async function runHistory(plan: HistoryPlan, options: HistoryOptions = {}): Promise<HistoryResult> {
  return new History(plan, options).run();
}

class History {
  private readonly world: World;
  private readonly table: SimulatedTable;
  private readonly subscribers: Subscriber[];
  private pending = 0;

  public constructor(private readonly plan: HistoryPlan, options: HistoryOptions) {
    this.world = new World(plan, (table, key, before, after) => {
      if (after === undefined) return;
      if (table === EFFECTS_TABLE) this.effectWritten(key, Number(after.n));
      else checkLedgerWrite(before as unknown as LedgerRow | undefined, after as unknown as LedgerRow, this.world.violate);
    }, options.trace);
    this.table = new SimulatedTable(plan, START, this.world.count);
    this.subscribers = plan.subscribers.map((subscriber, index) => this.subscribe(subscriber, index));
  }

  public async run(): Promise<HistoryResult> {
    const { clock } = this.world;
    this.plan.writes.forEach((write, ordinal) => this.later(write.at, () => {
      this.table.write(ordinal, write, clock.now());
      for (const { checks } of this.subscribers) checks.changeWritten(this.table.changes[ordinal]);
    }));
    for (const event of this.plan.events) this.schedule(event);
    for (const { driver } of this.subscribers) driver.enable();
    let steps = 0;
    await clock.runAsync(() => {
      steps += 1;
      return this.world.violation !== undefined || this.isAtRest() || steps > MOST_STEPS || clock.now() > START + LONGEST_MILLIS;
    }, { wholeTurns: this.plan.wholeTurns });
    if (this.world.violation === undefined && !this.isAtRest()) this.world.violate('I11', `not at rest after ${steps} steps`);
    if (this.world.violation === undefined) for (const { checks } of this.subscribers) checks.end();
    return { changes: this.plan.writes.length * this.subscribers.length, faults: this.world.faults, violation: this.world.violation };
  }

  private isAtRest(): boolean {
    if (this.pending > 0 || this.world.underWay > 0) return false;
    for (const { disabled, mapping } of this.subscribers) if (disabled || !mapping.idle) return false;
    return this.subscribers.every((subscriber) => this.hasReadAll(subscriber));
  }

  private hasReadAll({ checks }: Subscriber): boolean {
    return checks.truths.every((truth) => truth.fate !== undefined);
  }

  private subscribe(plan: SubscriberPlan, index: number): Subscriber {
    const rows = this.world.db.table(LEDGER_TABLE);
    const name = `Subscriber${index}`;
    const rowOf = (pk: string) => rows.get(pk) as unknown as LedgerRow | undefined;
    const checks = new SubscriberChecks(name, this.plan, plan, rowOf, () => this.world.clock.now(), this.world.violate);
    const fn = new SimulatedFunction(this.world, plan, checks, plan.filter === 'runtime' ? KIND_A_PREDICATE : undefined);
    return { plan, checks, fn, disabled: false, ...this.mapStream(plan, fn, checks, this.table.phases[0]) };
  }

  private mapStream(plan: SubscriberPlan, fn: SimulatedFunction, checks: SubscriberChecks, phase: StreamPhase) {
    const { mapping: { bisect, batchingWindowSeconds, ...settings } } = plan;
    const { world } = this;
    const changeOf = (record: unknown): SimulatedChange => checks.truthOf((record as { eventID: string }).eventID).change;
    const mapping = new StreamMapping(mappingConfig({
      ...settings,
      batchingWindowSeconds,
      bisectBatchOnFunctionError: bisect,
      reportBatchItemFailures: true,
      maxRecordAgeSeconds: plan.settings.maxRecordAgeSeconds,
      onFailure: { type: 'S3', arn: 'arn:aws:s3:::failures' },
      filters: plan.filter === 'mapping' ? KIND_A_PATTERNS : [],
    }), ({ record }, fate) => {
      if (fate === 'BEFORE_LATEST') world.count('changesBeforeLatest');
      checks.settledByMapping(checks.truthOf((record as { eventID: string }).eventID), fate);
    });
    const driver = new MemoryDriver(world.clock, phase.stream, mapping, {
      invoke: ({ records }) => fn.invoke(records.map(({ record }) => changeOf(record))),
      deliver: ({ condition, records }) => {
        world.trace(() => `${checks.name}: the mapping gives up ${records.map(({ record }) => changeOf(record).ordinal).join(' ')}: ${condition}`);
        world.count(condition === 'RecordAgeExceeded' ? 'recordTooOldForMapping' : 'retriesExhausted');
        if (!world.dice.chance(this.plan.store.destinationRefuse)) return true;
        world.count('destinationRefused');
        return false;
      },
    });
    return { mapping, driver };
  }

  private effectWritten(key: string, times: number): void {
    const [name, ordinal] = key.split('/');
    const { checks } = this.subscribers.find((subscriber) => subscriber.checks.name === name)!;
    checks.committed(checks.truths[Number(ordinal)], times);
  }

  private later(at: number, run: () => void): void {
    this.pending += 1;
    this.world.clock.at(START + at, () => {
      this.pending -= 1;
      run();
    });
  }

  private schedule(event: TimedEvent): void {
    const { world } = this;
    switch (event.type) {
      case 'split': return this.later(event.at, () => this.table.split());
      case 'recreate': return this.later(event.at, () => this.recreateStream());
      case 'expire': return this.later(event.at, () => {
        if (world.db.expire(LEDGER_TABLE, LEDGER.EXPIRES, world.clock.now()) > 0) world.count('markExpired');
      });
      case 'deploy': return this.later(event.at, () => this.subscribers[event.subscriber]?.fn.deploy(event.settings));
      case 'disable': return this.disable(event.at, event.until, this.subscribers[event.subscriber]);
      case 'outage':
        this.later(event.at, () => { this.subscribers[event.subscriber].fn.handler.outage = true; });
        return this.later(event.until, () => { this.subscribers[event.subscriber].fn.handler.outage = false; });
      case 'storeOutage':
        this.later(event.at, () => { world.storeOut = true; });
        return this.later(event.until, () => { world.storeOut = false; });
    }
  }

  private disable(at: number, until: number, subscriber: Subscriber | undefined): void {
    if (!subscriber) return;
    this.later(at, () => {
      if (subscriber.mapping.state !== 'Enabled') return;
      subscriber.disabled = true;
      this.world.count('mappingDisabled');
      subscriber.driver.disable();
    });
    this.later(until, () => this.enable(subscriber));
  }

  /** A mapping that is still being disabled cannot be enabled yet. */
  private enable(subscriber: Subscriber): void {
    if (!subscriber.disabled) return;
    if (subscriber.mapping.state === 'Disabling') {
      this.world.clock.at(this.world.clock.now() + LOOK_AGAIN_MILLIS, () => this.enable(subscriber));
      return;
    }
    subscriber.disabled = false;
    subscriber.driver.enable();
  }

  /** Each mapping goes on with the new stream when it has drained the old one. */
  private recreateStream(): void {
    this.table.recreate();
    const phase = this.table.phases[this.table.phases.length - 1];
    for (const subscriber of this.subscribers) this.follow(subscriber, phase, this.table.changes.length);
  }

  private follow(subscriber: Subscriber, phase: StreamPhase, changesBefore: number): void {
    const { checks, disabled, fn, mapping, plan } = subscriber;
    const drained = !disabled && mapping.idle && checks.truths.slice(0, changesBefore).every(({ fate }) => fate !== undefined);
    if (!drained) {
      this.pending += 1;
      this.world.clock.at(this.world.clock.now() + LOOK_AGAIN_MILLIS, () => {
        this.pending -= 1;
        this.follow(subscriber, phase, changesBefore);
      });
      return;
    }
    Object.assign(subscriber, this.mapStream({ ...plan, mapping: { ...plan.mapping, startingPosition: 'TRIM_HORIZON' } }, fn, checks, phase));
    subscriber.driver.enable();
  }
}
