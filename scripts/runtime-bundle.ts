import { BuildOptions, Plugin } from 'esbuild';
import { ASSET_FILES } from '../src/contract/settings';

/** CommonJS dependencies inside an ES module still ask for Node's own modules through `require`. */
const requireShim = "import { createRequire as __cdcRequire } from 'node:module'; const require = __cdcRequire(import.meta.url);";

/**
 * Clients that are loaded late are files of their own. In one file with the runtime, what they share would have to be wrapped to be loaded late, and what is never loaded is
 * read all the same.
 */
export const LOADED_LATE: Plugin = {
  name: 'loaded-late',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@aws-sdk\/client-s3$/ }, () => ({ path: `./${ASSET_FILES.S3_CLIENT}`, external: true }));
    onResolve({ filter: /^@aws-sdk\/(client|lib)-dynamodb$/ }, () => ({ path: `./${ASSET_FILES.SDK_DYNAMODB}`, external: true }));
  },
};

/** How code that runs in Lambda is bundled; the bench bundles what it compares with in the same way. */
export const RUNTIME_BUNDLE: BuildOptions = {
  bundle: true,
  platform: 'node',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  // Names of functions are not kept: esbuild keeps them by a call for each function made, which was an eighth of what the relay costs. Errors say their own (test/architecture.test.ts).
  minify: true,
  banner: { js: requireShim },
};
