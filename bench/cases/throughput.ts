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
}

/** Pairs of processes, and the turns that each of a pair gets. */
const ROUNDS = 3;
const TURNS = 4;
/** How long each process is at work before it is measured, and at least in each turn: a process that waited for long starts slowly. */
const WARM_UP_MILLIS = 2_500;
const TURN_MILLIS = 700;

/** What an invocation took, on average over a turn. */
interface Sample {
  readonly wallMillis: number;
  readonly cpuMillis: number;
  readonly requests: number;
}

type Samples = Record<Variant, Sample[]>;

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
        settings: {
          records, storeMillis: STORE_MILLIS, handlerMillis, rounds: ROUNDS, turns: TURNS, warmUpMillis: WARM_UP_MILLIS, turnMillis: TURN_MILLIS,
        },
        figures: [
          figure(samples, 'handler CPU a change', 'us', ({ cpuMillis }) => cpuMillis * 1000 / records, options.cpuAtMost),
          figure(samples, 'wall time a batch', 'ms', ({ wallMillis }) => wallMillis, options.wallAtMost),
          figure(samples, 'store requests a change', '', ({ requests }) => requests / records),
        ],
      };
    },
  };
}

async function runRound({ bundles, store }: Bench, { name, records, handlerMillis }: Throughput, round: number, samples: Samples): Promise<void> {
  const take = async (variant: Variant, process: FunctionProcess, turn: string, millis: number): Promise<Sample> => {
    const invocations: Invoked[] = [];
    const before = await store.counts();
    const end = Date.now() + millis;
    do {
      const invoked = await process.invoke({ name: `${name}-${variant}-${round}-${turn}-${invocations.length}`, records });
      checkComplete(variant, invoked, records);
      invocations.push(invoked);
    } while (Date.now() < end);
    const mean = (total: number) => total / invocations.length;
    return {
      wallMillis: mean(invocations.reduce((sum, { wallMillis }) => sum + wallMillis, 0)),
      cpuMillis: mean(invocations.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0)),
      requests: mean((await store.counts()).requests - before.requests),
    };
  };
  const processes = new Map<Variant, FunctionProcess>();
  for (const variant of VARIANTS) {
    const process = await FunctionProcess.start(bundles, store.endpoint, variant, { millis: handlerMillis });
    processes.set(variant, process);
    await take(variant, process, 'warm-up', WARM_UP_MILLIS);
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    // Whoever goes first in one pair goes second in the next.
    for (const variant of turn % 2 === 0 ? VARIANTS : [...VARIANTS].reverse()) {
      samples[variant].push(await take(variant, processes.get(variant)!, String(turn), TURN_MILLIS));
    }
  }
  for (const process of processes.values()) process.stop();
}

/** A number from a batch that did not do its work says nothing. */
function checkComplete(variant: Variant, { failures, effects }: Invoked, records: number): void {
  if (failures === 0 && new Set(effects).size === records) return;
  throw new Error(`${variant}: ${effects.length} of ${records} changes applied, ${failures} reported as failed`);
}

function figure(samples: Samples, name: string, unit: string, read: (sample: Sample) => number, atMost?: number): Figure {
  const [cdc, powertools] = VARIANTS.map((variant) => samples[variant].map(read));
  return {
    name,
    unit,
    variants: { cdc: summarize(cdc), powertools: summarize(powertools) },
    ratio: ratios(cdc, powertools),
    ...(atMost !== undefined && { goal: { of: 'ratio', atMost } }),
  };
}
