import { MemoryStoredObjects } from './memory-stored-objects';
import { REDRIVE_FAULTS, RedrivePlan } from './redrive-plan';
import { RedrivenFunction, SUBSCRIBER } from './redriven-function';
import { AWS_FAILURE_PREFIX, failureKey, parseFailureKey } from '../../../contract/failure-record';
import { LEDGER, LedgerRow } from '../../../contract/ledger';
import { parseStreamArn, position } from '../../../contract/position';
import { StreamRecord } from '../../../runtime/change/record';
import { StoredObjects } from '../../../runtime/redriver/ports';
import { Redriver } from '../../../runtime/redriver/redriver';
import { Summary } from '../../../runtime/redriver/summary';
import { unpackMappingBatches } from '../../../runtime/redriver/unpack';
import { VirtualClock } from '../../drive/memory-clock';
import { Life } from '../brokered/life';
import { FaultCounts, FaultTally } from '../fault-counts';
import { Invariant } from '../invariant';
import { MemoryDynamoDb } from '../memory-dynamodb';
import { derivedSeed, Rng } from '../random';
import { checkLedgerWrite } from '../subscriber-checks';
import { EFFECTS_TABLE, LEDGER_TABLE, START, Violation } from '../world';

const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/Table/stream/2026-11-23T18:00:00.000';
const LABEL = parseStreamArn(STREAM_ARN)!.label;
const MAPPING = 'mapping';
const LONGEST_MILLIS = 24 * 60 * 60_000;
const POLL_MILLIS = 250;
/** Redrives, when nothing fails any more, after which nothing may be left. */
const LAST_REDRIVES = 3;

const FIRST = 100_000_000_000_000_000_000n;
const sequenceNumber = (ordinal: number) => String(FIRST + BigInt(ordinal));
const positionOf = (ordinal: number) => position(LABEL, sequenceNumber(ordinal));

export interface RedriveHistoryResult {
  readonly changes: number;
  readonly faults: Readonly<FaultCounts>;
  readonly violation?: Violation;
}

/** Runs one history until everything has come to rest, and says which promise was broken, if one was. */
export async function runRedriveHistory(plan: RedrivePlan): Promise<RedriveHistoryResult> {
  return new RedriveHistory(plan).run();
}

class RedriveHistory {
  private readonly clock = new VirtualClock(START);
  private readonly dice: Rng;
  private readonly rates: RedrivePlan['rates'];
  private readonly db: MemoryDynamoDb;
  private readonly store: MemoryStoredObjects;
  private readonly fn: RedrivenFunction;
  private readonly records: StreamRecord[] = [];
  private readonly committed = new Set<number>();
  /** Which changes are in each batch that the mapping gave up. */
  private readonly batches = new Map<string, readonly number[]>();
  /** Positions of changes that the runtime has stored. */
  private readonly stored = new Set<string>();
  private readonly tally = new FaultTally(REDRIVE_FAULTS);
  private underWay = 0;
  private violation?: Violation;
  private over = false;
  /** Never aborted: here redrives end by dying. */
  private readonly stop = { aborted: false, addEventListener: () => undefined } as unknown as AbortSignal;

  public constructor(private readonly plan: RedrivePlan) {
    this.dice = new Rng(derivedSeed(plan.seed, 1));
    this.rates = plan.rates;
    this.db = new MemoryDynamoDb({ [LEDGER_TABLE]: LEDGER.KEY, [EFFECTS_TABLE]: 'id' }, (table, key, before, after) => {
      if (table === EFFECTS_TABLE) this.effect(Number(key), Number(after!.n));
      else checkLedgerWrite(before as unknown as LedgerRow | undefined, after as unknown as LedgerRow, this.violate);
    });
    this.store = new MemoryStoredObjects(() => this.clock.now(), (key) => this.removed(key));
    this.fn = new RedrivenFunction({
      ...this.lifeWorld(),
      db: this.db,
      plan,
      stored: (record) => {
        this.stored.add(record.position);
        if (plan.onPoison === 'SKIP_RECORD') this.tally.count('skipped');
        return this.store.put(failureKey(record.subscriber, record.keyHash, record.position), JSON.stringify(record));
      },
      isFixed: () => this.clock.now() >= START + plan.fixedAt,
    });
  }

