/** Each breakage of claims, leases and superseding is found again in the history that was recorded for it. LONG_MUTANTS=record looks for them anew. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from '../../../scripts/simulate/bundle-worker';
import type { MutantRecord } from '../../../scripts/simulate/find-mutant';
import { LONG_MUTATIONS } from '../../../scripts/simulate/long-mutations';
import type * as long from '../../../src/local/simulate/long';

const RECORDS = join(__dirname, '../../../scripts/simulate/long-mutants.json');
const RECORDING = process.env.LONG_MUTANTS === 'record';
const MOST = 2_000;
const SEED = 1;
const folder = mkdtempSync(join(tmpdir(), 'long-mutants-'));
const records = RECORDING ? [] : JSON.parse(readFileSync(RECORDS, 'utf8')) as MutantRecord[];

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (RECORDING) writeFileSync(RECORDS, `${JSON.stringify(records, undefined, 2)}\n`);
});

test.each(LONG_MUTATIONS.map(({ name }, index) => [name, index] as const))('%s: the simulation finds it', async (name, index) => {
  const bundle = join(folder, `${index}.js`);
  await bundleWorker(bundle, LONG_MUTATIONS[index].patches, 'src/local/simulate/long/index.ts');
  const { makeLongPlan, runLongHistory } = jest.requireActual<typeof long>(bundle);
  const known = records.find((record) => record.name === name);
  if (!RECORDING) {
    expect(known).toBeDefined();
    const { violation } = await runLongHistory(makeLongPlan(known!.seed, known!.history));
    expect(violation?.invariant).toBe(known!.invariant);
    return;
  }
  for (let history = 0; history < MOST; history += 1) {
    const { violation } = await runLongHistory(makeLongPlan(SEED, history));
    if (!violation) continue;
    records.push({ name, seed: SEED, history, invariant: violation.invariant });
    return;
  }
  throw new Error(`not found in ${MOST} histories`);
}, 900_000);
