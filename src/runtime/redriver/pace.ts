import { Clock } from '../ports';

/** Lets through no more than so many changes a second. */
export class Pace {
  private next = 0;

  public constructor(private readonly clock: Clock, private readonly perSecond: number | undefined) {}

  /** As many changes as may be handed over at once. */
  public most(otherwise: number): number {
    return this.perSecond === undefined ? otherwise : Math.max(1, Math.min(otherwise, Math.floor(this.perSecond)));
  }

  public async wait(changes: number, signal: AbortSignal): Promise<void> {
    if (this.perSecond === undefined) return;
    const start = Math.max(this.clock.now(), this.next);
    this.next = start + (changes / this.perSecond) * 1000;
    if (start > this.clock.now()) await this.clock.sleep(start - this.clock.now(), signal);
  }
}
