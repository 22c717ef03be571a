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

/** Runs histories of the relay, its queues and workers, broken on purpose, until a promise is broken. */
export async function findBrokeredMutant(
  { patches }: Mutation, { seed, from, to }: BrokeredRange,
): Promise<{ readonly history: number; readonly invariant: string; readonly message: string } | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'brokered-mutant-'));
  try {
    const bundle = join(folder, 'brokered.js');
    await bundleWorker(bundle, patches, ENTRY);
    const { makeBrokeredPlan, runBrokeredHistory } = createRequire(__filename)(bundle) as typeof brokered;
    for (let history = from; history < to; history += 1) {
      const { violation } = await runBrokeredHistory(makeBrokeredPlan(seed, history));
      if (violation) return { history, ...violation };
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
