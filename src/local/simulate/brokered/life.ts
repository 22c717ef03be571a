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
  /** That the process stands still for a while just before the call. @default 0 */
  readonly freezes?: number;
}

/** For how long a process stands still: less than most leases, and more. */
const FREEZE_MILLIS = [1_000, 8_000, 20_000, 70_000, 150_000];

/** What goes wrong at calls of ports, as each process's life counts it. */
export const LIFE_FAULTS = ['callFails', 'callFailsAfterEffect', 'callRefused', 'killedBeforeCall', 'killedAfterCall'] as const;

export interface LifeWorld {
  readonly clock: VirtualClock;
  readonly dice: Rng;
  readonly rates: FaultRates;
  /** A fault has happened. */
  readonly count: (fault: string) => void;
  /** No more faults: what is left must come to rest. */
  quiet(): boolean;
}

/** What is thrown where a call is refused for good. */
export const REFUSAL = 'AccessDenied';

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
  private readonly freezings: (() => void)[] = [];
  private readonly born: number;
  private frozenUntil = 0;
  private frozenMillis = 0;

  /** @param skewMillis how wrong its clock is */
  public constructor(private readonly world: LifeWorld, private readonly skewMillis = 0) {
    this.born = world.clock.now();
  }

  /** Time as this process sees it: nothing, once it is dead. */
  public get clock(): Clock {
    const { clock } = this.world;
    return {
      now: () => clock.now() + this.skewMillis,
      sleep: (millis, signal) => new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => this.whenAwake(() => { if (this.alive) resolve(); });
        const cancel = clock.at(clock.now() + millis, wake);
        signal?.addEventListener('abort', () => { cancel(); wake(); }, { once: true });
        return undefined;
      }),
    };
  }

  /** Time passed for its processor, which counts nothing while it stands still. */
  public monotonic(): number {
    return this.world.clock.now() - this.born - this.frozenMillis;
  }

  public onDeath(listener: () => void): void {
    this.deaths.push(listener);
  }

  public onFreeze(listener: () => void): void {
    this.freezings.push(listener);
  }

  public die(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const listener of this.deaths) listener();
  }

  /** Nothing happens in it for so long; what is due meanwhile happens then. */
  public freeze(millis: number): void {
    this.frozenUntil = Math.max(this.frozenUntil, this.world.clock.now() + millis);
    this.frozenMillis += millis;
    for (const listener of this.freezings) listener();
  }

  public async call<T>(run: () => Promise<T>): Promise<T> {
    const { clock, count, dice, rates } = this.world;
    if (!this.alive) return never();
    const millis = dice.chance(0.1) ? dice.int(0, 500) : dice.int(0, 15);
    await new Promise<void>((resolve) => clock.at(clock.now() + millis, resolve));
    if (!this.alive) return never();
    const faulty = !this.world.quiet();
    if (faulty && dice.chance(rates.freezes ?? 0)) {
      count('processFreezes');
      this.freeze(dice.pick(FREEZE_MILLIS));
    }
    if (this.isFrozen) await this.thawed();
    if (!this.alive) return never();
    if (faulty && dice.chance(rates.fails)) throw this.failing('callFails', 'ServiceUnavailable');
    if (faulty && dice.chance(rates.refuses)) throw this.failing('callRefused', REFUSAL);
    const killed = faulty && dice.chance(rates.kills);
    if (killed && dice.chance(0.5)) return this.dieAt('killedBeforeCall');
    const answer = await run();
    if (killed) return this.dieAt('killedAfterCall');
    if (this.isFrozen) await this.thawed();
    if (!this.alive) return never();
    if (faulty && dice.chance(rates.failsAfter)) throw this.failing('callFailsAfterEffect', 'TimeoutError');
    return answer;
  }

  private get isFrozen(): boolean {
    return this.world.clock.now() < this.frozenUntil;
  }

  private whenAwake(run: () => void): void {
    if (this.isFrozen) this.world.clock.at(this.frozenUntil, () => this.whenAwake(run));
    else run();
  }

  private thawed(): Promise<void> {
    return new Promise((resolve) => this.whenAwake(resolve));
  }

  private failing(fault: string, name: string): FaultError {
    this.world.count(fault);
    return new FaultError(name);
  }

  private dieAt<T>(fault: string): Promise<T> {
    this.world.count(fault);
    this.die();
    return never();
  }
}