  public async run(): Promise<RedriveHistoryResult> {
    const { plan, clock } = this;
    plan.writes.forEach(({ at, item }, ordinal) => clock.at(START + at, () => this.write(item, ordinal)));
    const redrives = plan.redrives.map((at) => clock.sleep(at).then(() => this.redrive()));
    void Promise.all([this.deliverAll(), ...redrives])
      .then(() => clock.sleep(Math.max(0, START + plan.quietFrom - clock.now())))
      .then(() => this.lastRedrives())
      .then(() => this.check(), (error: unknown) => this.violate('I5', `a redrive failed without a fault: ${String(error)}`))
      .then(() => { this.over = true; });
    await clock.runAsync(() => this.over || this.violation !== undefined || clock.now() > START + LONGEST_MILLIS);
    if (!this.over) this.violate('I11', 'not at rest');
    return { changes: plan.writes.length, faults: this.tally.counts, violation: this.violation };
  }

  private write(item: number, ordinal: number): void {
    this.records[ordinal] = {
      eventID: `event-${ordinal}`,
      eventName: 'INSERT',
      eventSourceARN: STREAM_ARN,
      dynamodb: {
        Keys: { id: { S: `item-${item}` } },
        NewImage: { id: { S: `item-${item}` }, ordinal: { N: String(ordinal) } },
        SequenceNumber: sequenceNumber(ordinal),
        ApproximateCreationDateTime: Math.floor(this.clock.now() / 1000),
      },
    };
  }

  /**
   * One shard, as the event source mapping reads it. It works on a batch from the front, in halves where it has to: a change is discarded only after all
   * earlier ones of its item are settled or discarded themselves (docs/limits.md).
   */
  private async deliverAll(): Promise<void> {
    const { clock, plan } = this;
    let next = 0;
    while (next < plan.writes.length && this.violation === undefined) {
      if (this.records[next] === undefined) {
        await clock.sleep(POLL_MILLIS);
        continue;
      }
      const { givenUp } = plan.writes[next];
      const batch = this.records.slice(next, next + plan.batchSize);
      const end = batch.findIndex((_record, index) => plan.writes[next + index].givenUp !== givenUp);
      const part = end < 0 ? batch : batch.slice(0, end);
      if (givenUp) await this.giveUp(next, part);
      else await this.deliver(part);
      next += part.length;
    }
  }

  private async deliver(batch: readonly StreamRecord[]): Promise<void> {
    let rest = batch;
    while (rest.length > 0 && this.violation === undefined) {
      const unsettled = await this.fn.deliver(rest);
      const lowest = unsettled?.map(({ dynamodb }) => dynamodb!.SequenceNumber!).sort()[0];
      if (unsettled !== undefined) rest = lowest === undefined ? [] : rest.filter(({ dynamodb }) => dynamodb!.SequenceNumber! >= lowest);
      if (rest.length > 0) await this.clock.sleep(1_000);
    }
  }

  private async giveUp(first: number, Records: readonly StreamRecord[]): Promise<void> {
    this.tally.count(this.plan.discardsAfterInvocation ? 'discardedAfterInvocation' : 'discardedUnseen');
    if (this.plan.discardsAfterInvocation) await this.fn.deliver(Records);
    const timestamp = new Date(this.clock.now()).toISOString();
    const batch = { requestContext: { condition: 'RecordAgeExceeded' }, timestamp, payload: JSON.stringify({ Records }) };
    const key = `${AWS_FAILURE_PREFIX}${MAPPING}/shard/${String(first).padStart(5, '0')}`;
    this.batches.set(key, Records.map(({ dynamodb }) => Number(BigInt(dynamodb!.SequenceNumber!) - FIRST)));
    await this.store.put(key, JSON.stringify(batch));
  }

