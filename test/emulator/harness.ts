import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildSync } from 'esbuild';
import { deployAssembly, DeployedStack } from '../../src/local/deploy';
import { Emulator, EmulatorOptions, startEmulator } from '../../src/local/emulator';

const ROOT = resolve(__dirname, '../..');

/** A directory that the test leaves nothing in. */
export function scratch(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `cdc-test-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function synthesize(app: (outdir: string) => App, directory: string): string {
  return app(join(directory, 'cdk.out')).synth().directory;
}

export interface Deployment {
  readonly emulator: Emulator;
  readonly stacks: readonly DeployedStack[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly cloudAssemblyDir: string;
  stop(): Promise<void>;
}

export interface DeployedOptions extends EmulatorOptions {
  /** Leave queues to `startQueueDriver`. @default false - the emulator runs them */
  readonly driveQueues?: boolean;
}

/** An emulator of the test's own with an app in it. */
export async function deployed(name: string, app: (outdir: string) => App, { driveQueues, ...options }: DeployedOptions = {}): Promise<Deployment> {
  const { path, remove } = scratch(name);
  const emulator = await startEmulator({ stateFile: join(path, 'state.json'), ...options });
  const stop = async () => {
    await emulator.stop();
    remove();
  };
  try {
    const cloudAssemblyDir = synthesize(app, path);
    const stacks = await deployAssembly({ cloudAssemblyDir, endpoint: emulator.endpoint, driveQueues });
    return { emulator, stacks, cloudAssemblyDir, outputs: Object.assign({}, ...stacks.map(stack => stack.outputs)) as Record<string, string>, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export interface CommandRun {
  readonly pid: number;
  /** Resolves when the command and all that writes to its output have ended. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves when the command has ended, whatever it leaves behind. */
  readonly exited: Promise<void>;
  output(): string;
  /** Resolves when the output holds the text. */
  says(text: string): Promise<void>;
}

/** Runs the command line in a directory of its own, from source. */
export function commandLine(args: readonly string[], cwd: string, environment: Readonly<Record<string, string>> = {}): CommandRun {
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'), 'dir');
  } catch {
    // There from an earlier run.
  }
  return run([join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'src/local/cli/main.ts'), ...args], cwd, environment);
}

/** The command line in one file, which starts in a fraction of the time: for tests that run it often. */
export function bundledCommandLine(directory: string) {
  const outfile = join(directory, 'cli.js');
  buildSync({ entryPoints: [join(ROOT, 'src/local/cli/main.ts')], outfile, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' });
  return (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => run([outfile, ...args], directory, environment);
}

function run(args: readonly string[], cwd: string, environment: Readonly<Record<string, string>>): CommandRun {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...environment } });
  let output = '';
  const listeners: Array<() => void> = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += String(chunk);
      listeners.forEach(listener => listener());
    });
  }
  const ended = new Promise<number | NodeJS.Signals>(done => child.once('close', (status, signal) => done(status ?? signal ?? 'SIGKILL')));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    says: text => new Promise((found, fail) => {
      const look = () => { if (output.includes(text)) found(); };
      listeners.push(look);
      look();
      void ended.then(() => fail(new Error(`"${text}" is not in: ${output}`)));
    }),
    ended,
    exited: new Promise(done => child.once('exit', () => done())),
  };
}

export async function isListening(endpoint: string): Promise<boolean> {
  const { hostname, port } = new URL(endpoint);
  return new Promise(answer => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => { socket.destroy(); answer(true); });
    socket.once('error', () => answer(false));
  });
}
