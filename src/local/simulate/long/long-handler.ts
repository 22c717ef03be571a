import { Delivery } from './delivery';
import { LongPlan } from './long-plan';
import { PermanentError, RetryLaterError } from '../../../runtime';
import type { ChangeContext } from '../../../runtime/change/context';
import { errorName } from '../../../runtime/thrown';
import { FaultError, REFUSAL } from '../brokered/life';
import { effect } from '../effect';
import { Violate } from '../invariant';
import { never } from '../world';

/** As the worker's settings have it. */
const MAX_ATTEMPTS = 3;

interface LongHandlerWorld {
  /** Milliseconds. */
  readonly sinceStart: () => number;
  readonly violate: Violate;
  readonly count: (fault: string) => void;
}

/** The user's function: it works for as long as the plan says, fails as the plan says, and commits. It knows what each change has been through. */
export class LongHandler {
  private readonly calls = new Map<number, number>();
  /** Failures that may have cost an attempt. */
  private readonly failures = new Map<number, number>();

  public constructor(private readonly plan: LongPlan, private readonly world: LongHandlerWorld) {}

  public get callCount(): number {
    return [...this.calls.values()].reduce((sum, times) => sum + times, 0);
  }

  public async work(by: Delivery, ordinal: number, context: ChangeContext): Promise<void> {
    const { count, sinceStart, violate } = this.world;
    const calls = (this.calls.get(ordinal) ?? 0) + 1;
    this.calls.set(ordinal, calls);
    const failures = this.failuresOf(ordinal);
    if (context.attempt > 1 + failures) violate('I7', `change ${ordinal} is at attempt ${context.attempt} after ${failures} failures`);
    const { [ordinal]: trouble } = this.plan.trouble;
    const { outage, writes: { [ordinal]: write } } = this.plan;
    const now = sinceStart();
    if (outage && now >= outage[0] && now < outage[1]) {
      count('handlerOutage');
      throw new RetryLaterError('down');
    }
    if (trouble !== undefined && (!('times' in trouble) || calls <= trouble.times)) count(`handler${trouble.kind[0].toUpperCase()}${trouble.kind.slice(1)}`);
    if (trouble?.kind === 'permanent') throw new PermanentError('never');
    const troubled = trouble !== undefined && trouble.kind !== 'ignoresSignal' && calls <= trouble.times;
    if (troubled && trouble.kind === 'later') throw new RetryLaterError('busy', { after: 2_000 });
    if (troubled && trouble.kind === 'hangs') {
      await by.clock.sleep(Infinity, context.signal);
      throw context.signal.reason;
    }
    await by.clock.sleep(write.millis, trouble?.kind === 'ignoresSignal' ? undefined : context.signal);
    if (context.signal.aborted && trouble?.kind !== 'ignoresSignal') throw context.signal.reason;
    if (troubled && trouble.kind === 'throws') {
      this.mayCost(ordinal);
      throw new FaultError('HandlerError');
    }
    if (troubled && trouble.kind === 'endsProcess') {
      by.die();
      return never();
    }
    await context.commit([effect(String(ordinal))]).catch((error: unknown) => {
      // What the store refuses for good counts as the handler's failure.
      this.mayCost(ordinal);
      if (errorName(error) === REFUSAL) count('commitRefused');
      throw error;
    });
  }

  /** Something has happened for which the changes may be charged with an attempt. */
  public mayCost(...ordinals: readonly number[]): void {
    for (const ordinal of ordinals) this.failures.set(ordinal, this.failuresOf(ordinal) + 1);
  }

  /** Of one that ends its worker again and again, nobody can tell whether it is to blame. */
  public mayBeGivenUp(ordinal: number): boolean {
    return this.plan.trouble[ordinal]?.kind === 'permanent' || this.failuresOf(ordinal) >= MAX_ATTEMPTS;
  }

  private failuresOf(ordinal: number): number {
    return this.failures.get(ordinal) ?? 0;
  }
}
