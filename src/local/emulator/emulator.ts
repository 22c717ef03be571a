import { ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { EmulatorCommand, findEmulator } from './find';
import { OUTPUT_FILE_VARIABLE, OutputFiles, outputFilesIn, writePreload } from './function-output';
import { Health, waitForHealth } from './health';
import { endLeftovers, endRun, killRunNow, RUN_TOKEN } from './leftovers';
import { freePort, LOOPBACK } from './port';
import { processStartTime } from './process-identity';
import { claimRunState, projectStateFile, removeRunState, RunState, updateRunState } from './run-state';
import { UserError } from './user-error';
import { EMULATOR_PACKAGE, EMULATOR_VERSION } from './version';
import { createWorkspace } from './workspace';

export interface EmulatorOptions {
  /** @default - a free one */
  readonly port?: number;
  /** Remembers what runs, so that the next start can end what a killed run left behind. @default .cdc-local/state.json */
  readonly stateFile?: string;
  /** Functions may do only what their roles allow. @default false */
  readonly enforcePermissions?: boolean;
  /** Stop, then die of the signal, on SIGINT, SIGTERM and SIGHUP. A program with handlers of its own says false. @default true */
  readonly handleSignals?: boolean;
  /** The Node.js that functions run on. @default - the one that runs this */
  readonly nodeBinary?: string;
  /** @default 20 seconds */
  readonly startLimitMillis?: number;
  /** Sentences about what happened besides starting. */
  readonly onNotice?: (sentence: string) => void;
}

export interface Emulator {
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  readonly health: Health;
  /** To be set for whatever else belongs to the run, so that it too is ended by a next start if this one is killed. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where functions on Node.js note what they write, as they write it. */
  readonly output: OutputFiles;
  /** Resolves to a sentence if the emulator ends though nobody has stopped it. */
  readonly ended: Promise<string>;
  /** What the emulator has printed so far. */
  log(): string;
  /** Ends the emulator and all function processes; may be called again. */
  stop(): Promise<void>;
}

const START_LIMIT_MILLIS = 20_000;
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const notice = options.onNotice ?? (() => undefined);
  const stateFile = options.stateFile ?? projectStateFile();
  const leftovers = await endLeftovers(stateFile);
  if (leftovers) notice(leftovers);

  const command = findEmulator();
  const port = await freePort(options.port);
  const state: RunState = {
    version: 1,
    token: randomUUID(),
    owner: { pid: process.pid, startTime: processStartTime(process.pid) ?? '' },
    directory: createWorkspace(),
    port,
  };
  // Written before anything is started: a kill between the two must not orphan a process.
  if (!claimRunState(stateFile, state)) {
    killRunNow(state);
    throw new UserError(`Another run has just started with ${stateFile}: stop it, or start this one in another directory.`);
  }
  return new RunningEmulator(command, state, stateFile, options).started(options.startLimitMillis ?? START_LIMIT_MILLIS, notice);
}

class RunningEmulator implements Emulator {
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly output: OutputFiles;
  readonly ended: Promise<string>;
  health: Health = { version: 'unknown', auth: false };
  private readonly child: ChildProcess;
  private state: RunState;
  private stopping?: Promise<void>;

  private readonly onExit: () => void;
  private readonly onSignal: (signal: NodeJS.Signals) => void;

  constructor(command: EmulatorCommand, state: RunState, private readonly stateFile: string, options: EmulatorOptions) {
    this.onExit = () => killRunNow(this.state);
    this.onSignal = signal => void this.stop().finally(() => process.kill(process.pid, signal));
    this.port = state.port;
    this.endpoint = `http://${LOOPBACK}:${state.port}`;
    this.environment = { [RUN_TOKEN]: state.token };
    this.output = outputFilesIn(state.directory);
    writePreload(state.directory);
    this.child = launch(command, state, options);
    this.ended = new Promise(resolve => this.child.once('exit', (status, signal) => {
      if (!this.stopping) resolve(`The emulator ended by itself with ${signal ?? `status ${status}`}${this.lastWords()}. Run the command again; if the machine is short of memory, end other programs first.`);
    }));
    // A command that can't be run has no id; `started` reports it.
    this.pid = this.child.pid ?? 0;
    const startTime = this.pid ? processStartTime(this.pid) : undefined;
    this.state = startTime ? { ...state, emulator: { pid: this.pid, startTime } } : state;
    updateRunState(stateFile, this.state);
    process.on('exit', this.onExit);
    if (options.handleSignals ?? true) for (const signal of SIGNALS) process.once(signal, this.onSignal);
  }

  async started(limitMillis: number, notice: (sentence: string) => void): Promise<Emulator> {
    let ended = false;
    this.child.once('exit', () => { ended = true; });
    this.child.once('error', () => { ended = true; });
    const health = await waitForHealth(this.endpoint, limitMillis, () => ended || this.stopping !== undefined);
    if (!health) {
      const log = this.lastWords();
      await this.stop();
      throw new UserError(`The emulator ${ended ? 'ended' : 'was not ready after ' + limitMillis / 1000 + ' s'} on port ${this.port}`
        + `${log}; check that "${EMULATOR_PACKAGE}" ${EMULATOR_VERSION} is installed whole, or use --endpoint-url.`);
    }
    if (health.version !== EMULATOR_VERSION) {
      notice(`The emulator is ${EMULATOR_PACKAGE} ${health.version}; this library is tested with ${EMULATOR_VERSION}.`);
    }
    this.health = health;
    return this;
  }

  log(): string {
    try {
      return readFileSync(logFile(this.state), 'utf8');
    } catch {
      return '';
    }
  }

  private lastWords(): string {
    const log = this.log().trim().split('\n').slice(-3).join(' | ');
    return log ? `: ${log}` : '';
  }

  stop(): Promise<void> {
    return this.stopping ??= this.end();
  }

  private async end(): Promise<void> {
    await endRun(this.state);
    removeRunState(this.stateFile, this.state.token);
    process.off('exit', this.onExit);
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }
}

function launch(command: EmulatorCommand, state: RunState, options: EmulatorOptions): ChildProcess {
  const log = openSync(logFile(state), 'a');
  try {
    const child = spawn(command.command, command.args, {
      cwd: state.directory,
      detached: true,
      stdio: ['ignore', log, log],
      env: environment(state, options),
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function logFile(state: RunState): string {
  return join(state.directory, 'emulator.log');
}

/** Functions inherit it, so nothing of the user's own AWS settings goes in. */
function environment(state: RunState, options: EmulatorOptions): NodeJS.ProcessEnv {
  const { PATH = '', HOME, USER, LANG } = process.env;
  return {
    ...(HOME && { HOME }),
    ...(USER && { USER }),
    ...(LANG && { LANG }),
    PATH: [dirname(options.nodeBinary ?? process.execPath), PATH].join(delimiter),
    TMPDIR: state.directory,
    [RUN_TOKEN]: state.token,
    BIND_HOST: LOOPBACK,
    GATEWAY_PORT: String(state.port),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    LOG_LEVEL: 'WARNING',
    NODE_OPTIONS: outputFilesIn(state.directory).nodeOptions,
    [OUTPUT_FILE_VARIABLE]: outputFilesIn(state.directory).outputFile,
    // Functions run on this machine's Node.js here, not on the one they are written for.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AUTH: String(options.enforcePermissions ?? false),
  };
}
