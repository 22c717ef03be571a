import { resolve } from 'node:path';
import { Command, runCommand } from './command';
import { eventLine } from './event-line';
import { openView, View } from './view';
import { DeployedStack, deployAssembly, requireLocalEndpoint, requireStreams } from '../../deploy';
import { Driver, MappingStatus, Pause, startDriverProcess } from '../../drive';
import { Emulator, requireReachable, startEmulator, UserError } from '../../emulator';

export interface LocalOptions {
  readonly app: string;
  readonly stack?: readonly string[];
  readonly endpointUrl?: string;
  readonly port?: number;
  readonly run?: string;
  readonly once?: boolean;
  /** Seconds. */
  readonly limit: number;
  readonly verbose?: boolean;
  readonly errors?: boolean;
}

export interface DriverProgram {
  readonly program: string;
  readonly args: readonly string[];
}

export const STATUS = { APPLIED: 0, NOT_ALL_APPLIED: 1 } as const;

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const SIGPIPE_STATUS = 141;
const CLOSE_MILLIS = 30_000;

/** Runs the command to its end and resolves to the exit status. */
export async function runLocal(options: LocalOptions, driverProgram: DriverProgram): Promise<number> {
  const session = new Session(options, driverProgram, await openView(process.stdout));
  const onSignal = (signal: NodeJS.Signals) => session.interrupt(SIGNALS[signal as keyof typeof SIGNALS]);
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  // Who reads the output has gone, as with "| head".
  process.stdout.on('error', () => session.interrupt(SIGPIPE_STATUS));
  try {
    return await session.run();
  } finally {
    await session.close();
    for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
  }
}

class Session {
  private emulator?: Emulator;
  private driver?: Driver;
  private command?: Command;
  private readonly interrupted: Promise<number>;
  private signalled?: (status: number) => void;
  private failed?: (error: Error) => void;
  private steps?: Promise<number>;
  private closing = false;

  constructor(private readonly options: LocalOptions, private readonly driverProgram: DriverProgram, private readonly view: View) {
    this.interrupted = new Promise((done, fail) => {
      this.signalled = done;
      this.failed = fail;
    });
  }

  interrupt(status: number): void {
    this.signalled?.(status);
  }

  async run(): Promise<number> {
    this.steps = this.work();
    return Promise.race([this.steps, this.interrupted]);
  }

  /** Ends what was started. A step that is under way fails for want of an emulator, which is no news, and nothing follows it. */
  async close(): Promise<void> {
    this.closing = true;
    this.view.close();
    await this.stopAll();
    const limit = new Pause();
    await Promise.race([this.steps?.catch(() => undefined), limit.wait(CLOSE_MILLIS)]);
    limit.end();
    await this.stopAll();
  }

  private async stopAll(): Promise<void> {
    await Promise.all([this.command?.stop(), this.driver?.stop()]);
    await this.emulator?.stop();
  }

  private async work(): Promise<number> {
    const { options, view } = this;
    const cloudAssemblyDir = resolve(options.app);
    requireStreams(cloudAssemblyDir, options.stack);
    const endpoint = await this.endpoint();
    this.goOn();
    const stacks = await deployAssembly({
      cloudAssemblyDir,
      endpoint,
      stacks: options.stack,
      onStack: (name, state) => { if (state === 'deployed') view.line(`Deployed ${name}.`); },
    });
    this.goOn();
    await this.drive(stacks);
    this.goOn();
    view.line(`Running ${count(stacks)} against ${endpoint} (AWS_ENDPOINT_URL=${endpoint}).${options.once ? '' : ' Ctrl-C stops it.'}`);
    if (options.run) await this.runCommand(options.run, stacks, endpoint);
    return options.once ? this.drain() : this.interrupted;
  }

  private goOn(): void {
    if (this.closing) throw new Error('interrupted');
  }

  private async endpoint(): Promise<string> {
    const { endpointUrl, port } = this.options;
    if (endpointUrl !== undefined) return requireReachable(requireLocalEndpoint(endpointUrl));
    const emulator = await startEmulator({ port, handleSignals: false, onNotice: text => this.view.line(text) });
    this.emulator = emulator;
    return emulator.endpoint;
  }

  private async drive(stacks: readonly DeployedStack[]): Promise<void> {
    const { view, options } = this;
    const mappings = stacks.flatMap(stack => stack.mappings);
    this.driver = await startDriverProcess({
      ...this.driverProgram,
      mappings,
      environment: this.emulator?.environment,
      everyRecord: options.verbose,
      onStatus: status => { if (!this.closing) view.update(status); },
      onFailure: error => this.failed?.(error),
      onEvent: event => {
        const line = eventLine(event, { showErrors: options.errors ?? false });
        if (line) view.line(line);
      },
    });
  }

  private async runCommand(line: string, stacks: readonly DeployedStack[], endpoint: string): Promise<void> {
    this.command = runCommand(line, { stacks, endpoint, environment: this.emulator?.environment ?? {} });
    const status = await this.command.ended;
    if (status !== 0) throw new UserError(`The command "${line}" ended with status ${status}: run it by itself with AWS_ENDPOINT_URL=${endpoint} to see why.`);
  }

  private async drain(): Promise<number> {
    const { drained, mappings } = await this.driver!.drain(this.options.limit * 1000);
    this.view.update(mappings);
    // The summary is the last line.
    this.view.close();
    if (!drained) this.view.line(`Not everything was dealt with within ${this.options.limit} s: ${total(mappings, 'waiting')} changes are waiting; see --limit.`);
    const failed = total(mappings, 'failed');
    this.view.line(`${total(mappings, 'applied')} applied, ${total(mappings, 'retried')} retried, ${failed} failed, `
      + `${total(mappings, 'failureStore')} in failure store, ${total(mappings, 'lost')} lost.`);
    return drained && failed === 0 ? STATUS.APPLIED : STATUS.NOT_ALL_APPLIED;
  }
}

function total(mappings: readonly MappingStatus[], name: 'applied' | 'retried' | 'failed' | 'waiting' | 'failureStore' | 'lost'): number {
  return mappings.reduce((sum, mapping) => sum + mapping[name], 0);
}

function count(stacks: readonly DeployedStack[]): string {
  const names = stacks.flatMap(stack => stack.mappings).map(mapping => mapping.name);
  return `${names.length} subscriber${names.length === 1 ? '' : 's'} (${names.join(', ')})`;
}
