import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EMULATOR_BOTO3_VERSION, EMULATOR_ENVIRONMENT, EMULATOR_PACKAGE, EMULATOR_PYTHON, EMULATOR_VERSION, UserError } from '../../src/local/emulator';

export interface SetupOptions {
  readonly root?: string;
  readonly python?: string;
  readonly log?: (line: string) => void;
}

const PACKAGES = [`${EMULATOR_PACKAGE}==${EMULATOR_VERSION}`, `boto3==${EMULATOR_BOTO3_VERSION}`];
const CHECK_MILLIS = 20_000;
const CREATE_MILLIS = 120_000;
const INSTALL_MILLIS = 300_000;

/** Creates the checkout's Python environment with the emulator, unless it is there already. */
export function ensureEmulatorEnvironment(options: SetupOptions = {}): void {
  const log = options.log ?? console.log;
  const directory = join(options.root ?? process.cwd(), EMULATOR_ENVIRONMENT);
  const python = join(directory, 'bin', 'python');
  if (installedVersion(python, EMULATOR_PACKAGE) === EMULATOR_VERSION && installedVersion(python, 'boto3') === EMULATOR_BOTO3_VERSION) return;

  const system = options.python ?? 'python3';
  requirePython(system);
  if (!run(python, ['-m', 'pip', '--version'], CHECK_MILLIS).ok) {
    log(`Creating a Python environment in ${EMULATOR_ENVIRONMENT} ...`);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(dirname(directory), { recursive: true });
    const created = run(system, ['-m', 'venv', directory], CREATE_MILLIS);
    if (!created.ok) {
      rmSync(directory, { recursive: true, force: true });
      throw new UserError(`Python can't create an environment (${created.reason}): install its venv module, on Debian "apt-get install python3-venv".`);
    }
  }
  log(`Installing the emulator ${EMULATOR_PACKAGE} ${EMULATOR_VERSION} (up to ${INSTALL_MILLIS / 1000} s) ...`);
  const installed = run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES], INSTALL_MILLIS);
  if (!installed.ok) {
    throw new UserError(`pip can't install ${EMULATOR_PACKAGE} ${EMULATOR_VERSION} (${installed.reason}): check the connection to your Python package index and run this again.`);
  }
  log(`The emulator is ready in ${EMULATOR_ENVIRONMENT}.`);
}

function requirePython(python: string): void {
  const [major, minor] = EMULATOR_PYTHON.split('.');
  const check = run(python, ['-c', `import sys; sys.exit(0 if sys.version_info >= (${major}, ${minor}) else 3)`], CHECK_MILLIS);
  if (check.ok) return;
  throw new UserError(check.status === 3
    ? `"${python}" is older than Python ${EMULATOR_PYTHON}, which the emulator needs: install a newer one.`
    : `Python was not found as "${python}": install Python ${EMULATOR_PYTHON} or newer with its venv module.`);
}

/** Undefined when the environment or the package is missing. */
function installedVersion(python: string, name: string): string | undefined {
  if (!existsSync(python)) return undefined;
  const program = `import importlib.metadata as m; print(m.version(${JSON.stringify(name)}))`;
  const check = run(python, ['-c', program], CHECK_MILLIS);
  return check.ok ? check.output.trim() : undefined;
}

interface Run {
  readonly ok: boolean;
  readonly status: number | null;
  readonly output: string;
  readonly reason: string;
}

function run(command: string, args: string[], timeout: number): Run {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout, stdio: ['ignore', 'pipe', 'pipe'] });
  const lastLine = `${result.stdout ?? ''}\n${result.stderr ?? ''}`.trim().split('\n').pop();
  return {
    ok: result.status === 0,
    status: result.status,
    output: result.stdout ?? '',
    reason: result.signal ? `ended by ${result.signal} after ${timeout / 1000} s` : result.error?.message ?? lastLine ?? 'unknown',
  };
}
