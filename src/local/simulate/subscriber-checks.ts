import { Delivery } from './delivery';
import { REQUEST_TIMEOUT_MILLIS } from './faulty-store';
import { Invariant, Violate } from './invariant';
import { HistoryPlan, SubscriberPlan } from './plan';
import { PARTITION_KEY, SimulatedChange, TABLE } from './simulated-table';
import { ChangeTruth, LaneTruth } from './truth';
import { FailureRecord } from '../../contract/failure-record';
import { LEDGER, LedgerRow } from '../../contract/ledger';
import { AGE_SHARE_BEFORE_STORING } from '../../contract/settings';
import { itemKey, unreadableItemKey } from '../../runtime/ledger/item-key';
import { Fate } from '../model';

/** From this record age on the mapping leaves the runtime time to store before it gives up itself. */
const AGE_THE_RUNTIME_MASTERS_SECONDS = 3_600;
export const ENOUGH_RETRIES = 10_000;

/** How one invocation answered: what it reported, or that it failed as a whole. */
export type Answer = { readonly reported: readonly (string | undefined)[] } | 'failed';

/** Watches one subscriber, and holds what happens against the promises. Knows the plan and the truth, and nothing of the runtime's state but its ledger. */
export class SubscriberChecks {
  public readonly truths: ChangeTruth[] = [];
  private readonly lanes = new Map<string, LaneTruth>();

  public constructor(
    public readonly name: string,
    private readonly plan: HistoryPlan,
    private readonly subscriber: SubscriberPlan,
    private readonly rowOf: (pk: string) => LedgerRow | undefined,
    private readonly now: () => number,
    private readonly fail: Violate,
  ) {}

  public changeWritten(change: SimulatedChange): void {
    const lane = this.laneOf(change);
    const truth = new ChangeTruth(change, lane, this.wants(change));
    this.truths[change.ordinal] = truth;
    // What cannot be read belongs to no item's order.
    if (change.defect === undefined || change.defect === 'unreadableImage') lane.changes.push(truth);
  }

  public deliveryBegins(delivery: Delivery): void {
    for (const change of delivery.changes) {
      const truth = this.truths[change.ordinal];
      truth.deliveries += 1;
      if (delivery.before.has(truth.lane)) continue;
      const row = this.rowOf(truth.lane.pk);
      delivery.before.set(truth.lane, { mark: row?.mark ?? '', parked: row?.parked !== undefined });
    }
  }

  public handlerCalled(delivery: Delivery, truth: ChangeTruth, idempotencyKey: string): void {
    truth.calls += 1;
    truth.calledAt = this.now();
    const { lane, name } = truth;
    const before = delivery.before.get(lane);
    if (before === undefined) return this.violate('I1', `${name} was not delivered, but handled`);
    if (!truth.wanted) this.violate('I1', `${name} is not wanted, but was handled`);
    if (truth.change.at <= before.mark) this.violate('I2', `${name} was settled before the delivery, but handled again`);
    if (before.parked) this.violate('I3', `${name} was handled although its item is parked`);
    if (delivery.applied.has(truth)) this.violate('I2', `${name} was applied and then handled again in one delivery`);
    const last = delivery.lastCall.get(lane);
    if (last && last.change.ordinal > truth.change.ordinal) this.violate('I3', `${name} was handled after ${last.name} of the same item`);
    delivery.lastCall.set(lane, truth);
    const blocking = lane.blocking(truth);
    if (blocking) this.violate('I3', `${name} was handled before ${blocking.name} of the same item was settled`);
    if (delivery.runningLanes.has(lane)) this.violate('I3', `${name} was handled while another change of the same item was`);
    delivery.runningLanes.add(lane);
    delivery.running += 1;
    if (delivery.running > delivery.settings.concurrency) this.violate('I3', `${delivery.running} handlers ran at once`);
    truth.idempotencyKey ??= idempotencyKey;
    if (truth.idempotencyKey !== idempotencyKey) this.violate('I2', `${name} came with two idempotency keys`);
    return undefined;
  }

  public handlerEnded(delivery: Delivery, truth: ChangeTruth): void {
    delivery.runningLanes.delete(truth.lane);
    delivery.running -= 1;
  }

  public handlerApplied(delivery: Delivery, truth: ChangeTruth): void {
    truth.applied += 1;
    delivery.applied.add(truth);
  }

