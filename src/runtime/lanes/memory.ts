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

/** What a process remembers from one invocation to the next. Nothing that must not be lost is kept here. */
export class Memory {
  public readonly health = new Health();
  public readonly pace = new Pace();
  public finishedInvocation = false;
  public warnedOfLoop = false;
}
