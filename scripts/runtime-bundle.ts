import { BuildOptions } from 'esbuild';

/** CommonJS dependencies inside an ES module still ask for Node's own modules through `require`. */
const requireShim = "import { createRequire as __cdcRequire } from 'node:module'; const require = __cdcRequire(import.meta.url);";

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
  minify: true,
  keepNames: true,
  banner: { js: requireShim },
};
