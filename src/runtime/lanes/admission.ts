import { Clock, Random } from '../ports';

const FIRST_PROBE_MILLIS = 1_000;
const LONGEST_PROBE_MILLIS = 30_000;

export interface AdmissionOptions {
  /** Handlers that may run at once. */
  readonly concurrency: number;
  /** Changes that may be started or settled without a stored mark: what a crash can repeat. */
  readonly window: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted when nothing more may be started. */
  readonly signal: AbortSignal;
  /** Whether it is too late to start a handler. */
  readonly tooLate: () => boolean;
  /** Called when a lane waits for the window: marks should be stored now. */
  readonly windowFull: () => void;
}

interface Waiting {
  readonly size: number;
  readonly resolve: (admitted: boolean) => void;
}

/**
 * Decides when a lane may run, first come, first served. Two bounds hold at all times: `concurrency` on running handlers, `window` on changes
 * without a stored mark. During an outage handlers only probe: one at a time with growing pauses, twice as many after each success.
 */
export class Admission {
  private queue: Waiting[] = [];
  /** Where the queue starts; it is cut when it has emptied, because shifting long arrays is slow. */
  private head = 0;
  private running = 0;
  private reserved = 0;
  private probes?: { readonly limit: number; readonly failures: number; readonly notBefore: number };
  private closed = false;

  public constructor(private readonly options: AdmissionOptions) {
    options.signal.addEventListener('abort', () => this.close(), { once: true });
  }

  /** The most places in the window there are; who asks for more would wait for ever. */
  public get window(): number {
    return this.options.window;
  }

  /** Waits for a place to run and for `size` places in the window. False: there is no time left. */
  public enter(size: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.queue.push({ size, resolve });
      this.pump();
    });
  }

  /** Gives the place to run back. */
  public leave(): void {
    this.running -= 1;
    this.pump();
  }

  /** Gives places in the window back: their changes have stored marks, or were not started. */
  public release(size: number): void {
    this.reserved -= size;
    this.pump();
  }

  /** Waits outside, then for a place to run with one place in the window. False: there is no time left. */
  public async reenter(millis: number): Promise<boolean> {
    if (!this.closed && millis > 0) await this.options.clock.sleep(millis, this.options.signal);
    return this.enter(1);
  }

  /** A handler failed while most fail alike. */
  public probeFailed(): void {
    const failures = (this.probes?.failures ?? 0) + 1;
    const pause = Math.min(LONGEST_PROBE_MILLIS, FIRST_PROBE_MILLIS * 2 ** Math.min(failures - 1, 10)) * (0.5 + this.options.random() / 2);
    this.probes = { limit: 1, failures, notBefore: this.options.clock.now() + pause };
    void this.options.clock.sleep(pause, this.options.signal).then(() => this.pump());
  }

  /** A handler succeeded: opens up, doubling. */
  public succeeded(): void {
    if (this.probes === undefined) return;
    const limit = this.probes.limit * 2;
    this.probes = limit >= this.options.concurrency ? undefined : { limit, failures: 0, notBefore: 0 };
    this.pump();
  }

  /** Starts nothing more; who waits is told so. */
  public close(): void {
    this.closed = true;
    this.pump();
  }

  private pump(): void {
    while (this.head < this.queue.length) {
      if (this.closed || this.options.tooLate()) {
        this.closed = true;
        const turnedAway = this.queue.slice(this.head);
        this.queue = [];
        this.head = 0;
        for (const { resolve } of turnedAway) resolve(false);
        return;
      }
      const limit = this.probes?.limit ?? this.options.concurrency;
      if (this.running >= limit || (this.probes !== undefined && this.options.clock.now() < this.probes.notBefore)) return;
      const { size, resolve } = this.queue[this.head];
      if (this.reserved + size > this.options.window) {
        this.options.windowFull();
        return;
      }
      this.head += 1;
      if (this.head === this.queue.length) {
        this.queue = [];
        this.head = 0;
      }
      this.running += 1;
      this.reserved += size;
      resolve(true);
    }
  }
}
