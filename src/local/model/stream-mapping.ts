import { backOffMillis } from './back-off';
import { Batch } from './batch';
import { Dispatch, RETENTION_MILLIS } from './dispatch';
import { Entry, FILTERED_OUT, SETTLED } from './entry';
import { compilePattern } from './event-pattern';
import { InFlight } from './in-flight';
import { Lane } from './lane';
import { newMetrics } from './metrics';
import { settledByResponse } from './response';
import { retryOrGiveUp } from './retry';
import { Shard } from './shard';
import {
  EventSourceMapping, Fate, FunctionOutcome, InvocationDetails, InvocationOutcome, MappingAction, MappingConfig, MappingMetrics, MappingState,
  OfferedRecord, SettledListener, ShardCheckpoint, ShardDescription,
} from './types';

/** Reading pauses while this many batches a lane, and no fewer records than one poll returns, wait. */
const BUFFERED_BATCHES = 2;
const RECORDS_A_POLL = 1000;
const NOTHING_TO_DO: readonly MappingAction[] = [];

/** The mapping of one function on one DynamoDB stream. Created disabled. */
export class StreamMapping implements EventSourceMapping {
  private readonly counters: MappingMetrics = newMetrics();
  private readonly shards = new Map<string, Shard>();
  private readonly inFlight = new InFlight();
  private readonly dispatch: Dispatch;
  private readonly filters: readonly ((event: unknown) => boolean)[];
  private readonly bufferLimit: number;
  private current: MappingState = 'Disabled';
  private latestHoldsFrom?: number;

  constructor(private readonly config: MappingConfig, private readonly onSettled?: SettledListener) {
    this.filters = config.filters.map(compilePattern);
    this.dispatch = new Dispatch({
      config, counters: this.counters, inFlight: this.inFlight, settle: (shard, entry, fate, now) => this.settle(shard, entry, fate, now),
    });
    this.bufferLimit = Math.max(RECORDS_A_POLL, BUFFERED_BATCHES * config.batchSize * config.parallelizationFactor);
  }

  get state(): MappingState {
    return this.current;
  }

  get metrics(): Readonly<MappingMetrics> {
    return this.counters;
  }

  /** Nothing read is unsettled and nothing is in flight. */
  get idle(): boolean {
    if (!this.inFlight.isEmpty) return false;
    for (const shard of this.shards.values()) if (shard.pending > 0) return false;
    return true;
  }

  /** Work resumes after the checkpoint: records above it that another lane had settled are invoked again. */
  enable(now: number): void {
    if (this.current === 'Enabled') return;
    if (this.current === 'Disabling') throw new Error('the mapping is Disabling: wait until what is in flight has ended');
    this.latestHoldsFrom ??= now + this.config.latestDelaySeconds * 1000;
    this.current = 'Enabled';
    for (const shard of this.shards.values()) {
      for (const trimmed of shard.rewind(now, now - RETENTION_MILLIS)) this.settle(shard, trimmed, 'RETENTION', now);
    }
  }

  /** What is in flight goes on; nothing else starts. */
  disable(_now: number): void {
    if (this.current === 'Enabled') this.current = 'Disabling';
    this.finishDisabling();
  }

  addShard({ shardId, parentShardId }: ShardDescription): void {
    if (!this.shards.has(shardId)) this.shards.set(shardId, new Shard(shardId, parentShardId, this.config));
  }

  /** True if the driver should read this shard now: mapping enabled, parents drained, buffer not full. */
  wantsRecords(shardId: string): boolean {
    const shard = this.shard(shardId);
    return this.current === 'Enabled' && !shard.closed && this.isReadable(shard) && shard.pending < this.bufferLimit;
  }

  /** What a poll returned, in stream order. Records at or before the last one offered are ignored. */
  offer(shardId: string, records: readonly OfferedRecord[], now: number): void {
    const shard = this.shard(shardId);
    if (!this.isReadable(shard)) throw new Error(`shard ${shardId} was read before its parent was drained`);
    for (const record of records) {
      const entry = shard.read(record, now);
      if (entry === undefined) continue;
      if (this.isBeforeLatest(record)) {
        this.settle(shard, entry, 'BEFORE_LATEST', now);
        continue;
      }
      if (record.arrivedAt < now - RETENTION_MILLIS) {
        this.settle(shard, entry, 'RETENTION', now);
        continue;
      }
      this.counters.PolledEventCount += 1;
      if (this.wants(record)) {
        shard.enqueue(entry);
      } else {
        this.counters.FilteredOutEventCount += 1;
        this.settle(shard, entry, 'FILTERED_OUT', now);
      }
    }
  }

  /** The shard will get no more records. */
  closeShard(shardId: string): void {
    this.shard(shardId).closed = true;
  }

