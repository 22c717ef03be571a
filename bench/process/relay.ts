/** What the relay costs for each change and subscriber, beside reading the change from JSON. Started by the relay case. */

import { pathToFileURL } from 'node:url';
import { eventJson } from '../events';
import { RELAY_BATCH, RELAY_TARGETS } from '../settings';

/** Of one turn, for each change (and subscriber). */
export interface RelaySample {
  readonly relayed: number;
  /** Of that, what the kernel did: sockets, mostly. */
  readonly inKernel: number;
  readonly parsed: number;
}

const TURNS = 30;
const WARM_UP = 10;
/** Batches of a turn. */
const BATCHES = 8;

type Handler = (event: object, context: object) => Promise<{ batchItemFailures: unknown[] }>;

function microseconds({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

function context(): object {
  const end = Date.now() + 60_000;
  return { awsRequestId: 'bench', getRemainingTimeInMillis: () => end - Date.now() };
}

async function turn(handler: Handler, name: string): Promise<RelaySample> {
  let relayed = 0;
  let inKernel = 0;
  let parsed = 0;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const event = JSON.parse(eventJson({ name: `${name}-${batch}`, records: RELAY_BATCH })) as { Records: object[] };
    const texts = event.Records.map((record) => JSON.stringify(record));
    const beforeParse = process.cpuUsage();
    if (texts.filter((text) => JSON.parse(text) as object).length !== RELAY_BATCH) throw new Error('a record is no object');
    parsed += microseconds(process.cpuUsage(beforeParse));
    const before = process.cpuUsage();
    const { batchItemFailures } = await handler(event, context());
    const took = process.cpuUsage(before);
    relayed += microseconds(took);
    inKernel += took.system;
    if (batchItemFailures.length > 0) throw new Error('the relay did not reach all its queues: its time says nothing');
  }
  const changes = BATCHES * RELAY_BATCH;
  return { relayed: relayed / changes / RELAY_TARGETS, inKernel: inKernel / changes / RELAY_TARGETS, parsed: parsed / changes };
}

async function main(): Promise<void> {
  const { handler } = await import(pathToFileURL(process.argv[2]).href) as { handler: Handler };
  const samples: RelaySample[] = [];
  for (let count = 0; count < WARM_UP + TURNS; count += 1) {
    const sample = await turn(handler, `turn-${count}`);
    if (count >= WARM_UP) samples.push(sample);
  }
  const { Records } = JSON.parse(eventJson({ name: 'relay', records: RELAY_BATCH })) as { Records: object[] };
  process.send!({ samples, bytes: JSON.stringify(Records[0]).length, changes: (WARM_UP + TURNS) * BATCHES * RELAY_BATCH }, () => process.exit());
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
