import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand } from '../verify/command';

const VENV_MILLIS = 120_000;
const STAMP = 'installed.txt';

export interface PythonEnvironment {
  /** Below .verify. */
  readonly name: string;
  /** What pip is told to install: requirements, or files of this machine. */
  readonly packages: readonly string[];
  readonly minutes: number;
}

/**
 * A Python environment in the checkout, kept between runs while it holds what is asked for. Returns its directory of programs.
 */
export async function ensurePythonEnvironment(wanted: PythonEnvironment, log: (line: string) => void = console.log): Promise<string> {
  const { name, packages, minutes } = wanted;
  const directory = resolve('.verify', name);
  const programs = join(directory, 'bin');
  const stamp = fingerprint(packages);
  if (existsSync(join(directory, STAMP)) && readFileSync(join(directory, STAMP), 'utf8') === stamp) return programs;
  log(`Installing ${packages.map((each) => each.split('/').pop()).join(', ')} in .verify/${name} (up to ${minutes} min) ...`);
  rmSync(join(directory, STAMP), { force: true });
  if (!existsSync(join(programs, 'pip'))) {
    rmSync(directory, { recursive: true, force: true });
    const created = spawnSync('python3', ['-m', 'venv', directory], { timeout: VENV_MILLIS, encoding: 'utf8' });
    if (created.status !== 0) throw new Error(`python3 -m venv failed: ${created.stderr}. On Debian its module is python3-venv.`);
  }
  const { status, output } = await runCommand(join(programs, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages], { minutes });
  if (status !== 0) throw new Error(`pip could not install ${packages.join(', ')}: ${output}`);
  // A wheel of the same version is taken for the same: force what was built anew.
  const built = packages.filter((each) => each.endsWith('.whl'));
  if (built.length > 0) await runCommand(join(programs, 'pip'), ['install', '--quiet', '--no-deps', '--force-reinstall', ...built], { minutes });
  writeFileSync(join(directory, STAMP), stamp);
  return programs;
}

function fingerprint(packages: readonly string[]): string {
  return packages.map((each) => each.endsWith('.whl') ? createHash('sha256').update(readFileSync(each)).digest('hex') : each).join('\n');
}
