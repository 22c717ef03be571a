import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { UserError } from './user-error';
import { EMULATOR_ENVIRONMENT, EMULATOR_PACKAGE, EMULATOR_VERSION } from './version';

export interface EmulatorCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export interface FindOptions {
  /** Directories from which to look upwards for a checkout's environment. */
  readonly from?: readonly string[];
  readonly path?: string;
}

const PYTHON_CHECK_MILLIS = 10_000;

/** The checkout's own environment first, then PATH, then a module of the PATH's Python. */
export function findEmulator(options: FindOptions = {}): EmulatorCommand {
  const path = options.path ?? process.env.PATH ?? '';
  const own = (options.from ?? [process.cwd(), __dirname]).flatMap(directoriesUpwards)
    .map(directory => join(directory, EMULATOR_ENVIRONMENT, 'bin', EMULATOR_PACKAGE))
    .find(isExecutable);
  const command = own ?? onPath(EMULATOR_PACKAGE, path);
  if (command) return { command, args: [] };

  const python = onPath('python3', path);
  if (!python) {
    throw new UserError('Python 3 is not on PATH, and the emulator needs it: '
      + `install Python 3 and run "pip install ${EMULATOR_PACKAGE}==${EMULATOR_VERSION}", or name a running emulator with --endpoint-url.`);
  }
  const check = spawnSync(python, ['-c', `import ${EMULATOR_PACKAGE}`], { stdio: 'ignore', timeout: PYTHON_CHECK_MILLIS });
  if (check.status !== 0) {
    throw new UserError(`The emulator ${EMULATOR_PACKAGE} is not installed: run "pip install ${EMULATOR_PACKAGE}==${EMULATOR_VERSION}" `
      + '(in a checkout of the library "npx tsx scripts/setup/emulator.ts"), or name a running emulator with --endpoint-url.');
  }
  return { command: python, args: ['-m', EMULATOR_PACKAGE] };
}

function directoriesUpwards(start: string): string[] {
  const parent = dirname(start);
  return parent === start ? [start] : [start, ...directoriesUpwards(parent)];
}

function onPath(name: string, path: string): string | undefined {
  return path.split(delimiter).filter(Boolean).map(directory => join(directory, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
