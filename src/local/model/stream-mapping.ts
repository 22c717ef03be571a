import {
  EventSourceMapping, InvocationOutcome, MappingAction, MappingConfig, MappingMetrics, MappingState, OfferedRecord,
  SettledListener, ShardCheckpoint, ShardDescription,
} from './types';

/** The mapping of one function on one DynamoDB stream. */
export declare class StreamMapping implements EventSourceMapping {
  readonly state: MappingState;
  readonly metrics: Readonly<MappingMetrics>;

  /** Created disabled. */
  constructor(config: MappingConfig, onSettled?: SettledListener);

  enable(now: number): void;
  /** Invocations in flight go on (`Disabling`); then everything after the checkpoint is forgotten but for re-reading. */
  disable(now: number): void;

  addShard(shard: ShardDescription): void;
  /** True if the driver should read this shard now: mapping enabled, parents drained, buffer not full. */
  wantsRecords(shardId: string): boolean;
  /** What a poll returned, in stream order. Records at or before the last one offered are ignored. */
  offer(shardId: string, records: readonly OfferedRecord[], now: number): void;
  /** The shard will get no more records. */
  closeShard(shardId: string): void;

  next(now: number): readonly MappingAction[];
  wakeAt(): number | undefined;
  invocationEnded(id: number, outcome: InvocationOutcome, now: number): void;
  deliveryEnded(id: number, delivered: boolean, now: number): void;

  checkpoint(shardId: string): ShardCheckpoint;
  checkpoints(): readonly ShardCheckpoint[];
  /** Nothing read is unsettled and nothing is in flight. */
  readonly idle: boolean;
}
