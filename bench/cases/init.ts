import { statSync } from 'node:fs';
import { Bench, Case, Figure } from '../case';
import { ask, startNode } from '../process/node-process';
import { functionEnvironment } from '../settings';
import { ratios, summarize } from '../statistics';

const STARTS = 15;
const AT_MOST = 1.2;

interface Started {
  readonly cpuMillis: number;
  readonly wallMillis: number;
}

/** The bundled bootstrap, with an empty function of the user's, against a bundle that makes a DynamoDB client and does nothing. */
export const init: Case = {
  name: 'init',
  title: 'start of a function, to where it takes its first event',
  run: async (bench) => {
    const { handlers, bareClient } = bench.bundles;
    const files = { 'cdc': handlers.cdc, 'bare client': bareClient, 'powertools': handlers.powertools };
    const names = Object.keys(files) as (keyof typeof files)[];
    const samples: Record<string, Started[]> = Object.fromEntries(names.map((name) => [name, []]));
    // The first start of each reads its file from the disk.
    for (const name of names) await startOnce(bench, files[name]);
    for (let turn = 0; turn < STARTS; turn += 1) {
      for (const name of turn % 2 === 0 ? names : [...names].reverse()) samples[name].push(await startOnce(bench, files[name]));
    }
    const figure = (name: string, read: (started: Started) => number): Figure => ({
      name,
      unit: 'ms',
      variants: Object.fromEntries(names.map((variant) => [variant, summarize(samples[variant].map(read))])),
      ratio: ratios(samples.cdc.map(read), samples['bare client'].map(read)),
    });
    const kilobytes = Object.fromEntries(names.map((name) => [`${name} KB`, Math.round(statSync(files[name]).size / 1024)]));
    return {
      settings: { starts: STARTS, ...kilobytes },
      figures: [
        { ...figure('initialization CPU', ({ cpuMillis }) => cpuMillis), goal: { of: 'ratio', atMost: AT_MOST } },
        figure('initialization wall time', ({ wallMillis }) => wallMillis),
      ],
    };
  },
};

async function startOnce({ bundles, store }: Bench, file: string): Promise<Started> {
  return ask<Started>(startNode(bundles.start, [file], functionEnvironment(store.endpoint)));
}
