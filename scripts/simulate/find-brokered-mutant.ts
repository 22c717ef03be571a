import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from './bundle-worker';
import { Mutation } from './mutations';
import type * as brokered from '../../src/local/simulate/brokered';

const ENTRY = 'src/local/simulate/brokered/index.ts';

export interface BrokeredRange {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

interface Found {
  readonly history: number;
  readonly invariant: string;
  readonly message: string;
}

type Finder = (mutation: Mutation, range: BrokeredRange) => Promise<Found | undefined>;

/** Runs histories of the relay, its queues and workers, broken on purpose, until a promise is broken. */
export const findBrokeredMutant: Finder = (mutation, range) => find(mutation, range, 'makeBrokeredPlan');

/** The same, where the relay's mapping gives batches up and somebody redrives them. */
export const findGivenUpMutant: Finder = (mutation, range) => find(mutation, range, 'makeGivenUpPlan');

async function find(
  { patches }: Mutation, { seed, from, to }: BrokeredRange, makePlan: 'makeBrokeredPlan' | 'makeGivenUpPlan',
): ReturnType<Finder> {
  const folder = mkdtempSync(join(tmpdir(), 'brokered-mutant-'));
  try {
    const bundle = join(folder, 'brokered.js');
    await bundleWorker(bundle, patches, ENTRY);
    const bundled = createRequire(__filename)(bundle) as typeof brokered;
    for (let history = from; history < to; history += 1) {
      const { violation } = await bundled.runBrokeredHistory(bundled[makePlan](seed, history));
      if (violation) return { history, ...violation };
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
