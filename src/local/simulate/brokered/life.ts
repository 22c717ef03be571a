import { Clock } from '../../../runtime/ports';
import { VirtualClock } from '../../drive/memory-clock';
import { Rng } from '../random';
import { never } from '../world';

/** How often one call of a port goes wrong. */
export interface FaultRates {
  readonly fails: number;
  readonly failsAfter: number;
  readonly kills: number;
  /** For good, as far as the caller can tell. */
  readonly refuses: number;
}

export interface LifeWorld {
  readonly clock: VirtualClock;
  readonly dice: Rng;
  readonly rates: FaultRates;
  /** No more faults: what is left must come to rest. */
  quiet(): boolean;
}

/** An error as AWS throws it. */
export class FaultError extends Error {
  public constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** One process: all its calls go through here, so that it can be late, fail, or die at each. */
export class Life {
  public alive = true;
  private readonly deaths: (() => void)[] = [];

  public constructor(private readonly world: LifeWorld) {}

  /** Time as this process sees it: nothing, once it is dead. */
  public get clock(): Clock {
    const { clock } = this.world;
    return {
      now: () => clock.now(),
      sleep: (millis, signal) => new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => { if (this.alive) resolve(); };
        const cancel = clock.at(clock.now() + millis, wake);
        signal?.addEventListener('abort', () => { cancel(); wake(); }, { once: true });
        return undefined;
      }),
    };
  }

  public onDeath(listener: () => void): void {
    this.deaths.push(listener);
  }

  public die(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const listener of this.deaths) listener();
  }

  public async call<T>(run: () => Promise<T>): Promise<T> {
    const { clock, dice, rates } = this.world;
    if (!this.alive) return never();
    const millis = dice.chance(0.1) ? dice.int(0, 500) : dice.int(0, 15);
    await new Promise<void>((resolve) => clock.at(clock.now() + millis, resolve));
    if (!this.alive) return never();
    const faulty = !this.world.quiet();
    if (faulty && dice.chance(rates.fails)) throw new FaultError('ServiceUnavailable');
    if (faulty && dice.chance(rates.refuses)) throw new FaultError('AccessDenied');
    const killed = faulty && dice.chance(rates.kills);
    if (killed && dice.chance(0.5)) return this.dieNow();
    const answer = await run();
    if (killed) return this.dieNow();
    if (faulty && dice.chance(rates.failsAfter)) throw new FaultError('TimeoutError');
    return answer;
  }

  private dieNow<T>(): Promise<T> {
    this.die();
    return never();
  }
}
