import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Writes the type declarations of what user code imports from `./runtime`, and of what they name; they name no other package. The compiler also writes those of all that
 * the code imports: these are removed.
 */
export function writeDeclarations(root: string): void {
  const assets = join(root, 'assets');
  execFileSync(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'), '--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--strict', '--stripInternal', '--skipLibCheck',
    '--target', 'ES2022', '--module', 'node16', '--moduleResolution', 'node16', '--types', 'node', '--rootDir', join(root, 'src'), '--outDir', assets,
    join(root, 'src/runtime/index.ts'),
  ], { stdio: 'inherit' });
  const named = namedBy(join(assets, 'runtime/index.d.ts'));
  prune(assets, named);
}

const IMPORTED = /(?:from|import) ?\(?'(\.[^']*)'/g;

function namedBy(file: string, named = new Set<string>()): Set<string> {
  if (named.has(file)) return named;
  named.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORTED)) {
    const target = resolve(dirname(file), path);
    namedBy([`${target}.d.ts`, join(target, 'index.d.ts')].find(existsSync)!, named);
  }
  return named;
}

function prune(directory: string, kept: ReadonlySet<string>): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) prune(path, kept);
    else if (path.endsWith('.d.ts') && !kept.has(path)) rmSync(path);
  }
  if (readdirSync(directory).length === 0) rmdirSync(directory);
}
