import { Entry, FILTERED_OUT, PENDING, SETTLED } from './entry';
import { Lane } from './lane';
import { MappingConfig, OfferedRecord, ShardCheckpoint } from './types';
import { compareSequenceNumbers } from '../../contract/position';

const COMPACT_AFTER = 1024;
const HASH_FACTOR = 31;
const HASH_PRIME = 2_147_483_647;

/** One shard's records from the checkpoint on, and the lanes that work on them. */
export class Shard {
  readonly lanes: readonly Lane[];
  closed = false;
  /** Records read and not settled. */
  pending = 0;
  private entries: Entry[] = [];
  private head = 0;
  private lastOffered?: string;
  private checkpointAt?: string;

  constructor(readonly shardId: string, readonly parentShardId: string | undefined, config: MappingConfig) {
    this.lanes = Array.from({ length: config.parallelizationFactor }, () => new Lane(config));
  }

  get drained(): boolean {
    return this.closed && this.head === this.entries.length;
  }

  /** Undefined for a record that was offered before. */
  read(offered: OfferedRecord, now: number): Entry | undefined {
    if (this.lastOffered !== undefined && compareSequenceNumbers(offered.sequenceNumber, this.lastOffered) <= 0) return undefined;
    this.lastOffered = offered.sequenceNumber;
    const entry: Entry = { offered, status: PENDING, readAt: now };
    this.entries.push(entry);
    this.pending += 1;
    return entry;
  }

  enqueue(entry: Entry): void {
    const lane = this.lanes.length === 1 ? 0 : hash(entry.offered.key) % this.lanes.length;
    this.lanes[lane].add(entry);
  }

  settle(entry: Entry, status: typeof SETTLED | typeof FILTERED_OUT): void {
    entry.status = status;
    this.pending -= 1;
    while (this.head < this.entries.length && this.entries[this.head].status !== PENDING) {
      this.checkpointAt = this.entries[this.head].offered.sequenceNumber;
      this.head += 1;
    }
    if (this.head === this.entries.length) {
      this.entries = [];
      this.head = 0;
    } else if (this.head > COMPACT_AFTER && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
  }

  /**
   * Forgets everything but the checkpoint: what comes after it is worked on again, also what other lanes had settled.
   * Answers with the records that the stream no longer has.
   */
  rewind(now: number, oldest: number): readonly Entry[] {
    for (const lane of this.lanes) lane.clear();
    const trimmed: Entry[] = [];
    this.pending = 0;
    for (const entry of this.entries.slice(this.head)) {
      const isGone = entry.offered.arrivedAt < oldest;
      if (entry.status === FILTERED_OUT || (isGone && entry.status === SETTLED)) continue;
      entry.status = PENDING;
      entry.readAt = now;
      this.pending += 1;
      if (isGone) trimmed.push(entry);
      else this.enqueue(entry);
    }
    return trimmed;
  }

  checkpoint(): ShardCheckpoint {
    return { shardId: this.shardId, sequenceNumber: this.checkpointAt, pending: this.pending, drained: this.drained };
  }
}

/** A polynomial over a prime field: keys that differ in their last character land in different lanes. */
function hash(text: string): number {
  let value = 7;
  for (let index = 0; index < text.length; index += 1) value = (value * HASH_FACTOR + text.charCodeAt(index)) % HASH_PRIME;
  return value;
}
