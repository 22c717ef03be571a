import { inOrder } from './in-order';
import { FailureRecord, failurePrefix, keptKey } from '../../../contract/failure-record';
import { sequenceNumberOf } from '../../../contract/position';
import { readMappingBatch } from '../../../runtime/redriver/mapping-batch';
import { StoredObjects } from '../../../runtime/redriver/ports';
import { readStored, StoredEntry, storedEntry } from '../../../runtime/redriver/stored-change';
import { batchKeys } from '../../../runtime/redriver/unpack';

/** What is stored of one item, in a line. */
export interface StoredItem {
  readonly item: string;
  readonly changes: number;
  readonly since: string;
  /** Of the change that comes first: what the others wait for. */
  readonly id: string;
  readonly reason: string;
  readonly error?: string;
  readonly attempts?: number;
}

/** Objects read at a time: a change is small, a batch has up to 6 MB. */
export const CHANGES_AT_ONCE = 32;
export const BATCHES_AT_ONCE = 4;
/** Short enough to type, and long enough to tell items apart. */
const SHORT_HASH = 10;

/** How people name a stored change: the beginning of its item's hash, and its sequence number. */
export function changeId({ keyHash, position }: Pick<StoredEntry, 'keyHash' | 'position'>): string {
  return `${keyHash.slice(0, SHORT_HASH)}/${sequenceNumberOf(position)}`;
}

/** All stored changes behind a prefix, in order per item. */
export async function* entries(store: StoredObjects, prefix: string): AsyncGenerator<StoredEntry> {
  let after: string | undefined;
  for (let more = true; more;) {
    const page = await store.list(prefix, after);
    for (const object of page.objects) {
      const entry = storedEntry(object);
      if (entry) yield entry;
    }
    after = page.objects.at(-1)?.key;
    more = page.more;
  }
}

/** An item as the list of objects shows it. */
export interface ListedItem {
  readonly first: StoredEntry;
  readonly changes: number;
}

/** The items with stored changes, none of which is read. */
export async function* listedItems(store: StoredObjects, subscriber: string): AsyncGenerator<ListedItem> {
  let first: StoredEntry | undefined;
  let changes = 0;
  for await (const entry of entries(store, failurePrefix(subscriber))) {
    if (first && first.keyHash !== entry.keyHash) yield { first, changes };
    if (first?.keyHash === entry.keyHash) changes += 1;
    else [first, changes] = [entry, 1];
  }
  if (first) yield { first, changes };
}

/** Reads an item's first change. */
export async function describe(store: StoredObjects, { first, changes }: ListedItem): Promise<StoredItem> {
  const stored = await readStored(store, first);
  const line = { item: first.keyHash, changes, since: new Date(first.storedAt).toISOString(), id: changeId(first) };
  if (typeof stored === 'string') return { ...line, reason: stored === 'gone' ? 'GONE' : 'CORRUPT' };
  return { ...line, ...(!Number.isNaN(Date.parse(stored.storedAt)) && { since: stored.storedAt }), ...facts(stored) };
}

export function facts({ reason, error, attempts }: FailureRecord) {
  return { reason, ...(error && { error: error.name }), attempts };
}

/** A batch that the mapping gave up, not yet set down change by change. */
export interface StoredBatch {
  readonly key: string;
  /** How many; undefined when the object cannot be read. */
  readonly changes?: number;
  readonly condition?: string;
  readonly since?: string;
}

export function storedBatches(store: StoredObjects, mappings: readonly string[]): AsyncGenerator<StoredBatch> {
  return inOrder(batchKeys({ store, mappings, stop: new AbortController().signal }), BATCHES_AT_ONCE, async (key) => {
    const batch = readMappingBatch(await store.get(key) ?? '');
    return { key, ...(batch && { changes: batch.records.length, condition: batch.condition, since: batch.givenUpAt }) };
  });
}

/** Objects that could not be read and were taken out of the way. */
export async function* setAsideKeys(store: StoredObjects, subscriber: string): AsyncGenerator<string> {
  for (let more = true, after: string | undefined; more;) {
    const page = await store.list(keptKey('set-aside', subscriber), after);
    for (const { key } of page.objects) yield key;
    after = page.objects.at(-1)?.key;
    more = page.more;
  }
}

/** The stored changes that an id means: `HASH` all of an item, `HASH/SEQUENCE` one of them. The hash may be shortened. */
export async function* named(store: StoredObjects, subscriber: string, id: string): AsyncGenerator<StoredEntry> {
  const [hash, sequence] = id.split('/');
  for await (const entry of entries(store, failurePrefix(subscriber) + hash)) {
    if (sequence === undefined || sequenceNumberOf(entry.position) === sequence.replace(/^0+(?=\d)/, '')) yield entry;
  }
}
