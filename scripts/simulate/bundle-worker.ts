import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build, Plugin } from 'esbuild';

const root = resolve(__dirname, '..', '..');

/** One textual change of one source file. The checkout stays as it is: the change is made while the file is bundled. */
export interface Patch {
  /** Relative to the checkout. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A patch that does not say exactly one place any more: the source has moved on, and the patch must follow. */
export class StalePatchError extends Error {
  public constructor({ file, find }: Patch, places: number) {
    super(`the text to break is in ${file} ${places} times, not once: ${find}`);
    this.name = 'StalePatchError';
  }
}

/** Bundles the simulation's worker, with the real runtime in it, into one file; with patches, the runtime is broken on purpose. */
export async function bundleWorker(outfile: string, patches: readonly Patch[] = [], entry = 'src/local/simulate/worker.ts'): Promise<void> {
  const applied = new Set<Patch>();
  for (const patch of patches) applyPatch(patch, readFileSync(join(root, patch.file), 'utf8'));
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    plugins: patches.length === 0 ? [] : [patching(patches, applied)],
  });
  const unused = patches.find((patch) => !applied.has(patch));
  if (unused) throw new Error(`${unused.file} is not part of the simulation`);
}

export function applyPatch(patch: Patch, source: string): string {
  const places = source.split(patch.find).length - 1;
  if (places !== 1) throw new StalePatchError(patch, places);
  return source.replace(patch.find, () => patch.replace);
}

function patching(patches: readonly Patch[], applied: Set<Patch>): Plugin {
  return {
    name: 'patches',
    setup: (setup) => setup.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const here = patches.filter(({ file }) => file === relative(root, path));
      if (here.length === 0) return undefined;
      const contents = here.reduce((source, patch) => {
        applied.add(patch);
        return applyPatch(patch, source);
      }, readFileSync(path, 'utf8'));
      return { contents, loader: 'ts' };
    }),
  };
}
