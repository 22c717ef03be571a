import { MappingBatch, readMappingBatch } from './mapping-batch';
import { StoredObjects } from './ports';
import { parseStored, setAside } from './stored-change';
import { Summary } from './summary';
import { AWS_FAILURE_PREFIX, FAILURE_RECORD_VERSION, failureKey, FailureRecord, keptKey } from '../../contract/failure-record';
import { isSequenceNumber, parseStreamArn, position } from '../../contract/position';
import { StreamRecord } from '../change/record';
import { itemKey, unreadableItemKey } from '../ledger/item-key';

export interface UnpackOptions {
  readonly store: StoredObjects;
  readonly subscriber: string;
  /** Ids of the mappings that invoke the subscriber's function. */
  readonly mappings: readonly string[];
  /** Name of the partition key, when the subscriber orders by it. */
  readonly partitionKey?: string;
  readonly stop: AbortSignal;
}

/**
 * Sets batches that the mapping gave up down among the subscriber's other stored changes, change by change, so that one list has them all in order per
 * item. A batch is deleted when all of it has been set down, so this can end anywhere and be done again; of what cannot be set down the batch is kept aside.
 */
export async function unpackMappingBatches(options: UnpackOptions, summary: Summary): Promise<void> {
  const { store, subscriber } = options;
  for await (const key of batchKeys(options)) {
    const text = await store.get(key);
    if (text === undefined) continue;
    const batch = readMappingBatch(text);
    const changes = batch?.records.map((record) => storedChange(options, batch, record));
    if (changes === undefined) {
      await setAside(store, subscriber, key);
      summary.setAside += 1;
      continue;
    }
    for (const change of changes) {
      if (change) await setDown(store, change);
    }
    if (changes.includes(undefined)) {
      await store.put(keptKey('set-aside', subscriber, key), text);
      summary.setAside += 1;
    }
    await store.remove([key]);
    summary.batches += 1;
  }
}

/**
 * What the runtime has stored of the change says more and stays, but for the reason. The runtime may have died before the ledger knew; then the stream does not
 * deliver the change again, and a later mark does not prove that it was applied.
 */
export async function setDown(store: StoredObjects, change: FailureRecord): Promise<void> {
  const key = failureKey(change.subscriber, change.keyHash, change.position);
  const text = await store.get(key);
  if (text === undefined) {
    await store.putIfAbsent(key, JSON.stringify(change));
    return;
  }
  const { reason } = change;
  const stored = parseStored(text, change);
  if (stored !== undefined && stored.reason !== reason) await store.put(key, JSON.stringify({ ...stored, reason }));
}

/** Keys of the batches that the mappings gave up, oldest first for each shard. */
export async function* batchKeys({ store, mappings, stop }: Pick<UnpackOptions, 'store' | 'mappings' | 'stop'>): AsyncGenerator<string> {
  for (const mapping of mappings) {
    let after: string | undefined;
    for (let more = true; more && !stop.aborted;) {
      const page = await store.list(`${AWS_FAILURE_PREFIX}${mapping}/`, after);
      for (const { key } of page.objects) {
        if (stop.aborted) return;
        yield key;
      }
      after = page.objects.at(-1)?.key;
      more = page.more;
    }
  }
}

/** Undefined for a record that says neither where it comes from nor its place there. */
function storedChange({ subscriber, partitionKey }: UnpackOptions, batch: MappingBatch, record: StreamRecord): FailureRecord | undefined {
  const sequenceNumber = record?.dynamodb?.SequenceNumber;
  const stream = parseStreamArn(record?.eventSourceARN ?? '');
  if (!isSequenceNumber(sequenceNumber) || !stream) return undefined;
  const scope = { subscriber, table: stream.tableName };
  const at = position(stream.label, sequenceNumber);
  return {
    formatVersion: FAILURE_RECORD_VERSION,
    subscriber,
    table: stream.tableName,
    streamArn: record.eventSourceARN!,
    keyHash: itemKey(scope, record.dynamodb!.Keys, partitionKey) ?? unreadableItemKey(scope, at),
    position: at,
    sequenceNumber,
    reason: 'MAPPING_GAVE_UP',
    error: { name: batch.condition, message: '' },
    attempts: 0,
    storedAt: batch.givenUpAt,
    record,
  };
}
