import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand } from '../verify/command';

const FIXTURE = resolve('test/popular-packages/fixture');
const FILES = ['package.json', 'package-lock.json', '.npmrc'];
const STAMP = 'installed.txt';
const MINUTES = 4;

/** Where the packages are kept in the checkout between runs, and where entries that import them are written. */
export const POPULAR_PACKAGES = resolve('.verify/popular-packages');

/** Installs what the tests of bundles import (150 MB), unless it is installed already. */
export async function ensurePopularPackages(log: (line: string) => void = console.log): Promise<void> {
  const stamp = readFileSync(join(FIXTURE, 'package-lock.json'), 'utf8');
  const installed = join(POPULAR_PACKAGES, STAMP);
  if (existsSync(installed) && readFileSync(installed, 'utf8') === stamp) return;
  log(`Installing popular npm packages in .verify (up to ${MINUTES} min) ...`);
  rmSync(POPULAR_PACKAGES, { recursive: true, force: true });
  mkdirSync(POPULAR_PACKAGES, { recursive: true });
  for (const file of FILES) cpSync(join(FIXTURE, file), join(POPULAR_PACKAGES, file));
  const { status, output } = await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], { minutes: MINUTES, cwd: POPULAR_PACKAGES });
  if (status !== 0) throw new Error(`npm could not install the packages of ${FIXTURE}: ${output}`);
  writeFileSync(installed, stamp);
}
