import { Batch, takeBatch } from './batch';
import { Entry } from './entry';
import { MappingConfig } from './types';

/**
 * One of a shard's parallel sequences: the records of some keys, in order, with one batch in flight at most.
 * `work` holds what has been cut into batches already, the next to run last.
 */
export class Lane {
  private readonly work: Batch[] = [];
  /** A batch of this lane is being invoked or delivered. */
  busy = false;
  private queue: Entry[] = [];
  private head = 0;
  private idleSince = 0;

  constructor(private readonly config: MappingConfig) {}

  /** The batch to run next, or the one that is in flight. */
  get top(): Batch | undefined {
    return this.work[this.work.length - 1];
  }

  /** Halves take the place of the whole, to run in order. */
  replaceTop([first, second]: readonly [Batch, Batch]): void {
    this.work.pop();
    this.work.push(second, first);
  }

  add(entry: Entry): void {
    this.queue.push(entry);
  }

  /** The lane's batch that may run now, left on `work`; undefined while there is none. */
  ready(now: number): Batch | undefined {
    if (this.busy) return undefined;
    const wake = this.wakeAt();
    if (wake === undefined || wake > now) return undefined;
    if (this.top === undefined) this.cutBatch();
    return this.top;
  }

  wakeAt(): number | undefined {
    if (this.busy) return undefined;
    if (this.top !== undefined) return this.top.notBefore;
    if (this.head >= this.queue.length) return undefined;
    const opened = Math.max(this.queue[this.head].readAt, this.idleSince);
    if (this.config.batchingWindowSeconds === 0) return opened;
    return takeBatch(this.queue, this.head, this.config.batchSize).full ? opened : opened + this.config.batchingWindowSeconds * 1000;
  }

  /** The batch on top of `work` is done with. A batching window opens anew when the lane has nothing left of the last batch. */
  finish(now: number): void {
    this.work.pop();
    if (this.work.length === 0) this.idleSince = now;
  }

  clear(): void {
    this.work.length = 0;
    this.queue = [];
    this.head = 0;
  }

  private cutBatch(): void {
    const { count } = takeBatch(this.queue, this.head, this.config.batchSize);
    this.work.push(new Batch(this.queue.slice(this.head, this.head + count)));
    this.head += count;
    if (this.head === this.queue.length) {
      this.queue = [];
      this.head = 0;
    }
  }
}
