import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from './bundle-worker';
import { Mutation } from './mutations';
import { SimulationWorker } from './simulation-worker';
import { FoundViolation, HistoryRange } from '../../src/local/simulate/run-histories';

/** Where a mutant was found. */
export interface MutantRecord {
  readonly name: string;
  readonly seed: number;
  /** Histories before it had to be run to find it. */
  readonly history: number;
  readonly invariant: string;
}

export const RECORDS = join(__dirname, 'mutants.json');
export const BROKERED_RECORDS = join(__dirname, 'brokered-mutants.json');
export const GIVEN_UP_RECORDS = join(__dirname, 'given-up-mutants.json');

export function readRecords(file = RECORDS): MutantRecord[] {
  return JSON.parse(readFileSync(file, 'utf8')) as MutantRecord[];
}

/** Runs histories against a broken runtime until a promise is broken. */
export async function findMutant({ patches }: Mutation, range: HistoryRange): Promise<FoundViolation | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  let worker: SimulationWorker | undefined;
  try {
    const bundle = join(folder, 'worker.js');
    await bundleWorker(bundle, patches);
    worker = new SimulationWorker(bundle);
    const { violations } = await worker.run({ ...range, stopAtViolation: true });
    return violations[0];
  } finally {
    await worker?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
