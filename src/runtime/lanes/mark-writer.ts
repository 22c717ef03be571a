import { BATCH_STATEMENTS } from '../../contract/limits';
import { StatementMark } from '../ledger/mark-statements';

/** What a lane has settled without a stored mark. */
export interface Settled extends StatementMark {
  /** Changes this mark covers; their places in the window are given back when it is stored. */
  readonly count: number;
  /** Called when the mark is stored. */
  readonly stored: () => void;
}

export interface MarkWriterOptions {
  /** Settled changes that may wait for a request. */
  readonly flushSize: number;
  readonly write: (marks: readonly StatementMark[]) => Promise<void>;
  /** Called with the number of changes whose marks are stored. */
  readonly release: (count: number) => void;
  /** Called when the store refuses marks: nothing more can be settled. */
  readonly refused: () => void;
}

/** Stores marks behind the handlers' backs: only the newest of an item, 25 a request, several requests at once. */
export class MarkWriter {
  private readonly dirty = new Map<string, Settled[]>();
  private readonly writing = new Set<Promise<void>>();
  private readonly full: number;
  private failure?: { readonly error: unknown };

  public constructor(private readonly options: MarkWriterOptions) {
    this.full = Math.min(BATCH_STATEMENTS, options.flushSize);
  }

  public add(settled: Settled): void {
    const before = this.dirty.get(settled.pk);
    if (before) before.push(settled);
    else this.dirty.set(settled.pk, [settled]);
    if (this.dirty.size >= this.full) this.writeSome();
  }

  /** Another write has stored a mark at least as high as all that wait for this item. */
  public supersede(pk: string): void {
    const entries = this.dirty.get(pk);
    if (!entries) return;
    this.dirty.delete(pk);
    this.done(entries);
  }

  /** Stores what waits, unless a request is under way: its end will make room. */
  public hurry(): void {
    if (this.writing.size === 0) while (this.dirty.size > 0) this.writeSome();
  }

  /** Stores everything. Throws what the store refused. */
  public async flush(): Promise<void> {
    while (this.dirty.size > 0) this.writeSome();
    while (this.writing.size > 0) await Promise.all(this.writing);
    if (this.failure) throw this.failure.error;
  }

  private writeSome(): void {
    const taken: Settled[][] = [];
    for (const [pk, entries] of this.dirty) {
      if (taken.length === BATCH_STATEMENTS) break;
      taken.push(entries);
      this.dirty.delete(pk);
    }
    if (this.failure) return;
    const request: Promise<void> = this.options.write(taken.map((entries) => entries[entries.length - 1])).then(
      () => {
        this.writing.delete(request);
        for (const entries of taken) this.done(entries);
      },
      (error: unknown) => {
        this.writing.delete(request);
        this.failure ??= { error };
        this.options.refused();
      },
    );
    this.writing.add(request);
  }

  private done(entries: readonly Settled[]): void {
    let count = 0;
    for (const entry of entries) {
      count += entry.count;
      entry.stored();
    }
    this.options.release(count);
  }
}