  /** Somebody redrives; the process may end anywhere. */
  private async redrive(): Promise<void> {
    const life = new Life(this.lifeWorld());
    let over = false;
    const died = new Promise<void>((resolve) => life.onDeath(() => {
      if (!over) this.tally.count('redriveDies');
      resolve();
    }));
    this.underWay += 1;
    if (this.underWay > 1) this.tally.count('redrivesOverlap');
    await Promise.race([this.redriveAs(life).catch((error: unknown) => { if (this.quiet()) throw error; }), died]);
    this.underWay -= 1;
    over = true;
    life.die();
  }

  private async redriveAs(life: Life): Promise<Summary> {
    const store: StoredObjects = {
      list: (prefix, after) => life.call(() => this.store.list(prefix, after)),
      get: (key) => life.call(() => this.store.get(key)),
      put: (key, text) => life.call(() => this.store.put(key, text)),
      putIfAbsent: (key, text) => life.call(() => this.store.putIfAbsent(key, text)),
      remove: (keys) => life.call(() => this.store.remove(keys)),
    };
    const summary = new Summary();
    const common = { store, subscriber: SUBSCRIBER, mappings: [MAPPING], stop: this.stop };
    await unpackMappingBatches(common, summary);
    // Only the last ones apply what is in doubt: before, it may still have its turn.
    const last = this.quiet();
    return new Redriver({
      ...common,
      fn: { redrive: (request) => life.call(() => this.fn.redrive(request)) },
      action: 'REDRIVE',
      outOfOrder: last || this.dice.chance(0.3),
      applyUnknown: last,
      clock: life.clock,
      rate: this.plan.rate,
    }, summary).run();
  }

  private async lastRedrives(): Promise<void> {
    for (let times = 0; times < LAST_REDRIVES; times += 1) await this.redrive();
  }

  private effect(ordinal: number, times: number): void {
    const { onPoison, writes } = this.plan;
    const { item } = writes[ordinal];
    // Only the last redrives apply what nobody knows to have been applied: the operator's choice repeats it.
    const repeats = this.quiet() && writes[ordinal].givenUp && this.plan.discardsAfterInvocation ? 1 : 0;
    if (times > 1 + repeats) this.violate('I2', `change ${ordinal} was committed ${times} times`);
    this.committed.add(ordinal);
    // What was skipped or given up may come at any time.
    const skipped = (other: number) => onPoison === 'SKIP_RECORD' && this.stored.has(positionOf(other));
    const ordered = (other: number) => writes[other].item === item && !writes[other].givenUp && !skipped(other);
    if (!ordered(ordinal)) return;
    for (let other = 0; other < ordinal; other += 1) {
      if (ordered(other) && !this.committed.has(other)) this.violate('I3', `change ${ordinal} was committed before ${other} of the same item`);
    }
  }

  /** The delete comes last: what it deletes has been applied, or stands elsewhere in the store. */
  private removed(key: string): void {
    const at = parseFailureKey(key)?.position;
    const concerned = this.batches.get(key) ?? [this.plan.writes.findIndex((_write, ordinal) => positionOf(ordinal) === at)];
    for (const ordinal of concerned) this.mustBeKept(ordinal);
  }

  private mustBeKept(ordinal: number): void {
    if (this.committed.has(ordinal) || this.store.keys.some((key) => key.endsWith(`/${positionOf(ordinal)}.json`))) return;
    this.violate('I1', `change ${ordinal} was deleted, and is not applied`);
  }

  private check(): void {
    this.plan.writes.forEach((_write, ordinal) => {
      if (!this.committed.has(ordinal)) this.violate('I1', `change ${ordinal} was never applied`);
    });
    const parked = [...this.db.table(LEDGER_TABLE).values()].filter((row) => row.parked !== undefined);
    if (parked.length > 0) this.violate('I5', `${parked.length} items are still parked`);
    const left = this.store.keys.filter((key) => !key.startsWith('changes/.'));
    if (left.length > 0) this.violate('I5', `still stored: ${left.join(' ')}`);
  }

  private quiet(): boolean {
    return this.clock.now() >= START + this.plan.quietFrom;
  }

  private lifeWorld() {
    return { clock: this.clock, dice: this.dice, rates: this.rates, quiet: () => this.quiet(), count: this.tally.count };
  }

  private readonly violate = (invariant: Invariant, message: string): void => {
    this.violation ??= { invariant, message };
  };
}
