import { OfferedRecord, ShardDescription } from '../model/types';

export interface MemoryShard extends ShardDescription {
  readonly records: readonly OfferedRecord[];
  readonly closed: boolean;
}

interface GrowingShard extends ShardDescription {
  readonly records: OfferedRecord[];
  closed: boolean;
}

/** A stream's shards. Any number of mappings may read it, each with its own position. */
export class MemoryStream {
  private readonly byId = new Map<string, GrowingShard>();
  private readonly listeners: (() => void)[] = [];

  get shards(): Iterable<MemoryShard> {
    return this.byId.values();
  }

  openShard(shardId: string, parentShardId?: string): void {
    if (this.byId.has(shardId)) throw new Error(`shard ${shardId} exists`);
    this.byId.set(shardId, { shardId, parentShardId, records: [], closed: false });
    this.notify();
  }

  append(shardId: string, record: OfferedRecord): void {
    const shard = this.shard(shardId);
    if (shard.closed) throw new Error(`shard ${shardId} is closed`);
    shard.records.push(record);
    this.notify();
  }

  /** Closes a shard and opens its children. */
  split(shardId: string, children: readonly string[]): void {
    this.shard(shardId).closed = true;
    for (const child of children) this.openShard(child, shardId);
    this.notify();
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }

  private shard(shardId: string): GrowingShard {
    const shard = this.byId.get(shardId);
    if (shard === undefined) throw new Error(`unknown shard ${shardId}`);
    return shard;
  }
}
