import { Delivery } from './delivery';
import { MemoryItem } from '../expression';
import { Violate } from '../invariant';

interface Run {
  readonly by: Delivery;
  readonly ordinal: number;
}

/** Watches that an item is worked on by one delivery at a time, and that nobody writes who has lost it. */
export class ClaimChecks {
  private readonly running = new Map<number, Set<Run>>();
  /** Who ran last on an item. */
  private readonly latest = new Map<number, Delivery>();
  /** Who has written a claimed row, in the order of the first writes. */
  private readonly writers = new Map<string, Delivery[]>();

  public constructor(private readonly violate: Violate, private readonly leaseSeconds: number) {}

  /** The handler is called. Returns what to call when it has ended. */
  public begin(item: number, run: Run, now: number): () => void {
    const others = this.running.get(item) ?? new Set();
    this.running.set(item, others);
    for (const { by, ordinal } of others) {
      if (by !== run.by && by.alive && now < by.leaseUntil) this.violate('I2', `change ${run.ordinal} begins while ${ordinal} of its item runs under a lease`);
    }
    others.add(run);
    run.by.isRunning = true;
    this.latest.set(item, run.by);
    return () => {
      others.delete(run);
      run.by.isRunning = false;
    };
  }

  /** The handler's own write went through. */
  public applied(item: number, by: Delivery | undefined): void {
    if (by !== undefined && this.latest.get(item) !== by) this.violate('I2', `item ${item} was written by a delivery after another one had taken it over`);
  }

  /** A row of the ledger was written. */
  public marked(key: string, after: MemoryItem | undefined, by: Delivery | undefined): void {
    if (by === undefined || after?.claim === undefined) return;
    const writers = this.writers.get(key) ?? [];
    this.writers.set(key, writers);
    if (!writers.includes(by)) writers.push(by);
    else if (writers[writers.length - 1] !== by) this.violate('I2', 'the row of an item was written by a delivery after another one had claimed it');
  }

  /** A worker has died: if it worked on an item, that waits for a lease at most. */
  public died(by: Delivery, now: number): void {
    if (by.isRunning && by.leaseUntil - now > this.leaseSeconds * 1000) this.violate('I11', `a dead worker blocks its item for ${by.leaseUntil - now} ms`);
  }
}
