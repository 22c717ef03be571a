import { Delivery } from './delivery';
import { FaultyClient, FaultyFailureStore } from './faulty-store';
import { never, World } from './world';
import { RuntimeSettings } from '../../contract/settings';
import { Memory } from '../../runtime/lanes/memory';
import { RuntimePorts } from '../../runtime/lanes/run';
import { Logger } from '../../runtime/observe/logger';
import { Clock, Handler } from '../../runtime/ports';

/** When the process is to die: at its n-th call of a port, before or after the call takes effect. */
export interface DeathSentence {
  readonly atCall: number;
  readonly after: boolean;
}

export interface ProcessOptions {
  readonly world: World;
  readonly settings: RuntimeSettings;
  readonly ledgerTable: string;
  readonly clockSkewMillis: number;
  readonly filter?: RuntimePorts['filter'];
  readonly handler: (process: SimulatedProcess) => Handler;
  readonly failures: (process: SimulatedProcess) => FaultyFailureStore;
  readonly writeLine: (line: string) => void;
  readonly onDeath: (process: SimulatedProcess) => void;
}

/** One execution environment of the function: one invocation at a time, memory between them, and an end at any await. */
export class SimulatedProcess {
  public readonly ports: RuntimePorts;
  public alive = true;
  /** Its code does not give the processor back: nothing goes on in it until the invocation's time is up. */
  public blocked = false;
  /** Of another version than what is deployed now: takes no new invocation. */
  public outdated = false;
  public delivery?: Delivery;
  public readonly clock: Clock;
  private calls = 0;
  private sentence?: DeathSentence;

  public constructor(private readonly options: ProcessOptions) {
    const { world, settings, clockSkewMillis } = options;
    this.clock = processClock(world, clockSkewMillis);
    this.ports = {
      settings,
      ledgerTable: options.ledgerTable,
      clock: this.clock,
      random: world.jitter.next,
      memory: new Memory(),
      filter: options.filter,
      client: new FaultyClient(world, this),
      failures: options.failures(this),
      handler: options.handler(this),
      writeLine: options.writeLine,
      logger: new Logger(options.writeLine, settings.logLevel, { subscriber: settings.subscriber }),
    };
  }

  public begin(delivery: Delivery, sentence?: DeathSentence): void {
    this.delivery = delivery;
    this.calls = 0;
    this.sentence = sentence;
  }

  public die(): void {
    if (!this.alive) return;
    this.alive = false;
    this.options.onDeath(this);
  }

  /** Runs a call of a port, unless the process is dead or dies here. A request that is on its way arrives also after its sender's death. */
  public call<T>(run: () => Promise<T>): Promise<T> {
    if (!this.mayCall()) return never();
    const { latencyMillis } = this.options.world.plan;
    if (latencyMillis === 0 && this.sentence === undefined) return run();
    return this.delayed(run, latencyMillis === 0 ? 0 : this.options.world.dice.int(0, latencyMillis));
  }

  /** False: the process is dead, or has just died. */
  public mayCall(): boolean {
    if (!this.goesOn) return false;
    if (this.sentence === undefined) return true;
    this.calls += 1;
    return !this.isDueToDie(false);
  }

  /** False: the process has died with the call's effect made and its answer lost. */
  public mayGoOn(): boolean {
    return this.goesOn && !this.isDueToDie(true);
  }

  private get goesOn(): boolean {
    return this.alive && !this.blocked;
  }

  private async delayed<T>(run: () => Promise<T>, millis: number): Promise<T> {
    if (millis > 0) await this.options.world.clock.sleep(millis);
    const dies = this.alive && this.sentence?.after === true && this.sentence.atCall === this.calls;
    const answer = run();
    if (dies) this.isDueToDie(true);
    if (this.goesOn) return answer;
    answer.catch(() => undefined);
    return never();
  }

  private isDueToDie(after: boolean): boolean {
    if (this.sentence?.after !== after || this.calls < this.sentence.atCall) return false;
    this.options.world.count('killedAtAwait');
    this.die();
    return true;
  }
}

/** The world's time as a process sees it. */
function processClock({ clock, count }: World, skewMillis: number): Clock {
  if (skewMillis !== 0) count('clockSkew');
  return {
    now: () => clock.now() + skewMillis,
    sleep: (millis, signal) => new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = clock.at(clock.now() + millis, resolve);
      signal?.addEventListener('abort', () => { cancel(); resolve(); }, { once: true });
      return undefined;
    }),
  };
}
