import { Case } from '../case';
import { ask, startNode } from '../process/node-process';
import { ratios, summarize } from '../statistics';

/** What evaluating may cost beside reading the record. */
const AT_MOST = 0.25;

/** A filter of ten nodes, evaluated by the runtime, against reading the same record from its JSON. */
export const filter: Case = {
  name: 'filter',
  title: 'a filter of ten nodes, none of which decides early',
  run: async ({ bundles }) => {
    const child = startNode(bundles.filter, [], { PATH: process.env.PATH });
    const { samples, bytes } = await ask<{ samples: { parse: number; evaluate: number }[]; bytes: number }>(child);
    const [evaluate, parse] = [samples.map((sample) => sample.evaluate), samples.map((sample) => sample.parse)];
    return {
      settings: { recordBytes: bytes, passes: samples.length },
      figures: [{
        name: 'CPU a record',
        unit: 'us',
        variants: { 'cdc': summarize(evaluate), 'JSON.parse': summarize(parse) },
        ratio: ratios(evaluate, parse),
        goal: { of: 'ratio', atMost: AT_MOST },
      }],
    };
  },
};
