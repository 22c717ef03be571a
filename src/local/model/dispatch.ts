import { Batch } from './batch';
import { UNLIMITED } from './config';
import { Entry } from './entry';
import { InFlight } from './in-flight';
import { Lane } from './lane';
import { Shard } from './shard';
import { DiscardCondition, Fate, MappingAction, MappingConfig, MappingMetrics, MappingState } from './types';
import { STREAM_RETENTION_SECONDS } from '../../contract/limits';

export const RETENTION_MILLIS = STREAM_RETENTION_SECONDS * 1000;
/** What AWS writes for records it gives up for their age, however often they were invoked. */
const INVOKE_COUNT_OF_AGED_RECORDS = 1;

export interface DispatchParts {
  readonly config: MappingConfig;
  readonly counters: MappingMetrics;
  readonly inFlight: InFlight;
  readonly settle: (shard: Shard, entry: Entry, fate: Fate, now: number) => void;
}

/** Says what is to be done with a lane now: invoke its batch, send away what was given up or is too old, or nothing. */
export class Dispatch {
  constructor(private readonly parts: DispatchParts) {}

  next(shard: Shard, index: number, now: number, state: MappingState): MappingAction | undefined {
    const { config, settle } = this.parts;
    const lane = shard.lanes[index];
    for (;;) {
      // A mapping that is being disabled still sends away what it has given up.
      if (state === 'Disabling' && lane.top?.discard === undefined) return undefined;
      const batch = lane.ready(now);
      if (batch === undefined) return undefined;
      if (batch.discard !== undefined) {
        const action = this.discard(shard, lane, batch, batch.entries, batch.discard, now);
        if (action !== undefined) return action;
        lane.finish(now);
        continue;
      }
      const aged = config.maxRecordAgeSeconds === UNLIMITED ? [] : batch.removeOlderThan(now - config.maxRecordAgeSeconds * 1000);
      if (aged.length > 0) {
        const action = this.discard(shard, lane, batch, aged, 'RecordAgeExceeded', now);
        if (action !== undefined) return action;
      }
      for (const expired of batch.removeOlderThan(now - RETENTION_MILLIS)) settle(shard, expired, 'RETENTION', now);
      if (batch.entries.length > 0) return this.invoke(shard, index, batch, now);
      lane.finish(now);
    }
  }

  private invoke(shard: Shard, lane: number, batch: Batch, now: number): MappingAction {
    const { counters, inFlight } = this.parts;
    const records = batch.entries.map(({ offered }) => offered);
    counters.IteratorAge = now - records[records.length - 1].arrivedAt;
    counters.MaxIteratorAge = Math.max(counters.MaxIteratorAge, counters.IteratorAge);
    const id = inFlight.launch({ type: 'invoke', shard, lane: shard.lanes[lane], batch, entries: batch.entries });
    return { type: 'invoke', id, shardId: shard.shardId, lane, records };
  }

  /** Undefined where there is no destination: the records are gone. */
  private discard(
    shard: Shard, lane: Lane, batch: Batch, entries: readonly Entry[], condition: DiscardCondition, now: number,
  ): MappingAction | undefined {
    const { config, inFlight, settle } = this.parts;
    if (config.onFailure === undefined) {
      for (const entry of entries) settle(shard, entry, 'NO_DESTINATION', now);
      return undefined;
    }
    const exhausted = condition === 'RetryAttemptsExhausted';
    return {
      type: 'deliver',
      id: inFlight.launch({ type: 'deliver', shard, lane, batch, entries }),
      shardId: shard.shardId,
      condition,
      records: entries.map(({ offered }) => offered),
      approximateInvokeCount: exhausted ? batch.invocations : INVOKE_COUNT_OF_AGED_RECORDS,
      lastInvocation: exhausted ? batch.lastInvocation : undefined,
      at: now,
    };
  }
}
