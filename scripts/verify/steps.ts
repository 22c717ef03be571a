import { asTest } from './command';
import { checkApi, checkSnippets } from './docs';
import { runGates } from './gates';
import { runJest } from './jest';
import { runLanguages } from './languages';
import { buildPackages } from './packages';
import { runQuickStarts } from './quick-start';
import { Step } from './step';
import { HISTORIES_WITH_EVERY_FAULT } from '../../src/local/simulate/kinds';
import { ensureEmulatorEnvironment } from '../setup/emulator-environment';
import { ensureLambdaNode } from '../setup/node';
import { ensurePopularPackages } from '../setup/popular-packages';

const npx = (...args: string[]) => (minutes: number) => asTest('npx', args, { minutes });

/** Everything there is to verify, in the order in which a failure says most. */
export const STEPS: readonly Step[] = [
  { name: 'bundle', minutes: 3, essential: true, run: () => npx('projen', 'bundle')(3) },
  { name: 'compile', minutes: 5, essential: true, run: () => npx('projen', 'compile')(5) },
  { name: 'types', minutes: 8, run: () => npx('tsc', '--noEmit', '-p', 'tsconfig.dev.json')(8) },
  { name: 'lint', minutes: 12, run: () => asTest('npx', ['eslint', '--ext', '.ts', 'src', 'test', 'projenrc', 'scripts', 'bench', 'examples'], { minutes: 12, env: { ESLINT_USE_FLAT_CONFIG: 'false', NODE_NO_WARNINGS: '1' } }) },
  { name: 'unit, properties, snapshots', minutes: 25, run: () => runJest(['--maxWorkers=2'], { minutes: 25 }) },
  { name: 'deployable', minutes: 12, run: () => runJest(['-c', 'test/deployable/jest.config.js'], { minutes: 12 }) },
  {
    name: "runtime on Lambda's Node.js",
    minutes: 8,
    run: async () => runJest(['test/runtime'], { minutes: 5, node: await ensureLambdaNode() }),
  },
  {
    name: 'popular packages',
    minutes: 7,
    run: async () => {
      await ensurePopularPackages();
      return runJest(['-c', 'test/popular-packages/jest.config.js'], { minutes: 4 });
    },
  },
  {
    name: 'emulator',
    minutes: 25,
    run: () => {
      ensureEmulatorEnvironment();
      return runJest(['-c', 'test/emulator/jest.config.js'], { minutes: 25 });
    },
  },
  { name: 'demo', minutes: 15, run: () => npx('tsx', 'scripts/demo.ts', '--enforce-permissions')(15) },
  { name: 'simulation', minutes: 10, run: () => npx('tsx', 'scripts/simulate.ts', '--histories', String(HISTORIES_WITH_EVERY_FAULT.stream), '--seed', '1')(10) },
  { name: "filters against AWS's Event Ruler", minutes: 10, run: () => runJest(['-c', 'test/jvm/jest.config.js'], { minutes: 10 }) },
  { name: 'gates', minutes: 15, run: runGates },
  { name: 'API.md', minutes: 3, run: checkApi },
  { name: 'snippets', minutes: 3, run: checkSnippets },
  { name: 'packages', minutes: 7, run: buildPackages },
  { name: 'package in bare apps', minutes: 10, run: () => runJest(['-c', 'test/package/jest.config.js'], { minutes: 10 }) },
  { name: 'languages', minutes: 10, run: runLanguages },
  { name: 'quick start', minutes: 15, run: runQuickStarts },
];
