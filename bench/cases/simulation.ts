import { join } from 'node:path';
import { bundleWorker } from '../../scripts/simulate/bundle-worker';
import { cpuShares } from '../../scripts/simulate/cpu-shares';
import { SimulationWorker } from '../../scripts/simulate/simulation-worker';
import { Case, Figure } from '../case';
import { BUILD } from '../paths';
import { ratios, summarize } from '../statistics';

const RUNS = 3;
const HISTORIES = 700;
/** Compiled code is what is measured. */
const WARM_UP = 300;

/** How fast histories run, and whether what runs is the library or what drives it. */
export const simulation: Case = {
  name: 'simulation',
  title: 'histories of writers, mappings, processes and faults, with the real runtime on a virtual clock',
  run: async ({ progress }) => {
    const bundle = join(BUILD, 'bundles', 'simulation.cjs');
    await bundleWorker(bundle);
    const worker = new SimulationWorker(bundle);
    try {
      await worker.run({ seed: 0, from: 0, to: WARM_UP });
      const samples = [];
      for (let seed = 1; seed <= RUNS; seed += 1) {
        progress(`seed ${seed}`);
        const cpu = process.cpuUsage();
        const { changes } = await worker.run({ seed, from: 0, to: HISTORIES });
        const { user, system } = process.cpuUsage(cpu);
        const { profile } = await worker.profile({ seed, from: 0, to: HISTORIES });
        samples.push({ ...cpuShares(profile, bundle), changesASecond: changes / ((user + system) / 1e6) });
      }
      const [harness, runtime] = [samples.map((sample) => sample.harness * 100), samples.map((sample) => sample.runtime * 100)];
      const figures: Figure[] = [
        { name: 'changes a second of CPU', unit: '', variants: { cdc: summarize(samples.map((sample) => sample.changesASecond)) } },
        {
          name: 'share of the CPU',
          unit: '%',
          variants: { 'harness': summarize(harness), 'cdc': summarize(runtime), 'garbage and promises': summarize(samples.map(({ shared }) => shared * 100)) },
          ratio: ratios(harness, runtime),
          goal: { of: 'ratio', atMost: 1 },
        },
      ];
      return {
        settings: { runs: RUNS, histories: HISTORIES },
        figures,
        notes: ['the ratio is that of the harness to the library\'s runtime; files: npx projen simulate -- --cpu-profile'],
      };
    } finally {
      await worker.stop();
    }
  },
};
