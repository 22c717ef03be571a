import { storeOf } from './clients';
import { caller, confirm, DiscardChoices } from './discard';
import { entries } from './items';
import { forecast } from './redrive';
import { DeployedSubscriber } from './subscribers';
import { FAILURE_RECORD_VERSION, FailureRecord, failurePrefix, keptKey } from '../../../contract/failure-record';
import { StreamRecord } from '../../../runtime/change/record';
import { itemKey, unreadableItemKey } from '../../../runtime/ledger/item-key';
import { StoredObjects } from '../../../runtime/redriver/ports';
import { readStored, setAside } from '../../../runtime/redriver/stored-change';
import { Summary } from '../../../runtime/redriver/summary';
import { batchKeys, setDown, unpackMappingBatches } from '../../../runtime/redriver/unpack';
import { UserError } from '../../emulator';
import { OperateClients } from '../../operate/clients';
import { Orphan } from '../../operate/orphans';
import { counted } from '../counted';

/** An orphan as `list` and `show` see a subscriber: it has no function. */
export function orphanedSubscriber({ bucket, discardBucket, isMapping, name, table }: Orphan): DeployedSubscriber {
  return { name, isOrphan: true, isRelay: false, functionName: '', timeoutMillis: 0, bucket, discardBucket, mappings: isMapping ? [name] : [], table };
}

/**
 * Sets an orphan's changes down among those of another subscriber, as if its mapping had discarded them: what its ledger says of their items decides whether they are applied. Of
 * each item in order, and each is deleted when it has been set down: this can end anywhere and be done again.
 */
export async function adopt(clients: OperateClients, orphan: DeployedSubscriber, by: DeployedSubscriber, stop: AbortSignal): Promise<Summary> {
  const summary = new Summary();
  if (by.settings === undefined) throw new UserError(`${by.name} runs without the library's runtime, which knows what has been applied: give another one with --to.`);
  if (by.bucket !== orphan.bucket) throw new UserError(`${by.name} receives the changes of another table than ${orphan.name}: give one of the same table with --to.`);
  const store = storeOf(clients, orphan);
  const { partitionKey } = by.settings;
  for await (const entry of entries(store, failurePrefix(orphan.name))) {
    if (stop.aborted) break;
    const stored = await readStored(store, entry);
    if (stored === 'gone') continue;
    if (stored === 'corrupt') {
      await setAside(store, by.name, entry.key);
      summary.setAside += 1;
      continue;
    }
    await setDown(store, renamed(stored, by.name, partitionKey));
    await store.remove([entry.key]);
  }
  await unpackMappingBatches({ store, subscriber: by.name, mappings: orphan.mappings, partitionKey, stop }, summary);
  summary.interrupted = stop.aborted;
  return summary;
}

function renamed({ after: _before, ...stored }: FailureRecord, subscriber: string, partitionKey: string | undefined): FailureRecord {
  const scope = { subscriber, table: stored.table };
  const keys = (stored.record as StreamRecord).dynamodb?.Keys;
  return { ...stored, subscriber, keyHash: itemKey(scope, keys, partitionKey) ?? unreadableItemKey(scope, stored.position), reason: 'MAPPING_GAVE_UP' };
}

/** Takes an orphan's changes off; who did it and why is kept with them. No ledger is told: whoever had it is gone. */
export async function discardOrphan(
  clients: OperateClients, orphan: DeployedSubscriber, choices: DiscardChoices, stop: AbortSignal,
): Promise<Summary> {
  if (!choices.all) throw new UserError(`${orphan.name} is no subscriber of this stack: its changes can only be discarded together, with --all.`);
  const { batches, changes } = await forecast(clients, orphan, {});
  const what = `${counted(changes, 'stored change')}${batches > 0 ? ` in ${counted(batches, 'batch', 'batches')}` : ''}`;
  await confirm(`No subscriber of this stack is named ${orphan.name}. Discard its ${what}, unless it is in another stack?`, choices.yes);
  const note = { formatVersion: FAILURE_RECORD_VERSION, by: await caller(clients), reason: choices.reason, at: new Date().toISOString() };
  const store = storeOf(clients, orphan);
  const summary = new Summary();
  for await (const entry of entries(store, failurePrefix(orphan.name))) {
    if (stop.aborted) break;
    const { key, keyHash, position } = entry;
    const stored = await readStored(store, entry);
    if (stored === 'gone') continue;
    const change = stored === 'corrupt' ? await store.get(key) : stored;
    await keep(store, keptKey('discarded', orphan.name, `${keyHash}/${position}.json`), { ...note, change }, key);
    summary.count({ outcome: 'DISCARDED' });
  }
  for await (const key of batchKeys({ store, mappings: orphan.mappings, stop })) {
    const batch = await store.get(key);
    if (batch !== undefined) await keep(store, keptKey('discarded', orphan.name, key), { ...note, batch }, key);
    summary.count({ outcome: 'DISCARDED' });
  }
  summary.interrupted = stop.aborted;
  return summary;
}

/** The note comes first. One that is there is of whoever began it. */
async function keep(store: StoredObjects, at: string, note: object, key: string): Promise<void> {
  await store.putIfAbsent(at, JSON.stringify(note));
  await store.remove([key]);
}
