import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from '../../../scripts/simulate/bundle-worker';
import { REDRIVE_MUTATIONS } from '../../../scripts/simulate/redrive-mutations';
import type * as redrive from '../../../src/local/simulate/redrive';

const MOST = Number(process.env.REDRIVE_MUTANT_HISTORIES ?? 1_500);
const folder = mkdtempSync(join(tmpdir(), 'redrive-mutants-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(REDRIVE_MUTATIONS.map(({ name }, index) => [name, index] as const))('%s: the simulation finds it', async (_name, index) => {
  const bundle = join(folder, `${index}.js`);
  await bundleWorker(bundle, REDRIVE_MUTATIONS[index].patches, 'src/local/simulate/redrive/index.ts');
  const { makeRedrivePlan, runRedriveHistory } = jest.requireActual<typeof redrive>(bundle);
  for (let history = 0; history < MOST; history += 1) {
    const { violation } = await runRedriveHistory(makeRedrivePlan(1, history));
    if (violation) return;
  }
  throw new Error(`not found in ${MOST} histories`);
}, 600_000);
