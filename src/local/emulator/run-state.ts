import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

const identity = z.object({ pid: z.number().int().positive(), startTime: z.string() });

const runState = z.object({
  version: z.literal(1),
  /** In the environment of everything the run starts. */
  token: z.string().min(8),
  owner: identity,
  /** Scratch directory of the run. */
  directory: z.string(),
  port: z.number().int(),
  /** Absent between the intent to start and the start. */
  emulator: identity.optional(),
});

export type RunState = z.infer<typeof runState>;

const PROJECT_DIRECTORY = '.cdc-local';

export function projectStateFile(directory = process.cwd()): string {
  return join(directory, PROJECT_DIRECTORY, 'state.json');
}

/** For runs that should leave nothing in the working directory; one per name and working directory. */
export function temporaryStateFile(name: string, directory = process.cwd()): string {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  return join(tmpdir(), `cdk-dynamodb-cdc-${name}-${hash}.json`);
}

/** Undefined when there is none. One that can't be read was cut short before anything was started, so it counts as none. */
export function readRunState(file: string): RunState | undefined {
  try {
    return runState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** False when another run got there first. The file appears whole or not at all, whenever this process is killed. */
export function claimRunState(file: string, state: RunState): boolean {
  const draft = writeDraft(file, state);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

export function updateRunState(file: string, state: RunState): void {
  renameSync(writeDraft(file, state), file);
}

export function removeRunState(file: string, token: string): void {
  if (readRunState(file)?.token === token) removeStateFile(file);
}

export function removeStateFile(file: string): void {
  rmSync(file, { force: true });
  const directory = dirname(file);
  if (basename(directory) !== PROJECT_DIRECTORY) return;
  try {
    rmdirSync(directory);
  } catch {
    // Something else is in it, or it is gone already.
  }
}

function writeDraft(file: string, state: RunState): string {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(state, undefined, 2) + '\n');
  return draft;
}
