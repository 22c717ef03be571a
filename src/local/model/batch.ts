import { Entry } from './entry';
import { DiscardCondition, InvocationDetails } from './types';
import { BATCH_PAYLOAD_BYTES } from '../../contract/limits';

/** Records that are invoked, retried, split and discarded together. */
export class Batch {
  /** Invocations since the checkpoint last moved into this batch; what the retry budget is compared with. */
  invocations = 0;
  /** Tries since then that never reached the function. */
  refusals = 0;
  notBefore = 0;
  /** Set once the batch is given up. */
  discard?: DiscardCondition;
  lastInvocation?: InvocationDetails;

  constructor(public entries: readonly Entry[]) {}

  /** The first `count` records are done with and the rest starts over with a fresh budget. */
  advance(count: number): void {
    this.entries = this.entries.slice(count);
    this.invocations = 0;
    this.refusals = 0;
    this.notBefore = 0;
  }

  /** Halves in order; splitting uses up no retries, so each starts with a fresh budget. */
  split(): [Batch, Batch] {
    const middle = Math.floor(this.entries.length / 2);
    return [new Batch(this.entries.slice(0, middle)), new Batch(this.entries.slice(middle))];
  }

  /** Takes out the records that are older than `oldest` allows, in order. */
  removeOlderThan(oldest: number): readonly Entry[] {
    if (!this.entries.some(({ offered }) => offered.arrivedAt < oldest)) return [];
    const removed = this.entries.filter(({ offered }) => offered.arrivedAt < oldest);
    this.entries = this.entries.filter(({ offered }) => offered.arrivedAt >= oldest);
    return removed;
  }
}

/** How many records from `head` on fit into one batch, and whether no later one could join them. */
export function takeBatch(queue: readonly Entry[], head: number, batchSize: number): { readonly count: number; readonly full: boolean } {
  const available = queue.length - head;
  let bytes = 0;
  let count = 0;
  while (count < available && count < batchSize) {
    bytes += queue[head + count].offered.bytes;
    // A record that is too large alone still has to go.
    if (bytes > BATCH_PAYLOAD_BYTES && count > 0) return { count, full: true };
    count += 1;
  }
  return { count, full: count === batchSize || bytes >= BATCH_PAYLOAD_BYTES };
}
