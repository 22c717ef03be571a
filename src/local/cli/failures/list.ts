import Table from 'cli-table3';
import { storeOf } from './clients';
import { inOrder } from './in-order';
import { CHANGES_AT_ONCE, describe, ListedItem, listedItems, setAsideKeys, StoredBatch, storedBatches, StoredItem } from './items';
import { RelayBacklog } from './relay';
import { DeployedSubscriber } from './subscribers';
import { AWS_FAILURE_PREFIX } from '../../../contract/failure-record';
import { OperateClients } from '../../operate/clients';
import { counted } from '../counted';
import { shown } from '../shown';

const HEAD = ['subscriber', 'item', 'changes', 'first', 'since', 'reason', 'error', 'attempts'];
/** Rows of the table; the rest is counted. */
const ROWS = 50;

type Line = (text: string) => void;

/** `failures list`: a line for each item, what the mapping gave up, and what was set aside. */
export async function listFailures(clients: OperateClients, subscribers: readonly DeployedSubscriber[], json: boolean, print: Line): Promise<void> {
  const list: FailureList = json ? new JsonList(print) : new TextList(print);
  for (const subscriber of subscribers) {
    if (subscriber.isOrphan) list.orphan(subscriber);
    const store = storeOf(clients, subscriber);
    // Of what is only counted nothing is read.
    const read = (item: ListedItem): Promise<StoredItem | ListedItem> => (list.wantsItem() ? describe(store, item) : Promise.resolve(item));
    for await (const item of inOrder(listedItems(store, subscriber.name), CHANGES_AT_ONCE, read)) list.item(subscriber, item);
    const backlog = new RelayBacklog();
    for await (const batch of storedBatches(store, subscriber.mappings)) {
      backlog.add(batch);
      list.batch(subscriber, batch);
    }
    list.backlog(subscriber, backlog);
    for await (const key of setAsideKeys(store, subscriber.name)) list.setAside(subscriber, key);
  }
  list.end();
}

interface FailureList {
  /** Whether the next item is shown, or only counted. Asked once for each. */
  wantsItem(): boolean;
  item(subscriber: DeployedSubscriber, item: StoredItem | ListedItem): void;
  batch(subscriber: DeployedSubscriber, batch: StoredBatch): void;
  backlog(subscriber: DeployedSubscriber, backlog: RelayBacklog): void;
  setAside(subscriber: DeployedSubscriber, key: string): void;
  orphan(subscriber: DeployedSubscriber): void;
  end(): void;
}

class JsonList implements FailureList {
  public constructor(private readonly print: Line) {}

  public wantsItem(): boolean {
    return true;
  }

  public item({ name }: DeployedSubscriber, item: StoredItem): void {
    this.print(JSON.stringify({ subscriber: name, ...item }));
  }

  public batch({ name }: DeployedSubscriber, batch: StoredBatch): void {
    this.print(JSON.stringify({ subscriber: name, batch: batch.key, ...batch, key: undefined }));
  }

  public backlog(): void {
    // Each batch has a line.
  }

  public setAside({ name }: DeployedSubscriber, key: string): void {
    this.print(JSON.stringify({ subscriber: name, setAside: key }));
  }

  public orphan({ name, table }: DeployedSubscriber): void {
    this.print(JSON.stringify({ orphan: name, table }));
  }

  public end(): void {
    // Nothing is summed up.
  }
}

/** A table of the first items, notes on the first of all else, and the rest as numbers: what is held does not grow with what is stored. */
class TextList implements FailureList {
  private readonly table = new Table({ head: HEAD, style: { head: [], border: [] } });
  private readonly notes: string[] = [];
  private wanted = 0;
  private items = 0;
  private changes = 0;
  private notesLeft = 0;

  public constructor(private readonly print: Line) {}

  public wantsItem(): boolean {
    this.wanted += 1;
    return this.wanted <= ROWS;
  }

  public item({ name }: DeployedSubscriber, item: StoredItem | ListedItem): void {
    this.items += 1;
    this.changes += item.changes;
    if ('id' in item) this.table.push(row(name, item));
  }

  public batch({ isRelay, name }: DeployedSubscriber, batch: StoredBatch): void {
    this.changes += batch.changes ?? 1;
    if (!isRelay) this.note(`${name}: the mapping gave up ${inWords(batch)}: ${shown(batch.key)}`);
  }

  public backlog(subscriber: DeployedSubscriber, backlog: RelayBacklog): void {
    if (subscriber.isRelay && backlog.batches > 0) this.note(`${subscriber.name}: the mapping gave up ${shown(backlog.inWords)}: ${foldersOf(subscriber)}`);
  }

  public setAside({ name }: DeployedSubscriber, key: string): void {
    this.note(`${name}: set aside because it cannot be read: ${shown(key)}`);
  }

  public orphan({ name }: DeployedSubscriber): void {
    this.note(`${shown(name)}: nothing in this stack has that name. It was renamed or removed, or is in another stack: redrive it with --to, or discard it.`);
  }

  public end(): void {
    const { changes, items, notes, notesLeft, print } = this;
    if (items > 0) print(this.table.toString());
    for (const note of notes) print(note);
    if (notesLeft > 0) print(`... and ${notesLeft} more of these: --json prints them all.`);
    if (items > ROWS) print(`... and ${items - ROWS} items more: --json prints them all.`);
    const sum = `${counted(changes, 'stored change')} of ${counted(items, 'item')}`;
    print(changes === 0 ? 'No stored changes.' : `${sum}${notes.length > 0 ? ', and what is listed beside them' : ''}.`);
  }

  private note(text: string): void {
    if (this.notes.length < ROWS) this.notes.push(text);
    else this.notesLeft += 1;
  }
}

function inWords({ changes, condition }: StoredBatch): string {
  return `a batch of ${changes ?? '?'} changes (${shown(condition ?? 'its object cannot be read')})`;
}

function foldersOf({ mappings }: DeployedSubscriber): string {
  return mappings.map((mapping) => `${AWS_FAILURE_PREFIX}${mapping}/`).join(' ');
}

function row(subscriber: string, { item, changes, id, since, reason, error, attempts }: StoredItem) {
  return [subscriber, item.slice(0, 10), changes, id, since, reason, error ?? '', attempts ?? ''].map((cell) => shown(String(cell)));
}
