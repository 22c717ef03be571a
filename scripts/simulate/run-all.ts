import { SimulationWorker } from './simulation-worker';
import { ProfileName } from '../../src/local/simulate/profiles';
import { addResult, noResult, RangeResult } from '../../src/local/simulate/run-histories';

const HISTORIES_A_REQUEST = 200;

export interface RunOptions {
  readonly seed: number;
  readonly histories: number;
  readonly profile?: ProfileName;
  readonly onProgress: (done: RangeResult, news: RangeResult) => void;
}

/** Shares the histories out among workers. Each depends on its own number only, so the result does not depend on who ran it. */
export async function runAll(workers: readonly SimulationWorker[], { seed, histories, profile, onProgress }: RunOptions): Promise<RangeResult> {
  const total = noResult();
  let next = 0;
  await Promise.all(workers.map(async (worker) => {
    while (next < histories) {
      const from = next;
      next = Math.min(histories, from + HISTORIES_A_REQUEST);
      const news = await worker.run({ seed, from, to: next, profile });
      addResult(total, news);
      onProgress(total, news);
    }
  }));
  total.violations.sort((a, b) => a.history - b.history);
  return total;
}
