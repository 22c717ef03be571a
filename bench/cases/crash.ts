import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DEFAULTS } from '../../src/contract/settings';
import { Bench, Case } from '../case';
import { BatchPlan } from '../events';
import { FunctionProcess, Variant, VARIANTS } from '../process/function';
import { ProcessEndedError } from '../process/node-process';
import { Summary, summarize } from '../statistics';

/** So many that half of them are more than a crash may repeat. */
const RECORDS = 1_000;
const HANDLER_MILLIS = 2;
/** Short, because Powertools' locks hold as long as the invocation that took them might have lasted. */
const TIMEOUT_MILLIS = 4_000;
const TRIALS = 3;

interface Outcome {
  /** Records of the delivery right after the crash that were reported as failed. */
  readonly refused: number;
  /** Changes applied twice, once all locks have run out. */
  readonly repeated: number;
  /** Changes never applied. */
  readonly missing: number;
}

/** The process is killed after half of the effects; the same batch is delivered again at once, and once more after the timeout. */
export const crash: Case = {
  name: 'crash',
  title: `${RECORDS} changes, the process killed after ${RECORDS / 2} effects`,
  run: async (bench) => {
    const outcomes: Record<Variant, Outcome[]> = { cdc: [], powertools: [] };
    for (let trial = 0; trial < TRIALS; trial += 1) {
      bench.progress(`trial ${trial + 1} of ${TRIALS}`);
      for (const variant of VARIANTS) outcomes[variant].push(await crashOnce(bench, variant, trial));
    }
    const summaries = (read: (outcome: Outcome) => number): Record<Variant, Summary> => ({
      cdc: summarize(outcomes.cdc.map(read)), powertools: summarize(outcomes.powertools.map(read)),
    });
    return {
      settings: { records: RECORDS, handlerMillis: HANDLER_MILLIS, timeoutMillis: TIMEOUT_MILLIS, trials: TRIALS },
      figures: [
        { name: 'changes refused when delivered again', unit: '', variants: summaries(({ refused }) => refused), goal: { of: 'cdc', atMost: 0 } },
        {
          name: 'effects repeated',
          unit: '',
          variants: summaries(({ repeated }) => repeated),
          // The promise: what was being worked on, and what was settled without a stored mark.
          goal: { of: 'cdc', atMost: DEFAULTS.flushSize + DEFAULTS.concurrency },
        },
        { name: 'changes never applied', unit: '', variants: summaries(({ missing }) => missing), goal: { of: 'cdc', atMost: 0 } },
      ],
    };
  },
};

async function crashOnce(bench: Bench, variant: Variant, trial: number): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'cdc-bench-'));
  const file = join(directory, 'effects');
  const plan: BatchPlan = { name: `crash-${variant}-${trial}`, records: RECORDS };
  const start = (crashAfter?: number) =>
    FunctionProcess.start(bench.bundles, bench.store.endpoint, variant, { millis: HANDLER_MILLIS, file, crashAfter });

  const first = await start(RECORDS / 2);
  const survived = await first.invoke(plan, TIMEOUT_MILLIS).then(() => true, (error: unknown) => {
    if (error instanceof ProcessEndedError) return false;
    throw error;
  });
  if (survived) throw new Error(`${variant}: the process was not killed`);

  const second = await start();
  const { failures } = await second.invoke(plan, TIMEOUT_MILLIS);
  if (failures > 0) {
    await wait(TIMEOUT_MILLIS);
    await second.invoke(plan, TIMEOUT_MILLIS);
  }
  second.stop();

  const effects = readFileSync(file, 'utf8').trimEnd().split('\n');
  rmSync(directory, { recursive: true });
  const distinct = new Set(effects).size;
  return { refused: failures, repeated: effects.length - distinct, missing: RECORDS - distinct };
}
