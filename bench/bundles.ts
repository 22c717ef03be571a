import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, BuildOptions } from 'esbuild';
import { BUILD, ROOT } from './paths';
import { RUNTIME_BUNDLE } from '../scripts/runtime-bundle';
import { relayTargets } from './store/queues';
import { RELAY_FILE, Routes, ROUTES_FILE, ROUTES_VERSION } from '../src/contract/routes';
import { ASSET_FILES } from '../src/contract/settings';

/** The files that the measured processes run. */
export interface Bundles {
  readonly store: string;
  readonly invoke: string;
  readonly start: string;
  readonly filter: string;
  /** The relay as it ships, and the process that drives it. */
  readonly relay: string;
  readonly relayProcess: string;
  readonly synth: string;
  readonly handlers: { readonly cdc: string; readonly powertools: string };
  readonly bareClient: string;
}

/** Bundles every variant in the same way: as the runtime ships. */
export async function makeBundles(): Promise<Bundles> {
  rmSync(join(BUILD, 'bundles'), { recursive: true, force: true });
  const at = (name: string) => join(BUILD, 'bundles', name);
  const bundles: Bundles = {
    store: at('store.mjs'),
    invoke: at('invoke.mjs'),
    start: at('start.mjs'),
    filter: at('filter.mjs'),
    relay: at(`relay/${RELAY_FILE}`),
    relayProcess: at('relay.mjs'),
    synth: at('synth.cjs'),
    handlers: { cdc: at(`cdc/${ASSET_FILES.BOOTSTRAP}`), powertools: at('powertools/index.mjs') },
    bareClient: at('bare-client/index.mjs'),
  };
  mkdirSync(at('cdc'), { recursive: true });
  mkdirSync(at('relay'), { recursive: true });
  const shipped = (name: string, to: string) => copyFileSync(join(ROOT, 'assets/runtime', name), to);
  shipped('bootstrap.mjs', bundles.handlers.cdc);
  shipped('relay.mjs', bundles.relay);
  for (const directory of ['cdc', 'relay']) {
    shipped('s3.mjs', at(join(directory, ASSET_FILES.S3_CLIENT)));
    shipped('dynamodb.mjs', at(join(directory, ASSET_FILES.SDK_DYNAMODB)));
  }
  const routes: Routes = { version: ROUTES_VERSION, targets: relayTargets().map((name) => ({ name, orderBy: 'ITEM' })) };
  writeFileSync(at(join('relay', ROUTES_FILE)), JSON.stringify(routes));
  const bundle = (entry: string, outfile: string, options: BuildOptions = {}) => build({
    ...RUNTIME_BUNDLE, absWorkingDir: ROOT, entryPoints: [join(ROOT, 'bench', entry)], outfile, ...options,
  });
  await Promise.all([
    bundle('store/server.ts', bundles.store),
    bundle('process/invoke.ts', bundles.invoke),
    bundle('process/start.ts', bundles.start),
    bundle('process/filter.ts', bundles.filter),
    bundle('process/relay.ts', bundles.relayProcess),
    bundle('process/synth.ts', bundles.synth, {
      format: 'cjs',
      banner: {},
      minify: false,
      external: ['aws-cdk-lib', 'constructs', '@aws-solutions-constructs/*'],
      // The constructs look for the runtime's bundle from where their own files are.
      define: { __dirname: JSON.stringify(join(ROOT, 'src/subscribe')) },
    }),
    bundle('variants/on-change.ts', at('cdc/index.mjs')),
    bundle('variants/powertools.ts', bundles.handlers.powertools),
    bundle('variants/bare-client.ts', bundles.bareClient),
  ]);
  return bundles;
}