  public committed(truth: ChangeTruth, times: number): void {
    truth.committed += 1;
    truth.applied += 1;
    if (times !== 1 || truth.committed !== 1) this.violate('I2', `${truth.name} was committed ${truth.committed} times`);
    if (truth.lane.lastCommitted > truth.change.ordinal) this.violate('I3', `${truth.name} was committed after change ${truth.lane.lastCommitted}`);
    truth.lane.lastCommitted = truth.change.ordinal;
  }

  public stored(delivery: Delivery, failure: FailureRecord, processNow: number): void {
    const truth = this.truths.find((candidate) => candidate.change.at === failure.position);
    if (!truth) return this.violate('I1', `the failure store got ${failure.position}, which was never written`);
    const { name, change } = truth;
    if (failure.record !== change.record && JSON.stringify(failure.record) !== JSON.stringify(change.record)) {
      this.violate('I1', `${name} is not whole in the failure store`);
    }
    if (failure.keyHash !== truth.lane.pk) this.violate('I1', `${name} is in the failure store under another item`);
    truth.stored = failure;
    truth.skipped = delivery.settings.onPoison === 'SKIP_RECORD' || change.defect === 'unreadableKeys';
    this.justify(delivery, truth, failure, processNow);
    return undefined;
  }

  /** A process died. What it did without a stored mark will be repeated: no more than a flush and the lanes. */
  public died(delivery: Delivery): void {
    let unmarked = 0;
    for (const truth of delivery.applied) if (!this.isKnown(truth)) unmarked += 1;
    const most = delivery.settings.flushSize + delivery.settings.concurrency;
    if (unmarked > most) this.violate('I11', `a crash repeats ${unmarked} changes; ${most} are promised at most`);
    this.chargeIfAlone(delivery);
  }

  /** An attempt that is counted before it is made looks like a crash to a second delivery at the same time. */
  public deliveriesOverlap(delivery: Delivery): void {
    this.chargeIfAlone(delivery);
  }

  public answered(delivery: Delivery, answer: Answer): void {
    // Where the store does not let an attempt be taken back that was counted before it was made, that stays counted.
    if (answer === 'failed') return this.chargeIfAlone(delivery);
    if (this.now() - delivery.storeFailedAt <= REQUEST_TIMEOUT_MILLIS) this.chargeIfAlone(delivery);
    const { changes } = delivery;
    if (changes.some(({ defect }) => defect === 'noSequenceNumber')) return this.violate('I6', 'a batch with a record that cannot be named was answered');
    const first = changes.findIndex(({ record }) => answer.reported.includes(record.dynamodb?.SequenceNumber));
    if (answer.reported.length > 0 && first < 0) return this.violate('I6', 'a record was reported that was not in the batch');
    for (const change of first < 0 ? changes : changes.slice(0, first)) this.acknowledged(delivery, this.truths[change.ordinal]);
    return undefined;
  }

  public settledByMapping(truth: ChangeTruth, fate: Fate): void {
    truth.fate = fate;
    if (fate !== 'DELIVERED' && fate !== 'DESTINATION_REFUSED' && fate !== 'NO_DESTINATION') return;
    if (!this.mappingMayGiveUp()) this.violate('I4', `the mapping gave up ${truth.name}, which nothing in the history explains`);
  }

  /** After everything has come to rest. */
  public end(): void {
    for (const truth of this.truths) {
      if (truth === undefined) continue;
      if (truth.fate === undefined) this.violate('I1', `${truth.name} was never settled`);
      if (!truth.accountedFor) this.violate('I1', `${truth.name} is neither applied nor in the failure store`);
      if (this.isUndisturbed && truth.deliveries > 1) this.violate('I4', `${truth.name} was delivered ${truth.deliveries} times, though nothing went wrong`);
      if (truth.stored?.reason === 'BEHIND_PARKED' && !truth.lane.poisonBefore(truth)) {
        this.violate('I4', `${truth.name} is in the failure store behind nothing`);
      }
    }
  }

  /** Changes the handler calls by their id. */
  public truthOf(eventID: string): ChangeTruth {
    return this.truths[Number(eventID.slice(eventID.indexOf('-') + 1))];
  }

  private violate(invariant: Invariant, message: string): void {
    this.fail(invariant, `${this.name}: ${message}`);
  }

  /** The ledger would keep a later delivery from running it. */
  private isKnown({ change, lane }: ChangeTruth): boolean {
    const row = this.rowOf(lane.pk);
    return (row?.mark ?? '') >= change.at || (row?.parked !== undefined && row.parked.tail >= change.at);
  }

