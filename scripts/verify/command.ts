import { spawn } from 'node:child_process';
import { StepResult } from './step';

export interface CommandOptions {
  readonly minutes: number;
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string | undefined };
}

export interface CommandResult {
  readonly status: number;
  readonly output: string;
}

const KEPT_CHARACTERS = 200_000;

/** Runs a command in a process group of its own, within a time limit, and keeps what it prints. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, FORCE_COLOR: '0', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const keep = (chunk: Buffer) => { output = (output + chunk.toString()).slice(-KEPT_CHARACTERS); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setTimeout(() => {
      output += `\nended after ${options.minutes} minutes`;
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    }, options.minutes * 60_000);
    child.on('error', (error) => { output += error.message; });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ status: code ?? 1, output });
    });
  });
}

/** A command that counts as one test. */
export async function asTest(command: string, args: readonly string[], options: CommandOptions): Promise<StepResult> {
  const { status, output } = await runCommand(command, args, options);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, details: lastLines(output) };
}

export function lastLines(text: string, count = 60): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
