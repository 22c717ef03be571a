import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Driver } from './driver';
import { DrainResult, DriverListener, MappingStatus } from './driver-events';
import { Pause } from './pause';
import { DrivenOptions, FromDriver, ToDriver } from './process-messages';

export interface RemoteDriverOptions extends DrivenOptions {
  /** A program that calls `runDriverProcess`. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Tell of every record, not only of what is notable. */
  readonly everyRecord?: boolean;
  readonly onEvent?: DriverListener;
  readonly onStatus?: (status: readonly MappingStatus[]) => void;
  /** The process ended though nobody had stopped it. */
  readonly onFailure?: (error: Error) => void;
}

const START_MILLIS = 30_000;
const STOP_MILLIS = 6000;
/** The child ends a drain by its own clock; this covers a child that no longer answers. */
const ANSWER_MILLIS = 15_000;

/** The parent's side: a driver in a Node process of its own. */
export async function startDriverProcess(options: RemoteDriverOptions): Promise<Driver> {
  const child = fork(options.program, [...options.args ?? []], { env: { ...process.env, ...options.environment }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const driver = new RemoteDriver(child, options);
  try {
    await driver.hear('ready', START_MILLIS);
    const { mappings, queueMappings, watchedQueues, outputIsKnown, pollMillis, everyRecord = false } = options;
    driver.say({ type: 'start', driven: { mappings, queueMappings, watchedQueues, outputIsKnown, pollMillis }, everyRecord });
    await driver.hear('started', START_MILLIS);
    return driver;
  } catch (error) {
    await driver.stop();
    throw error;
  }
}

type Answer<Type extends FromDriver['type']> = Extract<FromDriver, { type: Type }>;

class RemoteDriver implements Driver {
  private latest: readonly MappingStatus[] = [];
  private stopping?: Promise<void>;

  constructor(private readonly child: ChildProcess, options: RemoteDriverOptions) {
    child.on('message', raw => {
      const message = raw as FromDriver;
      if (message.type !== 'events') return;
      this.latest = message.status;
      message.events.forEach(event => options.onEvent?.(event));
      options.onStatus?.(message.status);
    });
    child.once('exit', status => {
      if (!this.stopping) options.onFailure?.(new Error(`the driver's process ended with status ${status}`));
    });
  }

  status(): readonly MappingStatus[] {
    return this.latest;
  }

  async drain(limitMillis: number): Promise<DrainResult> {
    const answer = this.hear('drained', limitMillis + ANSWER_MILLIS);
    this.say({ type: 'drain', limitMillis });
    return (await answer).result;
  }

  stop(): Promise<void> {
    return this.stopping ??= this.end();
  }

  say(message: ToDriver): void {
    // A child that is gone is told of by its exit.
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  hear<Type extends FromDriver['type']>(type: Type, limitMillis: number): Promise<Answer<Type>> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        this.child.off('message', onMessage);
        this.child.off('exit', onExit);
        act();
      };
      const onMessage = (raw: unknown) => {
        const message = raw as FromDriver;
        if (message.type === type) finish(() => resolve(message as Answer<Type>));
        if (message.type === 'failed') finish(() => reject(new Error(message.message)));
      };
      const onExit = (status: number | null) => finish(() => reject(new Error(`the driver's process ended with status ${status}`)));
      const timer = setTimeout(() => finish(() => reject(new Error(`the driver's process did not answer within ${limitMillis / 1000} s`))), limitMillis);
      this.child.on('message', onMessage);
      this.child.once('exit', onExit);
    });
  }

  private async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.say({ type: 'stop' });
    const limit = new Pause();
    await Promise.race([ended, limit.wait(STOP_MILLIS).then(() => this.child.kill('SIGKILL'))]);
    limit.end();
  }
}
