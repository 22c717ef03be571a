import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROKERED_MUTATIONS } from '../../../scripts/simulate/brokered-mutations';
import { bundleWorker } from '../../../scripts/simulate/bundle-worker';
import type * as brokered from '../../../src/local/simulate/brokered';

const MOST = Number(process.env.BROKERED_MUTANT_HISTORIES ?? 400);
const folder = mkdtempSync(join(tmpdir(), 'brokered-mutants-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(BROKERED_MUTATIONS.map(({ name }, index) => [name, index] as const))('%s: the simulation finds it', async (_name, index) => {
  const bundle = join(folder, `${index}.js`);
  await bundleWorker(bundle, BROKERED_MUTATIONS[index].patches, 'src/local/simulate/brokered/index.ts');
  const { makeBrokeredPlan, runBrokeredHistory } = jest.requireActual<typeof brokered>(bundle);
  for (let history = 0; history < MOST; history += 1) {
    const { violation } = await runBrokeredHistory(makeBrokeredPlan(1, history));
    if (violation) return;
  }
  throw new Error(`not found in ${MOST} histories`);
}, 600_000);
