import { setMaxListeners } from 'node:events';
import { Clock, Invocation } from './ports';

/** Kept back from the invocation for settling: a tenth, within these bounds. */
const SETTLING = { share: 0.1, least: 100, most: 3_000 } as const;
/** Of that, what a handler has after `signal` before it is given up. */
const GRACE_SHARE = 0.5;
/** The response itself must still get out. */
const RESPONSE_SHARE = 0.1;

/** A handler started with more than this share ahead had the invocation to itself. */
const WHOLE_INVOCATION = 0.9;

/** Why what is still under way ends with the invocation. Made once: an error takes as long to make as several changes to relay. */
const OVER = new DOMException('the invocation is over', 'AbortError');

/**
 * The three ends of an invocation, in order: the handler's signal, the moment handlers that ignore it are given up, and
 * the moment the store is no longer waited for.
 */
export class Deadline {
  public readonly handlerSignal: AbortSignal;
  public readonly storeSignal: AbortSignal;
  /** Resolves when handlers still running are to be given up. */
  public readonly givenUp: Promise<void>;
  private readonly over = new AbortController();
  /** Ends the handlers' time early. */
  private readonly early = new AbortController();
  private readonly handlerEnd: number;
  /** Milliseconds handlers had at the start of the invocation. */
  private readonly total: number;

  /** `mostMillis` is what handlers have where that is stated; what is left of the invocation then is for settling. */
  public constructor(private readonly clock: Clock, invocation: Invocation, mostMillis = Infinity) {
    const remaining = Math.max(0, invocation.remainingMillis());
    const least = Math.min(remaining, Math.max(SETTLING.least, Math.min(SETTLING.most, remaining * SETTLING.share)));
    this.total = Math.min(remaining - least, mostMillis);
    const settling = remaining - this.total;
    this.handlerEnd = clock.now() + this.total;
    const handler = new AbortController();
    const store = new AbortController();
    // Every handler may listen; that is no leak.
    setMaxListeners(0, handler.signal, store.signal, this.over.signal, this.early.signal);
    this.handlerSignal = handler.signal;
    this.storeSignal = store.signal;
    this.givenUp = this.run(handler, store, settling);
  }

  /** Milliseconds until the handler's signal. */
  public remaining(): number {
    return Math.max(0, this.handlerEnd - this.clock.now());
  }

  /** True when something that usually takes this long should not be started any more. The first call of an invocation always may. */
  public isTooLateFor(millis: number): boolean {
    return this.remaining() < Math.min(millis, this.total / 2) || this.handlerSignal.aborted;
  }

  /** True while (almost) the whole invocation is still ahead. */
  public isUnhurried(): boolean {
    return this.remaining() >= this.total * WHOLE_INVOCATION;
  }

  /** Aborts the handler's signal now: what handlers still do is not wanted any more. */
  public cut(reason: Error): void {
    this.early.abort(reason);
  }

  /** Frees the timers. */
  public finish(): void {
    this.over.abort(OVER);
    this.early.abort(OVER);
  }

  private async run(handler: AbortController, store: AbortController, settling: number): Promise<void> {
    await this.clock.sleep(this.total, this.early.signal);
    // What still waits for the store has nobody left to tell.
    if (this.over.signal.aborted) return store.abort(OVER);
    handler.abort(this.early.signal.aborted ? this.early.signal.reason : new DOMException('the time for the handler is up', 'TimeoutError'));
    await this.clock.sleep(settling * GRACE_SHARE, this.over.signal);
    void this.clock.sleep(settling * (1 - GRACE_SHARE - RESPONSE_SHARE), this.over.signal).then(() => store.abort());
  }
}
