import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWithEnvironment, processStartTime } from './process-identity';
import { readRunState, removeStateFile, RunState } from './run-state';
import { UserError } from './user-error';

/** Name of the environment variable by which a run knows what it started. */
export const RUN_TOKEN = 'CDC_LOCAL_RUN';

const GRACE_MILLIS = 2000;
const KILL_MILLIS = 5000;

/**
 * Ends what a run that was killed left behind, and says what that was. A run that is still alive is left alone: two would
 * fight over one state file.
 */
export async function endLeftovers(stateFile: string): Promise<string | undefined> {
  const state = readRunState(stateFile);
  if (!state) {
    removeStateFile(stateFile);
    return undefined;
  }
  if (isSame(state.owner)) {
    throw new UserError(`Another run (process ${state.owner.pid}, port ${state.port}) is using ${stateFile}: `
      + 'stop it with Ctrl-C, or start this one in another directory.');
  }
  const ended = await endRun(state, 0);
  removeStateFile(stateFile);
  return ended === 0
    ? `A previous run (process ${state.owner.pid}) ended without cleaning up; nothing of it was still running.`
    : `A previous run (process ${state.owner.pid}) was killed: ended ${ended} process${ended === 1 ? '' : 'es'} it left behind on port ${state.port}.`;
}

/** Ends the emulator and every function process it started; returns how many there were. */
export async function endRun(state: RunState, graceMillis = GRACE_MILLIS): Promise<number> {
  const count = processesOf(state).length;
  if (graceMillis > 0) {
    signal(state, 'SIGTERM');
    await gone(state, graceMillis);
  }
  signal(state, 'SIGKILL');
  if (!await gone(state, KILL_MILLIS)) {
    throw new UserError(`Processes ${processesOf(state).join(', ')} did not end; end them by hand and remove ${state.directory}.`);
  }
  rmSync(state.directory, { recursive: true, force: true, maxRetries: 3 });
  return count;
}

/** For exit handlers, which can't wait. */
export function killRunNow(state: RunState): void {
  signal(state, 'SIGKILL');
  rmSync(state.directory, { recursive: true, force: true });
}

function signal(state: RunState, name: NodeJS.Signals): void {
  // The emulator leads a process group, which its function processes stay in.
  if (state.emulator && isSame(state.emulator)) send(-state.emulator.pid, name);
  for (const pid of processesOf(state)) send(pid, name);
}

function processesOf(state: RunState): number[] {
  const found = new Set(processesWithEnvironment(`${RUN_TOKEN}=${state.token}`));
  if (state.emulator && isSame(state.emulator)) found.add(state.emulator.pid);
  return [...found];
}

async function gone(state: RunState, millis: number): Promise<boolean> {
  for (const until = Date.now() + millis; Date.now() < until; await sleep(20)) {
    if (processesOf(state).length === 0) return true;
  }
  return processesOf(state).length === 0;
}

function isSame(known: { readonly pid: number; readonly startTime: string }): boolean {
  return processStartTime(known.pid) === known.startTime;
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
