/**
 * Bundles what ships prebuilt: the runtime that is added to each function, what user code imports from it, and the command line.
 * The output is byte for byte the same for the same sources, because it is part of every function's asset hash.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, BuildOptions } from 'esbuild';
import { writeDeclarations } from './declarations';
import { LOADED_LATE, RUNTIME_BUNDLE } from './runtime-bundle';
import { AUTO_REDRIVE_FILE } from '../src/contract/auto-redrive';
import { WATCH_FILE, WATCH_S3_FILE } from '../src/contract/watch';

const root = resolve(__dirname, '..');
const at = (...path: string[]) => join(root, ...path);

/** What Lambda calls: for a stream, for a queue, for a queue whose work takes long, and the relay between them. */
const BOOTSTRAPS = [
  ['bootstrap.lambda.mjs', 'bootstrap.mjs'],
  ['queue/worker.lambda.mjs', 'worker.mjs'],
  ['long/long-worker.lambda.mjs', 'long-worker.mjs'],
  ['relay/relay.lambda.mjs', 'relay.mjs'],
] as const;

/** What they load when they need it. */
const LATE = [
  ['failure/s3-client.mjs', WATCH_S3_FILE],
  ['aws/sdk-dynamodb-client.mjs', 'dynamodb.mjs'],
] as const;

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
};

async function main(): Promise<void> {
  rmSync(at('assets'), { recursive: true, force: true });
  await Promise.all([
    ...BOOTSTRAPS.map(([entry, name]) => build({
      ...RUNTIME_BUNDLE,
      absWorkingDir: root,
      entryPoints: [at('src/runtime', entry)],
      outfile: at('assets/runtime', name),
      plugins: [LOADED_LATE],
    })),
    ...LATE.map(([entry, name]) => build({
      ...RUNTIME_BUNDLE,
      absWorkingDir: root,
      entryPoints: [at('src/runtime', entry)],
      outfile: at('assets/runtime', name),
      // Code of AWS's that we cannot vouch for, and none that many changes run through.
      keepNames: true,
    })),
    build({
      ...RUNTIME_BUNDLE,
      absWorkingDir: root,
      entryPoints: [at('src/runtime/redriver/auto-redrive.lambda.mjs')],
      outfile: at('assets/runtime', AUTO_REDRIVE_FILE),
      keepNames: true,
    }),
    build({
      ...RUNTIME_BUNDLE,
      absWorkingDir: root,
      entryPoints: [at('src/runtime/watch/watch.lambda.mjs')],
      outfile: at('assets/runtime', WATCH_FILE),
      alias: { '@aws-sdk/client-s3': `./${WATCH_S3_FILE}` },
      external: [`./${WATCH_S3_FILE}`],
    }),
    build({ ...common, entryPoints: [at('src/runtime/index.ts')], outfile: at('assets/runtime/index.js'), format: 'cjs', target: 'node20' }),
    build({ ...common, entryPoints: [at('src/runtime/index.ts')], outfile: at('assets/runtime/index.mjs'), format: 'esm', target: 'node20' }),
    build({
      ...common,
      entryPoints: [at('src/local/cli/main.ts')],
      outfile: at('assets/cli/index.js'),
      format: 'cjs',
      target: 'node20',
      minify: true,
      keepNames: true,
    }),
  ]);
  writeDeclarations(root);
  // Who imports the ES module gets types that are an ES module's too.
  writeFileSync(at('assets/runtime/index.d.mts'), "export * from './index.js';\n");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
