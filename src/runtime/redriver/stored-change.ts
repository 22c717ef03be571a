import { RedriveStoppedError, StoredObject, StoredObjects } from './ports';
import { FAILURE_RECORD_VERSION, FailureRecord, keptKey, parseFailureKey } from '../../contract/failure-record';
import { RedriveChange } from '../../contract/redrive';

/** A stored change as the list shows it. */
export interface StoredEntry extends StoredObject {
  readonly keyHash: string;
  readonly position: string;
}

/** Undefined for objects that are no stored changes. */
export function storedEntry(object: StoredObject): StoredEntry | undefined {
  const parsed = parseFailureKey(object.key);
  return parsed && { ...object, keyHash: parsed.keyHash, position: parsed.position };
}

/**
 * Reads a stored change. `gone` when somebody else has dealt with it, `corrupt` when it is no stored change.
 * @throws RedriveStoppedError when a newer version of the library wrote it
 */
export async function readStored(store: StoredObjects, entry: Pick<StoredEntry, 'key' | 'keyHash' | 'position'>): Promise<FailureRecord | 'gone' | 'corrupt'> {
  const text = await store.get(entry.key);
  if (text === undefined) return 'gone';
  const record = parse(text);
  if (typeof record?.formatVersion !== 'number') return 'corrupt';
  if (record.formatVersion > FAILURE_RECORD_VERSION) {
    throw new RedriveStoppedError(`${entry.key} was written by a newer version of cdk-dynamodb-cdc: use the command of the version that is deployed.`);
  }
  return isWhole(record, entry) ? record : 'corrupt';
}

/** The stored change in an object's text, where this version of the library can read it. */
export function parseStored(text: string, place: Pick<StoredEntry, 'keyHash' | 'position'>): FailureRecord | undefined {
  const record = parse(text);
  return record?.formatVersion === FAILURE_RECORD_VERSION && isWhole(record, place) ? record : undefined;
}

function isWhole(record: Partial<FailureRecord>, { keyHash, position }: Pick<StoredEntry, 'keyHash' | 'position'>): record is FailureRecord {
  return record.keyHash === keyHash && record.position === position && typeof record.record === 'object' && record.record !== null;
}

function parse(text: string): Partial<FailureRecord> | undefined {
  try {
    return JSON.parse(text) as Partial<FailureRecord>;
  } catch {
    return undefined;
  }
}

/** What the function needs of a stored change. */
export function changeOf(stored: FailureRecord): RedriveChange {
  const { formatVersion, streamArn, keyHash, position, sequenceNumber, reason, after, storedAt, record } = stored;
  return { formatVersion, streamArn, keyHash, position, sequenceNumber, reason, ...(after !== undefined && { after }), storedAt, record };
}

/** Takes an object that cannot be read out of the way; it stays to be looked at. The copy comes first. */
export async function setAside(store: StoredObjects, subscriber: string, key: string): Promise<void> {
  const text = await store.get(key);
  if (text === undefined) return;
  await store.put(keptKey('set-aside', subscriber, key), text);
  await store.remove([key]);
}
