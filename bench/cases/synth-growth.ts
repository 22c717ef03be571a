import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeHandlers, synthesize } from './synthesize';
import { Case } from '../case';
import { ratios, slope, summarize } from '../statistics';

const FEWER = [1, 10, 25];
const MORE = [25, 50];
const SUBSCRIBERS = [...new Set([...FEWER, ...MORE])];
const ROUNDS = 5;
/** More than noise; were each subscriber to look at all before it, the ratio would be that of their numbers, about three. */
const AT_MOST = 1.25;

/** Whether the fiftieth subscriber of one table costs a synth what the second does. */
export const synthGrowth: Case = {
  name: 'synth-growth',
  title: `synth of one table with ${SUBSCRIBERS.join(', ')} subscribers behind its relay`,
  run: async (bench) => {
    const directory = mkdtempSync(join(tmpdir(), 'cdc-bench-'));
    try {
      makeHandlers(bench, directory, Math.max(...SUBSCRIBERS));
      const [first, later]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        bench.progress(`round ${round + 1} of ${ROUNDS}`);
        const cpuMillis = new Map<number, number>();
        // Turn and turn about, so that a machine that warms up or slows down favours neither end.
        for (const count of round % 2 === 0 ? SUBSCRIBERS : [...SUBSCRIBERS].reverse()) {
          cpuMillis.set(count, (await synthesize(bench, directory, 'fan-out', count)).cpuMillis);
        }
        const growth = (counts: readonly number[]) => slope(counts.map((count) => [count, cpuMillis.get(count)!] as const));
        first.push(growth(FEWER));
        later.push(growth(MORE));
      }
      return {
        settings: { rounds: ROUNDS, subscribers: SUBSCRIBERS.join(', ') },
        figures: [
          { name: 'synth CPU a subscriber, 25 to 50', unit: 'ms', variants: { cdc: summarize(later) }, ratio: ratios(later, first), goal: { of: 'ratio', atMost: AT_MOST } },
          { name: 'synth CPU a subscriber, 1 to 25', unit: 'ms', variants: { cdc: summarize(first) } },
        ],
        notes: ['The ratio is that of a subscriber among the last 25 to one among the first 25.'],
      };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
