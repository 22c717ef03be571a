import Table from 'cli-table3';
import { storeOf } from './clients';
import { setAsideKeys, StoredBatch, storedBatches, StoredItem, storedItems } from './items';
import { RelayBacklog } from './relay';
import { DeployedSubscriber } from './subscribers';
import { AWS_FAILURE_PREFIX } from '../../../contract/failure-record';
import { OperateClients } from '../../operate/clients';

const HEAD = ['subscriber', 'item', 'changes', 'first', 'since', 'reason', 'error', 'attempts'];
/** Rows of the table; the rest is counted. */
const ROWS = 50;

type Line = (text: string) => void;

/** `failures list`: a line for each item, what the mapping gave up, and what was set aside. */
export async function listFailures(clients: OperateClients, subscribers: readonly DeployedSubscriber[], json: boolean, print: Line): Promise<void> {
  const table = new Table({ head: HEAD, style: { head: [], border: [] } });
  const notes: string[] = [];
  let items = 0;
  let changes = 0;
  for (const subscriber of subscribers) {
    const { name } = subscriber;
    const store = storeOf(clients, subscriber);
    for await (const item of storedItems(store, name)) {
      items += 1;
      changes += item.changes;
      if (json) print(JSON.stringify({ subscriber: name, ...item }));
      else if (items <= ROWS) table.push(row(name, item));
    }
    const backlog = new RelayBacklog();
    for await (const batch of storedBatches(store, subscriber.mappings)) {
      backlog.add(batch);
      changes += batch.changes ?? 1;
      if (json) print(JSON.stringify({ subscriber: name, batch: batch.key, ...batch, key: undefined }));
      else if (!subscriber.isRelay) notes.push(`${name}: the mapping gave up ${inWords(batch)}: ${batch.key}`);
    }
    if (subscriber.isRelay && backlog.batches > 0) notes.push(`${name}: the mapping gave up ${backlog.inWords}: ${foldersOf(subscriber)}`);
    for (const key of await setAsideKeys(store, name)) {
      if (json) print(JSON.stringify({ subscriber: name, setAside: key }));
      else notes.push(`${name}: set aside because it cannot be read: ${key}`);
    }
  }
  if (!json) {
    if (items > 0) print(table.toString());
    for (const note of notes) print(note);
    if (items > ROWS) print(`... and ${items - ROWS} items more: --json prints them all.`);
    print(changes === 0 ? 'No stored changes.' : `${changes} stored changes of ${items} items${notes.length > 0 ? ', and what is listed beside them' : ''}.`);
  }
}

function inWords({ changes, condition }: StoredBatch): string {
  return `a batch of ${changes ?? '?'} changes (${condition ?? 'its object cannot be read'})`;
}

function foldersOf({ mappings }: DeployedSubscriber): string {
  return mappings.map((mapping) => `${AWS_FAILURE_PREFIX}${mapping}/`).join(' ');
}

function row(subscriber: string, { item, changes, id, since, reason, error, attempts }: StoredItem) {
  return [subscriber, item.slice(0, 10), changes, id, since, reason, error ?? '', attempts ?? ''];
}
