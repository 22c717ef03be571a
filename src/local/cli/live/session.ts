import { resolve } from 'node:path';
import { Command, runCommand } from './command';
import { onClosedOutput, SIGPIPE_STATUS } from '../closed-output';
import { eventLine } from './event-line';
import { explainLocal } from './explain';
import { FunctionOutput } from './function-output';
import { LocalOptions } from './options';
import { OutputFile } from './output-file';
import { printable } from './printable';
import { ReadFailures } from './read-failures';
import { inShell, runningLines } from './running-lines';
import { Failures, summaryOf } from './summary';
import { openView, View } from './view';
import { DeployedStack, deployAssembly, requireEmulator, requireLocalEndpoint, requireStreams, Target } from '../../deploy';
import { Driver, DriverEvent, Pause, startDriverProcess } from '../../drive';
import { Emulator, requireReachable, startEmulator, UserError } from '../../emulator';

export interface DriverProgram {
  readonly program: string;
  readonly args: readonly string[];
}

export const STATUS = { APPLIED: 0, NOT_ALL_APPLIED: 1 } as const;

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const CLOSE_MILLIS = 30_000;

/** Runs the command to its end and resolves to the exit status. */
export async function runLocal(options: LocalOptions, driverProgram: DriverProgram): Promise<number> {
  const session = new Session(options, driverProgram, await openView(process.stdout));
  const onSignal = (signal: NodeJS.Signals) => session.interrupt(SIGNALS[signal as keyof typeof SIGNALS]);
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  onClosedOutput(() => session.interrupt(SIGPIPE_STATUS));
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
  private outputFile?: OutputFile;
  private readonly notRun: string[] = [];
  private readonly failures = new Failures();
  private readonly output: FunctionOutput;
  private readonly interrupted: Promise<number>;
  private signalled?: (status: number) => void;
  private failed?: (error: Error) => void;
  private at?: string;
  private readFailures?: ReadFailures;
  private steps?: Promise<number>;
  private closing = false;

  constructor(private readonly options: LocalOptions, private readonly driverProgram: DriverProgram, private readonly view: View) {
    this.interrupted = new Promise((done, fail) => {
      this.signalled = done;
      this.failed = fail;
    });
    // Whoever waits for it hears of it; nobody may.
    this.interrupted.catch(() => undefined);
    this.output = new FunctionOutput({
      line: text => { if (!options.quiet) view.line(text); },
      failed: (subscriber, error) => this.failures.add(subscriber, error),
    });
  }

  interrupt(status: number): void {
    this.signalled?.(status);
  }

  async run(): Promise<number> {
    this.steps = this.work().catch(error => { throw explainLocal(error, this.at); });
    return Promise.race([this.steps, this.interrupted]);
  }

  /** Ends what was started. A step that is under way fails for want of an emulator, which is no news, and nothing follows it. */
  async close(): Promise<void> {
    this.closing = true;
    this.outputFile?.stop();
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
    this.at = endpoint;
    this.goOn();
    const stacks = await deployAssembly({
      cloudAssemblyDir,
      endpoint,
      stacks: options.stack,
      driveQueues: true,
      logErrors: !options.quiet,
      nodeOptions: this.emulator?.output.nodeOptions,
      limitMillis: options.deployLimit * 1000,
      without: options.without,
      onLeftOut: ({ path, type, why, isMissed }) => {
        view.line(`${path} (${type}) is left out: ${why}.`);
        if (isMissed) this.notRun.push(path);
      },
      onStack: (name, state) => { if (state === 'deployed') view.line(`Deployed ${name}.`); },
    });
    for (const { name, config } of stacks.flatMap(({ withoutStream }) => withoutStream)) {
      view.line(`${name} is not run: its stream ${config.streamArn} is not in the emulator. Add the stack that creates its table, or leave it out with --without.`);
      this.notRun.push(name);
    }
    this.goOn();
    await this.drive(stacks);
    this.goOn();
    const target = targetOf(stacks);
    for (const line of runningLines(stacks, target)) view.line(line);
    if (!options.once) view.line('Ctrl-C stops it.');
    if (options.run) await this.runCommand(options.run, stacks, target);
    return options.once ? this.drain() : this.interrupted;
  }

  private goOn(): void {
    if (this.closing) throw new Error('interrupted');
  }

  private async endpoint(): Promise<string> {
    const { endpointUrl, port } = this.options;
    if (endpointUrl !== undefined) return requireEmulator(await requireReachable(requireLocalEndpoint(endpointUrl)));
    const emulator = await startEmulator({ port, handleSignals: false, onNotice: text => this.view.line(text) });
    this.emulator = emulator;
    void emulator.ended.then(sentence => this.failed?.(new UserError(sentence)));
    return emulator.endpoint;
  }

  private async drive(stacks: readonly DeployedStack[]): Promise<void> {
    const { view, options } = this;
    const mappings = stacks.flatMap(stack => stack.mappings);
    const queueMappings = stacks.flatMap(stack => stack.queueMappings);
    const names = new Map([...mappings, ...queueMappings].map(({ functionName, name }) => [functionName, name]));
    if (this.emulator) {
      this.outputFile = new OutputFile(this.emulator.output.outputFile, ({ functionName, pid, text }) => (
        this.output.piece(names.get(functionName) ?? functionName, `${functionName} ${pid}`, text)));
      this.outputFile.start();
    }
    const watched = this.emulator === undefined ? this.at : undefined;
    this.readFailures = new ReadFailures(watched, line => view.line(line), error => this.failed?.(error));
    this.driver = await startDriverProcess({
      ...this.driverProgram,
      mappings,
      queueMappings,
      watchedQueues: stacks.flatMap(stack => stack.watchedQueues),
      outputIsKnown: this.outputFile !== undefined,
      environment: this.emulator?.environment,
      everyRecord: options.verbose,
      onStatus: status => { if (!this.closing) view.update(status); },
      onFailure: error => this.failed?.(error),
      onEvent: event => this.onEvent(event),
    });
  }

  private onEvent(event: DriverEvent): void {
    if (event.type === 'output') return this.output.text(event.mapping, event.text);
    if (event.type === 'functionError') this.failures.add(event.mapping, printable(event.message.replace(/\s+/g, ' ')));
    const line = eventLine(event, { showErrors: !this.options.quiet });
    if (line === undefined || this.closing) return;
    if (event.type === 'readFailed') void this.readFailures?.failed(line);
    else this.view.line(line);
  }

  private async runCommand(line: string, stacks: readonly DeployedStack[], target: Target): Promise<void> {
    this.command = runCommand(line, { stacks, target, environment: this.emulator?.environment ?? {} });
    const status = await this.command.ended;
    if (status === 0) return;
    const again = this.emulator
      ? 'The emulator ends with this run: to try the command by itself, start "local" without --run in another terminal, and use the environment that it prints.'
      : `Run it by itself with ${inShell(target)} to see why.`;
    throw new UserError(`The command "${line}" ended with status ${status}. ${again}`);
  }

  private async drain(): Promise<number> {
    const result = await this.driver!.drain(this.options.limit * 1000);
    this.outputFile?.stop();
    this.view.update(result.mappings);
    // The summary is the last line.
    this.view.close();
    const { lines, allApplied } = summaryOf(result, this.options.limit, this.notRun);
    for (const line of [...this.options.quiet ? [] : this.failures.lines(), ...lines]) this.view.line(line);
    return allApplied ? STATUS.APPLIED : STATUS.NOT_ALL_APPLIED;
  }
}

/** The account and the region of the tables: of the first stack that has a subscriber. */
function targetOf(stacks: readonly DeployedStack[]): Target {
  const found = stacks.find(({ mappings }) => mappings.length > 0);
  if (found === undefined) throw new UserError('Nothing that the emulator can run reads a DynamoDB stream: see what is left out above.');
  return found.target;
}