  next(now: number): readonly MappingAction[] {
    if (this.current === 'Disabled') return NOTHING_TO_DO;
    let actions: MappingAction[] | undefined;
    for (const shard of this.shards.values()) {
      if (shard.pending === 0) continue;
      for (let lane = 0; lane < shard.lanes.length; lane += 1) {
        const action = this.dispatch.next(shard, lane, now, this.current);
        if (action !== undefined) (actions ??= []).push(action);
      }
    }
    this.finishDisabling();
    return actions ?? NOTHING_TO_DO;
  }

  wakeAt(): number | undefined {
    if (this.current !== 'Enabled') return undefined;
    let earliest: number | undefined;
    for (const shard of this.shards.values()) {
      if (shard.pending === 0) continue;
      for (const lane of shard.lanes) {
        const at = lane.wakeAt();
        if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
      }
    }
    return earliest;
  }

  invocationEnded(id: number, outcome: InvocationOutcome, now: number): void {
    const { shard, lane, batch } = this.inFlight.land(id, 'invoke');
    if (outcome.kind === 'throttled' || outcome.kind === 'serviceError') {
      this.counters.Throttles += outcome.kind === 'throttled' ? 1 : 0;
      batch.refusals += 1;
      batch.notBefore = now + backOffMillis(batch.refusals);
    } else {
      this.counters.Invocations += 1;
      this.counters.InvokedEventCount += batch.entries.length;
      batch.lastInvocation = detailsOf(outcome);
      if (outcome.kind === 'functionError') {
        this.counters.Errors += 1;
        this.counters.FailedInvokeEventCount += batch.entries.length;
        retryOrGiveUp(this.config, lane, batch, now);
      } else {
        const settled = this.config.reportBatchItemFailures ? settledByResponse(outcome.payload, batch.entries) : batch.entries.length;
        this.returned(shard, lane, batch, settled, now);
      }
    }
    this.finishDisabling();
  }

  deliveryEnded(id: number, delivered: boolean, now: number): void {
    const { shard, lane, batch, entries } = this.inFlight.land(id, 'deliver');
    if (delivered) {
      this.counters.OnFailureDestinationDeliveredEventCount += entries.length;
    } else {
      this.counters.DestinationDeliveryFailures += 1;
      this.counters.DroppedEventCount += entries.length;
    }
    for (const entry of entries) this.settle(shard, entry, delivered ? 'DELIVERED' : 'DESTINATION_REFUSED', now);
    if (batch.discard !== undefined || batch.entries.length === 0) lane.finish(now);
    this.finishDisabling();
  }

  checkpoint(shardId: string): ShardCheckpoint {
    return this.shard(shardId).checkpoint();
  }

  checkpoints(): readonly ShardCheckpoint[] {
    return [...this.shards.values()].map(shard => shard.checkpoint());
  }

  private returned(shard: Shard, lane: Lane, batch: Batch, settled: number, now: number): void {
    this.counters.FailedInvokeEventCount += batch.entries.length - settled;
    if (settled === 0) {
      retryOrGiveUp(this.config, lane, batch, now);
      return;
    }
    const done = batch.entries.slice(0, settled);
    batch.advance(settled);
    if (batch.entries.length === 0) lane.finish(now);
    for (const entry of done) this.settle(shard, entry, 'ACKNOWLEDGED', now);
  }

  private settle(shard: Shard, entry: Entry, fate: Fate, now: number): void {
    shard.settle(entry, fate === 'FILTERED_OUT' ? FILTERED_OUT : SETTLED);
    this.onSettled?.(entry.offered, fate, now);
  }

  private finishDisabling(): void {
    if (this.current !== 'Disabling' || !this.inFlight.isEmpty) return;
    for (const shard of this.shards.values()) {
      if (shard.lanes.some(lane => lane.top?.discard !== undefined)) return;
    }
    this.current = 'Disabled';
  }

  /** A child is read only when nothing of its parent is left. */
  private isReadable({ parentShardId }: Shard): boolean {
    const parent = parentShardId === undefined ? undefined : this.shards.get(parentShardId);
    return parent === undefined || parent.drained;
  }

  private isBeforeLatest({ arrivedAt }: OfferedRecord): boolean {
    if (this.config.startingPosition !== 'LATEST') return false;
    return this.latestHoldsFrom === undefined || arrivedAt <= this.latestHoldsFrom;
  }

  private wants({ record }: OfferedRecord): boolean {
    return this.filters.length === 0 || this.filters.some(matches => matches(record));
  }

  private shard(shardId: string): Shard {
    const shard = this.shards.get(shardId);
    if (shard === undefined) throw new Error(`unknown shard ${shardId}: add it first`);
    return shard;
  }
}

function detailsOf(outcome: FunctionOutcome): InvocationDetails {
  return {
    requestId: outcome.requestId,
    executedVersion: outcome.executedVersion,
    functionError: outcome.kind === 'functionError' ? outcome.functionError ?? 'Unhandled' : null,
  };
}
