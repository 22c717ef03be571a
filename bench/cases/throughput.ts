import { Bench, Case, Figure } from '../case';
import { FunctionProcess, VARIANTS, Variant } from '../process/function';
import { Invoked } from '../process/invoke';
import { STORE_MILLIS } from '../settings';
import { ratios, summarize } from '../statistics';

interface Throughput {
  readonly name: string;
  readonly records: number;
  /** What a call of the user's function waits for. */
  readonly handlerMillis: number;
  readonly cpuAtMost?: number;
  readonly wallAtMost: number;
  /** Pairs of invocations in each pair of processes. */
  readonly invocations: number;
}

/** Pairs of processes. */
const ROUNDS = 3;
/** How long each process is at work before it is measured. */
const WARM_UP_MILLIS = 3_000;

type Samples = Record<Variant, (Invoked & { readonly requests: number })[]>;

/** A batch of changes of distinct items, handled by either variant in turn. */
export function throughputCase(options: Throughput): Case {
  const { name, records, handlerMillis } = options;
  return {
    name,
    title: `${records} changes of distinct items${handlerMillis > 0 ? `, a handler that takes ${handlerMillis} ms` : ''}`,
    run: async (bench) => {
      const samples: Samples = { cdc: [], powertools: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        bench.progress(`round ${round + 1} of ${ROUNDS}`);
        await runRound(bench, options, round, samples);
      }
      return {
        settings: { records, storeMillis: STORE_MILLIS, handlerMillis, rounds: ROUNDS, warmUpMillis: WARM_UP_MILLIS, invocations: options.invocations },
        figures: [
          figure(samples, 'handler CPU a change', 'us', ({ cpuMillis }) => cpuMillis * 1000 / records, options.cpuAtMost),
          figure(samples, 'wall time a batch', 'ms', ({ wallMillis }) => wallMillis, options.wallAtMost),
          figure(samples, 'store requests a change', '', ({ requests }) => requests / records),
        ],
      };
    },
  };
}

async function runRound({ bundles, store }: Bench, { name, records, handlerMillis, invocations }: Throughput, round: number, samples: Samples): Promise<void> {
  const processes = new Map<Variant, FunctionProcess>();
  for (const variant of VARIANTS) {
    const process = await FunctionProcess.start(bundles, store.endpoint, variant, { millis: handlerMillis });
    processes.set(variant, process);
    const end = Date.now() + WARM_UP_MILLIS;
    for (let turn = 0; Date.now() < end; turn += 1) await process.invoke({ name: `${name}-${variant}-${round}-warm-up-${turn}`, records });
  }
  for (let turn = 0; turn < invocations; turn += 1) {
    // Whoever goes first in one pair goes second in the next.
    for (const variant of turn % 2 === 0 ? VARIANTS : [...VARIANTS].reverse()) {
      const before = await store.counts();
      const invoked = await processes.get(variant)!.invoke({ name: `${name}-${variant}-${round}-${turn}`, records });
      checkComplete(variant, invoked, records);
      samples[variant].push({ ...invoked, requests: (await store.counts()).requests - before.requests });
    }
  }
  for (const process of processes.values()) process.stop();
}

/** A number from a batch that did not do its work says nothing. */
function checkComplete(variant: Variant, { failures, effects }: Invoked, records: number): void {
  if (failures === 0 && new Set(effects).size === records) return;
  throw new Error(`${variant}: ${effects.length} of ${records} changes applied, ${failures} reported as failed`);
}

function figure(samples: Samples, name: string, unit: string, read: (sample: Samples[Variant][number]) => number, atMost?: number): Figure {
  const [cdc, powertools] = VARIANTS.map((variant) => samples[variant].map(read));
  return {
    name,
    unit,
    variants: { cdc: summarize(cdc), powertools: summarize(powertools) },
    ratio: ratios(cdc, powertools),
    ...(atMost !== undefined && { goal: { of: 'ratio', atMost } }),
  };
}
