import { Health } from './health';

/** The longest the handler took lately: the time a new call must be given. */
export class Pace {
  private slowest = 0;

  public get millis(): number {
    return this.slowest;
  }

  public took(millis: number): void {
    // Forgets slowly, so that one slow call does not shorten every later invocation.
    this.slowest = Math.max(millis, this.slowest * 0.98);
  }
}

/** More at a time are an outage, in which nothing is given up. */
const MOST_POSTPONEMENTS = 10_000;

interface Success {
  readonly pk: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What a process remembers from one invocation to the next. Nothing that must not be lost is kept here. */
export class Memory {
  public readonly health = new Health();
  /** The same for changes that are postponed, which costs them no attempt. */
  public readonly postponed = new Health();
  public readonly pace = new Pace();
  public finishedInvocation = false;
  public warnedOfLoop = false;
  private readonly postponements = new Map<string, { readonly at: string; readonly since: number }>();
  private lastSuccess?: Success;
  /** The last one of another item than that. */
  private successBefore?: Success;

  public itemSucceeded(pk: string, now: number): void {
    this.health.itemSucceeded(pk, now);
    this.postponed.itemSucceeded(pk, now);
    this.postponements.delete(pk);
    if (this.lastSuccess !== undefined && this.lastSuccess.pk !== pk) this.successBefore = this.lastSuccess;
    this.lastSuccess = { pk, at: now };
  }

  /** The item's failure is settled: it is in the failure store. */
  public itemStored(pk: string): void {
    this.health.itemStored(pk);
    this.postponed.itemStored(pk);
    this.postponements.delete(pk);
  }

  /** Since when an item's change at this position has been postponed here; since now, where that is new. */
  public postponedSince(pk: string, at: string, now: number): number {
    const known = this.postponements.get(pk);
    if (known?.at === at) return known.since;
    if (this.postponements.size >= MOST_POSTPONEMENTS) this.postponements.clear();
    this.postponements.set(pk, { at, since: now });
    return now;
  }

  /** Whether an item other than this one has succeeded since then. */
  public othersSucceeded(pk: string, since: number): boolean {
    const last = this.lastSuccess?.pk === pk ? this.successBefore : this.lastSuccess;
    return last !== undefined && last.at >= since;
  }
}
