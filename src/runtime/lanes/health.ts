import { OutageState } from '../../contract/ledger';
import { isRefusal } from '../refusals';

export { errorSignature as failureSignature } from '../thrown';

/** Fewer items than this failing alike may each be poison. */
const FEWEST_ITEMS = 3;
/** So many failing alike are no accident: that outage holds until something succeeds. */
const MANY_ITEMS = 10;
/** What fewer have shown, or another process, holds this long: it bounds how long a few poison changes can pass for an outage. */
export const OUTAGE_HOLD_MILLIS = 60 * 60 * 1000;
/** Failures older than this say nothing about now. */
const STREAK_MILLIS = 10 * 60 * 1000;
const MOST_ITEMS = 10_000;

/** A missing permission is no fault of the change, and one item shows it as well as three. */
function fewestItems(signature: string): number {
  return showsRefusal(signature) ? 1 : FEWEST_ITEMS;
}

export function showsRefusal(signature: string): boolean {
  return isRefusal(signature.split(':', 1)[0]);
}

/**
 * Tells an outage (nothing works, so nothing must be parked) from poison (this change does not work). An outage is when, from some failure on, at least
 * three items (one, where a permission is missing) have failed alike and they are more than those that have succeeded since. It must not matter what happened
 * before: an item that failed here may have been settled by another process, which this one never learns. One instance lives as long as the process, because
 * the mapping's bisecting leaves batches too small to tell.
 */
export class Health {
  /** In the order in which they failed first. */
  private readonly failing = new Map<string, { signature: string; readonly since: number }>();
  /** When they succeeded last, in this order. */
  private readonly succeeded = new Map<string, number>();
  private lastFailure = 0;
  private lastSuccess = 0;
  private remembered?: OutageState;

  public itemFailed(pk: string, signature: string, now: number): void {
    if (now - this.lastFailure > STREAK_MILLIS || this.failing.size >= MOST_ITEMS) this.reset();
    this.lastFailure = now;
    const before = this.failing.get(pk);
    if (before) before.signature = signature;
    else this.failing.set(pk, { signature, since: now });
  }

  public itemSucceeded(pk: string, now: number): void {
    if (this.remembered !== undefined) this.lastSuccess = now;
    if (this.failing.size === 0) return;
    this.failing.delete(pk);
    if (this.failing.size === 0) return this.reset();
    this.succeeded.delete(pk);
    this.succeeded.set(pk, now);
    // No more than these can have failed, so older successes decide nothing.
    if (this.succeeded.size > MOST_ITEMS) this.succeeded.delete(this.succeeded.keys().next().value!);
  }

  /** The item's failure is settled: it is in the failure store. */
  public itemStored(pk: string): void {
    this.failing.delete(pk);
    if (this.failing.size === 0) this.reset();
  }

  /**
   * Whether an outage with this signature is known, seen by this process or remembered from another. A change that has been held for long enough, `heldSince` then,
   * is held on only by what many items show: each process that has it for the first time would hold it anew.
   */
  public inOutage(signature: string, now: number, heldSince = now): boolean {
    if (now - heldSince >= OUTAGE_HOLD_MILLIS) return this.seesOutage(signature, now, MANY_ITEMS);
    return this.seesOutage(signature, now) || (
      this.failsSince(signature, now - OUTAGE_HOLD_MILLIS)
      && this.remembered?.signature === signature && now - this.remembered.at < OUTAGE_HOLD_MILLIS && this.lastSuccess <= this.remembered.at
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

  private seesOutage(signature: string, now: number, fewest = fewestItems(signature)): boolean {
    const successes = [...this.succeeded.values()];
    let alike = 0;
    let successesSince = 0;
    for (const { signature: other, since } of [...this.failing.values()].reverse()) {
      if (other !== signature) continue;
      alike += 1;
      while (successes[successes.length - 1 - successesSince] >= since) successesSince += 1;
      if (alike > successesSince && (alike >= MANY_ITEMS || (alike >= fewest && now - since < OUTAGE_HOLD_MILLIS))) return true;
    }
    return false;
  }

  private failsSince(signature: string, time: number): boolean {
    for (const { signature: other, since } of this.failing.values()) if (other === signature && since > time) return true;
    return false;
  }

  private reset(): void {
    this.failing.clear();
    this.succeeded.clear();
  }
}