  private chargeIfAlone({ changes }: Delivery): void {
    if (changes.length === 1) this.truths[changes[0].ordinal].charge(false);
  }

  private acknowledged(delivery: Delivery, truth: ChangeTruth): void {
    if (!truth.wanted) return;
    if (!truth.accountedFor) this.violate('I6', `${truth.name} was acknowledged, but is neither applied nor stored`);
    if (this.isKnown(truth)) return;
    // Two deliveries at once may each be right about a different part of an item's changes.
    if (delivery.overlapped || this.plan.events.some(({ type }) => type === 'expire')) return;
    this.violate('I6', `${truth.name} was acknowledged, but the ledger does not know`);
  }

  /** Only what is poison, or waits behind poison, may be in the failure store. */
  private justify(delivery: Delivery, truth: ChangeTruth, { reason, attempts }: FailureRecord, processNow: number): void {
    const { name, change } = truth;
    const { maxAttempts, attemptSpanMillis, maxRecordAgeSeconds } = delivery.settings;
    switch (reason) {
      case 'ATTEMPTS_EXHAUSTED':
        if (truth.charges < maxAttempts) this.violate('I7', `${name} was stored after ${truth.charges} attempts that count, not ${maxAttempts}`);
        if (attempts > truth.charges) this.violate('I7', `${name} was stored with ${attempts} attempts, of which ${truth.charges} count`);
        if (maxAttempts > 1 && truth.onlyThrew && this.subscriber.clockSkewMillis === 0 && processNow - truth.firstChargeAt! < attemptSpanMillis) {
          this.violate('I7', `the attempts of ${name} are spread over ${processNow - truth.firstChargeAt!} ms, not ${attemptSpanMillis}`);
        }
        return;
      case 'PERMANENT_ERROR':
        if (delivery.handler.trouble[change.ordinal]?.kind !== 'permanent') this.violate('I7', `${name} was stored as a permanent failure`);
        return;
      case 'RECORD_AGE':
        if (processNow - change.record.dynamodb!.ApproximateCreationDateTime! * 1000 < maxRecordAgeSeconds * 1000 * AGE_SHARE_BEFORE_STORING) {
          this.violate('I7', `${name} was stored for its age, but is young`);
        }
        return;
      case 'MALFORMED':
        if (change.defect === undefined) this.violate('I7', `${name} was stored as malformed`);
        return;
      case 'BEHIND_PARKED':
        if (!truth.lane.poisonBefore(truth)) this.violate('I4', `${name} was stored behind nothing`);
        return;
    }
  }

  /** Nothing fails, and nothing takes time. */
  private get isUndisturbed(): boolean {
    return this.plan.profile === 'calm' && this.plan.latencyMillis === 0 && this.subscriber.handler.millis === 0;
  }

  private mappingMayGiveUp(): boolean {
    const { mapping, settings } = this.subscriber;
    return mapping.retryAttempts < ENOUGH_RETRIES || settings.maxRecordAgeSeconds < AGE_THE_RUNTIME_MASTERS_SECONDS
      || this.plan.writes.some(({ defect }) => defect === 'noSequenceNumber');
  }

  private wants({ kind, defect }: SimulatedChange): boolean {
    return this.subscriber.filter === undefined || (kind === 'a' && defect !== 'unreadableImage');
  }

  private laneOf(change: SimulatedChange): LaneTruth {
    const byPartition = this.subscriber.settings.orderBy === 'PARTITION_KEY';
    const scope = { subscriber: this.name, table: TABLE };
    const loose = change.defect === 'unreadableKeys' || change.defect === 'noSequenceNumber';
    const id = loose ? `loose ${change.ordinal}` : String(byPartition ? change.partition : change.item);
    let lane = this.lanes.get(id);
    if (!lane) {
      const pk = loose ? unreadableItemKey(scope, change.at) : itemKey(scope, change.record.dynamodb!.Keys, byPartition ? PARTITION_KEY : undefined)!;
      this.lanes.set(id, lane = new LaneTruth(pk));
    }
    return lane;
  }
}

/** A mark never moves back, and a parked item is never forgotten. */
export function checkLedgerWrite(before: LedgerRow | undefined, after: LedgerRow, violate: Violate): void {
  if ((before?.mark ?? '') > (after.mark ?? '')) violate('I3', `a mark moved back from ${String(before?.mark)} to ${String(after.mark)}`);
  if (after.parked !== undefined && LEDGER.EXPIRES in after) violate('I1', 'the row of a parked item would expire');
}
