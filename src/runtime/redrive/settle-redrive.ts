import { RedriveEntry, RedriveLane } from './redrive-lane';
import { RedriveRun } from './redrive-run';
import { parseStreamArn } from '../../contract/position';
import { REDRIVE_VERSION, RedriveAnswer, RedriveChange, RedriveRequest, RedriveResult } from '../../contract/redrive';
import { RawItem } from '../change/attribute-value';
import { StreamRecord } from '../change/record';
import { Deadline } from '../deadline';
import { RuntimePorts } from '../lanes/run';
import { itemKey } from '../ledger/item-key';
import { Ledger } from '../ledger/ledger';
import { Counts, writeMetrics } from '../observe/metrics';
import { Invocation } from '../ports';
import { errorName } from '../thrown';

/** The request is of another version, or meant for another subscriber: nothing of it is touched. */
export class RedriveRequestError extends Error {
  public override readonly name = 'RedriveRequestError';
}

/**
 * Settles changes from the failure store: in order per item, items in parallel, past a parked item's mark. Answers for each change, once the ledger
 * knows of it. What the stores refuse is told in the answer of the changes concerned, so that those of other items are not in doubt.
 */
export async function settleRedrive(ports: RuntimePorts, request: RedriveRequest, invocation: Invocation): Promise<RedriveAnswer> {
  check(ports, request);
  const deadline = new Deadline(ports.clock, invocation);
  const run = startRun(ports, deadline);
  const entries = request.changes.map((change): RedriveEntry => ({ change, loose: !hasReadableKeys(change) }));
  try {
    const work = settleItems(run, sortByItem(entries), request);
    await Promise.race([work, deadline.givenUp]);
    for (const attempt of run.calls) attempt.close();
    for (const pk of request.release ?? []) await releaseEmptied(run, pk);
    report(run, request.changes);
    return { cdcRedrive: REDRIVE_VERSION, results: entries.map(({ result }): RedriveResult => result ?? { outcome: 'FAILED', error: 'InterruptedError' }) };
  } finally {
    deadline.finish();
  }
}

function check({ settings }: RuntimePorts, { cdcRedrive, subscriber }: RedriveRequest): void {
  if (cdcRedrive !== REDRIVE_VERSION) {
    throw new RedriveRequestError(`the redrive has version ${String(cdcRedrive)}, this runtime understands ${REDRIVE_VERSION}: use the command of the version that is deployed`);
  }
  if (subscriber !== settings.subscriber) throw new RedriveRequestError(`the redrive is meant for ${subscriber}, this is ${settings.subscriber}`);
}

function startRun(ports: RuntimePorts, deadline: Deadline): RedriveRun {
  const { client, clock, random, settings, memory } = ports;
  return {
    ...ports,
    ledger: new Ledger({ client, table: ports.ledgerTable, subscriber: settings.subscriber, clock, random }),
    deadline,
    counts: new Counts(),
    calls: new Set(),
    tooLate: () => deadline.isTooLateFor(memory.pace.millis),
  };
}

function sortByItem(entries: readonly RedriveEntry[]): Map<string, RedriveEntry[]> {
  const items = new Map<string, RedriveEntry[]>();
  for (const entry of entries) {
    const { keyHash } = entry.change;
    const item = items.get(keyHash);
    if (item) item.push(entry);
    else items.set(keyHash, [entry]);
  }
  return items;
}

/** As many items at once as handlers may run. */
async function settleItems(run: RedriveRun, items: ReadonlyMap<string, readonly RedriveEntry[]>, request: RedriveRequest): Promise<void> {
  const queue = [...items];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [pk, entries] = next;
      try {
        await new RedriveLane(run, pk, entries, request).settle();
      } catch (error) {
        run.logger.error('not redriven: a store refused', { keyHash: pk, error: { name: errorName(error) } });
        for (const entry of entries) entry.result ??= { outcome: 'FAILED', error: errorName(error) };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(run.settings.concurrency, queue.length) }, work));
}

/** An item of which nothing is stored any more, although the ledger says so: discarding it lets its later changes run. */
async function releaseEmptied(run: RedriveRun, pk: string): Promise<void> {
  const { deadline: { storeSignal }, ledger } = run;
  const parked = (await ledger.read([pk], storeSignal)).get(pk)?.parked;
  if (!parked) return;
  await ledger.make(ledger.parkedMarkWrite(pk, parked.tail, parked), storeSignal);
  await ledger.release(pk, parked, storeSignal);
}

function report(run: RedriveRun, changes: readonly RedriveChange[]): void {
  if (changes.length === 0) return;
  run.counts.records = changes.length;
  const table = parseStreamArn(changes[0].streamArn)?.tableName ?? '';
  writeMetrics(run.writeLine, run.counts, { table, subscriber: run.settings.subscriber, now: run.clock.now(), lag: 0 });
}

/** Whatever they are: the item itself is named by its ledger key. */
function hasReadableKeys({ record }: RedriveChange): boolean {
  return itemKey({ subscriber: '', table: '' }, (record as StreamRecord | null)?.dynamodb?.Keys as RawItem | undefined) !== undefined;
}
