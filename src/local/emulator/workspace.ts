import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Scopes of packages that Lambda's Node runtimes bring along. */
const PROVIDED_SCOPES = ['@aws-sdk', '@smithy'];

/**
 * Scratch directory under which the emulator unpacks functions. Like on Lambda, a function finds the AWS SDK above itself though it
 * did not bundle it, nothing else of the user's project, and no package.json that would turn its modules into another kind.
 */
export function createWorkspace(projectDirectory = process.cwd()): string {
  const directory = mkdtempSync(join(tmpdir(), 'cdc-local-'));
  writeFileSync(join(directory, 'package.json'), '{}\n');
  const modules = join(directory, 'node_modules');
  mkdirSync(modules);
  for (const scope of PROVIDED_SCOPES) {
    const provided = findUpwards(join('node_modules', scope), projectDirectory);
    if (provided) symlinkSync(provided, join(modules, scope), 'dir');
  }
  return directory;
}

function findUpwards(relative: string, from: string): string | undefined {
  const candidate = join(from, relative);
  if (existsSync(candidate)) return candidate;
  return dirname(from) === from ? undefined : findUpwards(relative, dirname(from));
}
