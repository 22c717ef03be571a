import { Case, Figure } from '../case';
import { ask, heapOfLambda, startNode } from '../process/node-process';
import type { RelaySample } from '../process/relay';
import { RELAY_BATCH, RELAY_TARGETS, relayEnvironment } from '../settings';
import { ratios, summarize } from '../statistics';

/** The relay may cost, for each change and subscriber, what reading the record from its JSON costs. */
const AT_MOST = 1;
/** Ten changes a request, and a little for requests that are not full. */
const REQUESTS_AT_MOST = 0.11;
/** As the construct deploys it. */
const RELAY_MEMORY_MIB = 1024;

/** The relay as it ships, between a stream and ten queues without filters, against reading the same records from JSON in the same process. */
export const relay: Case = {
  name: 'relay',
  title: `the relay, ${RELAY_BATCH} changes of distinct items to ${RELAY_TARGETS} subscribers`,
  run: async ({ bundles, store, progress }) => {
    progress(`${RELAY_TARGETS} subscribers`);
    const child = startNode(bundles.relayProcess, [bundles.relay], relayEnvironment(store.endpoint), heapOfLambda(RELAY_MEMORY_MIB));
    const before = await store.counts();
    const { samples, bytes, changes } = await ask<{ samples: RelaySample[]; bytes: number; changes: number }>(child);
    const requests = (await store.counts()).queueRequests - before.queueRequests;
    const [relayed, inKernel, parsed] = (['relayed', 'inKernel', 'parsed'] as const).map((name) => samples.map((sample) => sample[name]));
    const figures: Figure[] = [
      {
        name: 'CPU a change and subscriber',
        unit: 'us',
        variants: { 'cdc': summarize(relayed), 'JSON.parse': summarize(parsed) },
        ratio: ratios(relayed, parsed),
        goal: { of: 'ratio', atMost: AT_MOST },
      },
      { name: 'of that in the kernel', unit: 'us', variants: { cdc: summarize(inKernel) }, ratio: ratios(inKernel, parsed) },
      {
        name: 'queue requests a change and subscriber',
        unit: '',
        variants: { cdc: summarize([requests / changes / RELAY_TARGETS]) },
        goal: { of: 'cdc', atMost: REQUESTS_AT_MOST },
      },
    ];
    return {
      settings: { records: RELAY_BATCH, subscribers: RELAY_TARGETS, memoryMiB: RELAY_MEMORY_MIB, recordBytes: bytes, turns: samples.length },
      figures,
      notes: ['Requests go to a service on loopback without TLS; signing, HTTP and the kernel\'s part are included.'],
    };
  },
};
