import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeHandlers, synthesize } from './synthesize';
import { Case } from '../case';
import { SOLUTIONS } from '../paths';
import type { Synthesized, SynthVariant } from '../process/synth';
import { ratios, slope, summarize } from '../statistics';

const SUBSCRIBERS = [0, 10, 30];
const ROUNDS = 7;
const AT_MOST = 1.25;

const SOLUTIONS_PACKAGE = '@aws-solutions-constructs/aws-dynamodbstreams-lambda';
const SOLUTIONS_VERSION = '2.101.0';

/** What each further subscriber, with its table, adds to the CPU time of a synth: a slope, because much of a synth is the same for any app. */
export const synth: Case = {
  name: 'synth',
  title: `synth of apps with ${SUBSCRIBERS.join(', ')} subscribers`,
  run: async (bench) => {
    const solutions = installSolutionsConstructs();
    const variants: SynthVariant[] = ['cdc', 'hand-written L2', ...(solutions === undefined ? ['Solutions Constructs' as const] : [])];
    const directory = mkdtempSync(join(tmpdir(), 'cdc-bench-'));
    try {
      makeHandlers(bench, directory, Math.max(...SUBSCRIBERS));
      const slopes: Record<string, number[]> = Object.fromEntries(variants.map((variant) => [variant, []]));
      for (let round = 0; round < ROUNDS; round += 1) {
        bench.progress(`round ${round + 1} of ${ROUNDS}`);
        const points: Record<string, [number, number][]> = Object.fromEntries(variants.map((variant) => [variant, []]));
        const resources: Record<string, Synthesized['resources']> = {};
        for (const subscribers of SUBSCRIBERS) {
          for (const variant of round % 2 === 0 ? variants : [...variants].reverse()) {
            const synthesized = await synthesize(bench, directory, variant, subscribers);
            points[variant].push([subscribers, synthesized.cpuMillis]);
            resources[variant] = synthesized.resources;
          }
        }
        checkSame(resources);
        for (const variant of variants) slopes[variant].push(slope(points[variant]));
      }
      return {
        settings: { rounds: ROUNDS, subscribers: SUBSCRIBERS.join(', ') },
        figures: [{
          name: 'synth CPU a further subscriber',
          unit: 'ms',
          variants: Object.fromEntries(variants.map((variant) => [variant, summarize(slopes[variant])])),
          ratio: ratios(slopes.cdc, slopes['hand-written L2']),
          goal: { of: 'ratio', atMost: AT_MOST },
        }],
        ...(solutions !== undefined && { notes: [solutions] }),
      };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

/** The comparison holds only while the hand-written app makes what this library makes. */
function checkSame(resources: Record<string, Synthesized['resources']>): void {
  const [ours, theirs] = [resources.cdc, resources['hand-written L2']];
  if (!isDeepStrictEqual(ours, theirs)) throw new Error(`the apps differ: ${JSON.stringify(ours)} and ${JSON.stringify(theirs)}`);
}

/** Installed on demand, into a place that is not committed. Returns why it could not be, if it could not. */
function installSolutionsConstructs(): string | undefined {
  if (existsSync(join(SOLUTIONS, 'node_modules', SOLUTIONS_PACKAGE))) return undefined;
  mkdirSync(SOLUTIONS, { recursive: true });
  writeFileSync(join(SOLUTIONS, 'package.json'), '{ "private": true }\n');
  try {
    execFileSync('npm', [
      'install', '--legacy-peer-deps', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', `${SOLUTIONS_PACKAGE}@${SOLUTIONS_VERSION}`,
    ], { cwd: SOLUTIONS, stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
    // Its constructs must be those of this project's aws-cdk-lib.
    rmSync(join(SOLUTIONS, 'node_modules/constructs'), { recursive: true, force: true });
    return undefined;
  } catch (error) {
    return `Solutions Constructs could not be installed and is left out: ${(error as Error).message.split('\n')[0]}`;
  }
}
