import { storeOf } from './clients';
import { facts, named } from './items';
import { DeployedSubscriber } from './subscribers';
import { ChangeJson } from '../../../contract/change-json';
import { AWS_FAILURE_PREFIX, FailureRecord } from '../../../contract/failure-record';
import { readChange } from '../../../runtime/change/read-change';
import type { StreamRecord } from '../../../runtime/change/record';
import { readMappingBatch } from '../../../runtime/redriver/mapping-batch';
import { StoredObjects } from '../../../runtime/redriver/ports';
import { readStored } from '../../../runtime/redriver/stored-change';
import { UserError } from '../../emulator';
import { OperateClients } from '../../operate/clients';

type Line = (text: string) => void;

/** `failures show`: the stored changes that an id means, whole and in their JSON form; or a batch of the mapping's, by its key. */
export async function showFailures(clients: OperateClients, subscribers: readonly DeployedSubscriber[], id: string, print: Line): Promise<void> {
  let shown = 0;
  for (const subscriber of subscribers) {
    const store = storeOf(clients, subscriber);
    if (id.startsWith(AWS_FAILURE_PREFIX)) {
      if (await showBatch(store, subscriber, id, print)) shown += 1;
      continue;
    }
    for await (const entry of named(store, subscriber.name, id)) {
      const stored = await readStored(store, entry);
      if (stored === 'gone') continue;
      shown += 1;
      if (stored === 'corrupt') print(JSON.stringify({ key: entry.key, corrupt: true }));
      else print(JSON.stringify({ ...facts(stored), ...whole(stored) }, undefined, 2));
    }
  }
  if (shown === 0) throw new UserError(`There is no stored change ${id}: "failures list" shows the ids.`);
}

async function showBatch(store: StoredObjects, { mappings }: DeployedSubscriber, key: string, print: Line): Promise<boolean> {
  if (!mappings.some((mapping) => key.startsWith(`${AWS_FAILURE_PREFIX}${mapping}/`))) return false;
  const text = await store.get(key);
  if (text === undefined) return false;
  const batch = readMappingBatch(text);
  if (batch === undefined) {print(JSON.stringify({ key, corrupt: true }));} else {
    const records = batch.records.map((record) => jsonOf(record) ?? record);
    print(JSON.stringify({ key, condition: batch.condition, givenUpAt: batch.givenUpAt, records }, undefined, 2));
  }
  return true;
}

/** What was delivered stands in the JSON form of changes; what cannot be read as a change stands as it was delivered. */
export function whole({ record, ...rest }: FailureRecord): object {
  const change = jsonOf(record);
  return { ...rest, ...(change ? { change } : { record }) };
}

function jsonOf(record: unknown): ChangeJson | undefined {
  try {
    return typeof (record as StreamRecord).dynamodb === 'object' ? readChange(record as StreamRecord).toJSON() : undefined;
  } catch {
    return undefined;
  }
}
