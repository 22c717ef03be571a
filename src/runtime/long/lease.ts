import { setMaxListeners } from 'node:events';
import { LongWorkerPorts } from './ports';
import { Stopwatch } from './stopwatch';
import { ClaimLostError } from '../lanes/claim';
import { errorName } from '../thrown';

/** Renewed so often in its time. */
const BEATS = 3;
/** Given up this much of itself before its end, so that the handler has heard of it when another delivery may begin. */
const GUARD = 0.1;
/** Until the next try when the queue did not answer. */
const AGAIN_MILLIS = 1_000;
const FIRST_TRIES = 3;
const RUN_OUT = 'the lease has run out without being renewed';

/** The message's visibility could not be set, so it may be handed out again at any time: nothing is begun. */
export class LeaseError extends Error {
  public override readonly name = 'LeaseError';

  public constructor(cause: unknown) {
    super(`the message's visibility cannot be set: ${errorName(cause)}`, { cause });
  }
}

/**
 * The time in which a delivery has its item to itself. The queue keeps it: while the message is invisible, none of its group is handed out. So nobody's clock is
 * compared with another's: this worker measures from before it asks for more time, the queue from when it is asked, and the worker's time ends first.
 */
export class Lease {
  private readonly loss = new AbortController();
  private readonly over = new AbortController();
  private readonly millis: number;
  private renewed: Stopwatch;

  /**
   * @param receiptHandle of the message, as this delivery received it
   * @param isHeld asks the ledger whether the claim is still this delivery's; throws when it does not know
   */
  public constructor(
    private readonly ports: LongWorkerPorts, private readonly receiptHandle: string, private readonly isHeld: () => Promise<boolean>,
  ) {
    this.millis = ports.settings.longWork!.leaseSeconds * 1000;
    this.renewed = new Stopwatch(ports);
    // Every heartbeat listens; that is no leak.
    setMaxListeners(0, this.over.signal);
  }

  /** Aborted when the item may be another delivery's. */
  public get lost(): AbortSignal {
    return this.loss.signal;
  }

  /**
   * Shortens the message's visibility to the lease, so that a dead worker blocks its item for no longer, and keeps it up from then on.
   * @throws LeaseError when the queue does not take it: then the visibility may end unnoticed
   */
  public async start(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.extend();
        break;
      } catch (error) {
        if (tries === FIRST_TRIES) throw new LeaseError(error);
        await this.ports.clock.sleep(this.ports.random() * AGAIN_MILLIS);
      }
    }
    void this.beat();
    void this.watch();
  }

  /**
   * Notices the end of the lease also where no timer has yet, as right after a sleep of the machine.
   * @throws ClaimLostError when the lease has ended
   */
  public confirm(): void {
    if (this.leftMillis() <= 0) this.lose(RUN_OUT);
    this.lost.throwIfAborted();
  }

  /** The work is done, or given up: the visibility is somebody else's to set. */
  public stop(): void {
    this.over.abort();
  }

  private async beat(): Promise<void> {
    let pause = this.millis / BEATS;
    for (;;) {
      await this.ports.clock.sleep(pause, this.over.signal);
      // After a long sleep the message may be another delivery's: it is not to be touched.
      if (this.over.signal.aborted || this.leftMillis() <= 0) return;
      const [extended] = await Promise.all([this.tryToExtend(), this.check()]);
      pause = extended ? this.millis / BEATS : AGAIN_MILLIS;
    }
  }

  /** Ends the lease when it was not renewed in time, also while a request hangs, and as the first thing after a sleep of the machine. */
  private async watch(): Promise<void> {
    for (;;) {
      const left = this.leftMillis();
      if (left <= 0) return this.lose(RUN_OUT);
      await this.ports.clock.sleep(left, this.over.signal);
      if (this.over.signal.aborted) return;
    }
  }

  private leftMillis(): number {
    return this.millis * (1 - GUARD) - this.renewed.elapsedMillis();
  }

  private async extend(): Promise<void> {
    const asked = new Stopwatch(this.ports);
    await this.ports.visibility.change([{ receiptHandle: this.receiptHandle, seconds: this.millis / 1000 }]);
    // A late answer renews nothing that has ended.
    if (!this.over.signal.aborted) this.renewed = asked;
  }

  private async tryToExtend(): Promise<boolean> {
    try {
      await this.extend();
      return true;
    } catch (error) {
      this.ports.logger.warn('the lease is not renewed yet', { error: { name: errorName(error) } });
      return false;
    }
  }

  /** Where the ledger does not answer the queue alone keeps others away. */
  private async check(): Promise<void> {
    const held = await this.isHeld().catch(() => true);
    if (!held) this.lose();
  }

  private lose(why?: string): void {
    if (this.over.signal.aborted) return;
    this.over.abort();
    const error = new ClaimLostError(why);
    this.ports.logger.warn('the claim is lost: what is being done is given up', { reason: error.message });
    this.loss.abort(error);
  }
}
