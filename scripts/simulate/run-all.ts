import { SimulationWorker } from './simulation-worker';
import { addFaults, FaultCounts, noFaults } from '../../src/local/simulate/fault-counts';
import { FAULTS_OF, KindName } from '../../src/local/simulate/kinds';
import { HistoryPlan } from '../../src/local/simulate/plan';
import { ProfileName } from '../../src/local/simulate/profiles';
import { Violation } from '../../src/local/simulate/world';

/** Small enough that all workers end at about the same time. */
const HISTORIES_A_REQUEST = { stream: 200, brokered: 20, discarded: 20, long: 20, redrive: 50 } as const;

export interface RunOptions {
  readonly kind: KindName;
  readonly seed: number;
  readonly histories: number;
  readonly profile?: ProfileName;
  readonly onProgress: (done: RunResult, news: RunResult) => void;
}

export interface RunViolation extends Violation {
  readonly history: number;
  /** Of a stream's history. */
  readonly plan?: HistoryPlan;
}

export interface RunResult {
  histories: number;
  changes: number;
  readonly faults: FaultCounts;
  readonly violations: RunViolation[];
}

/** Shares the histories out among workers. Each depends on its own number only, so the result does not depend on who ran it. */
export async function runAll(workers: readonly SimulationWorker[], { kind, seed, histories, profile, onProgress }: RunOptions): Promise<RunResult> {
  const total: RunResult = { histories: 0, changes: 0, faults: noFaults(FAULTS_OF[kind]), violations: [] };
  let next = 0;
  await Promise.all(workers.map(async (worker) => {
    while (next < histories) {
      const from = next;
      next = Math.min(histories, from + HISTORIES_A_REQUEST[kind]);
      const news: RunResult = await (kind === 'stream' ? worker.run({ seed, from, to: next, profile }) : worker.runKind({ kind, seed, from, to: next }));
      total.histories += news.histories;
      total.changes += news.changes;
      addFaults(total.faults, news.faults);
      total.violations.push(...news.violations);
      onProgress(total, news);
    }
  }));
  total.violations.sort((a, b) => a.history - b.history);
  return total;
}
