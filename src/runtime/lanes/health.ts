import { OutageState } from '../../contract/ledger';

/** Fewer items than this failing alike may each be poison. */
const FEWEST_ITEMS = 3;
/** So many failing alike are no accident: that outage holds until something succeeds. */
const MANY_ITEMS = 10;
/** What fewer have shown, or another process, holds this long: it bounds how long a few poison changes can pass for an outage. */
export const OUTAGE_HOLD_MILLIS = 60 * 60 * 1000;
/** Failures older than this say nothing about now. */
const STREAK_MILLIS = 10 * 60 * 1000;
const MOST_ITEMS = 10_000;

/**
 * Tells an outage (nothing works, so nothing must be parked) from poison (this change does not work). It counts distinct items since
 * the first failure of the current streak: an outage is when at least three fail alike and they are more than those that succeeded
 * since. One instance lives as long as the process, because the mapping's bisecting leaves batches too small to tell.
 */
export class Health {
  private readonly failing = new Map<string, string>();
  private readonly succeeded = new Set<string>();
  private firstFailure = 0;
  private lastFailure = 0;
  private lastSuccess = 0;
  private remembered?: OutageState;

  public itemFailed(pk: string, signature: string, now: number): void {
    if (now - this.lastFailure > STREAK_MILLIS || this.failing.size >= MOST_ITEMS) this.reset();
    if (this.failing.size === 0) this.firstFailure = now;
    this.lastFailure = now;
    this.failing.set(pk, signature);
  }

  public itemSucceeded(pk: string, now: number): void {
    if (this.remembered !== undefined) this.lastSuccess = now;
    if (this.failing.size === 0) return;
    this.failing.delete(pk);
    if (this.failing.size === 0) this.reset();
    else this.succeeded.add(pk);
  }

  /** The item's failure is settled: it is in the failure store. */
  public itemStored(pk: string): void {
    this.failing.delete(pk);
    if (this.failing.size === 0) this.reset();
  }

  /** Whether an outage with this signature is known, seen by this process or remembered from another. */
  public inOutage(signature: string, now: number): boolean {
    const recent = now - this.firstFailure < OUTAGE_HOLD_MILLIS;
    return this.seesOutage(signature, now) || (
      recent && this.remembered?.signature === signature && now - this.remembered.at < OUTAGE_HOLD_MILLIS && this.lastSuccess <= this.remembered.at
    );
  }

  /** What the ledger should remember of this invocation: an outage to write, `over` to clear it, or nothing to do. */
  public toRemember(signature: string | undefined, now: number): OutageState | 'over' | undefined {
    if (signature !== undefined && this.seesOutage(signature, now)) return { signature, at: now };
    return this.remembered !== undefined && this.lastSuccess > this.remembered.at ? 'over' : undefined;
  }

  public remember(outage: OutageState | undefined): void {
    this.remembered = outage;
  }

  private seesOutage(signature: string, now: number): boolean {
    let alike = 0;
    for (const other of this.failing.values()) if (other === signature) alike += 1;
    if (alike <= this.succeeded.size) return false;
    return alike >= MANY_ITEMS || (alike >= FEWEST_ITEMS && now - this.firstFailure < OUTAGE_HOLD_MILLIS);
  }

  private reset(): void {
    this.failing.clear();
    this.succeeded.clear();
  }
}

/** What failures of one cause have in common: not the message, which names the item. */
export function failureSignature(error: unknown): string {
  if (typeof error !== 'object' || error === null) return `thrown ${typeof error}`;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return `${typeof name === 'string' ? name : 'Error'}${typeof code === 'string' || typeof code === 'number' ? `:${code}` : ''}`;
}
