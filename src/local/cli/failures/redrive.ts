import { functionOf, storeOf } from './clients';
import { itemOf } from './item-option';
import { entries, storedBatches } from './items';
import { RedrivePlace } from './place';
import { openProgress } from './progress';
import { DeployedSubscriber } from './subscribers';
import { failurePrefix } from '../../../contract/failure-record';
import { RedriveRequest } from '../../../contract/redrive';
import { DiscardNote } from '../../../runtime/redriver/hand-over';
import { StoredObjects } from '../../../runtime/redriver/ports';
import { Redriver } from '../../../runtime/redriver/redriver';
import { replayBatches } from '../../../runtime/redriver/replay';
import { StoredEntry } from '../../../runtime/redriver/stored-change';
import { Summary } from '../../../runtime/redriver/summary';
import { unpackMappingBatches } from '../../../runtime/redriver/unpack';
import { systemClock } from '../../../runtime/system';
import { OperateClients } from '../../operate/clients';

export interface RedriveChoices {
  readonly item?: string;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly rate?: number;
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly outOfOrder?: boolean;
  readonly applyUnknown?: boolean;
  readonly json?: boolean;
  readonly action?: RedriveRequest['action'];
  readonly discard?: DiscardNote;
}

/** What would be handed over, counted without touching anything. */
export interface Forecast {
  items: number;
  changes: number;
  batches: number;
}

/** `failures redrive` of one subscriber. */
export async function redriveSubscriber(
  clients: OperateClients, subscriber: DeployedSubscriber, choices: RedriveChoices, stop: AbortSignal,
): Promise<Summary> {
  const store = storeOf(clients, subscriber);
  const { fn, close } = functionOf(clients, subscriber);
  const progress = await openProgress(subscriber.name, choices.json === true, process.stdout);
  try {
    const summary = new Summary();
    const common = { store, subscriber: subscriber.name, mappings: subscriber.mappings, stop };
    if (subscriber.settings === undefined) return await replayBatches({ ...common, fn }, summary);
    await unpackMappingBatches({ ...common, partitionKey: subscriber.settings.partitionKey }, summary);
    const item = choices.item === undefined ? undefined : await itemOf(clients, subscriber, choices.item);
    // Only a redrive of all is gone on with.
    const place = item === undefined && choices.action !== 'DISCARD' ? new RedrivePlace(store, subscriber.name) : undefined;
    const redriver: Redriver = new Redriver({
      ...common,
      fn,
      action: choices.action ?? 'REDRIVE',
      outOfOrder: choices.outOfOrder ?? false,
      applyUnknown: choices.applyUnknown ?? false,
      discard: choices.discard,
      clock: systemClock,
      item,
      wants: since(store, subscriber.name, choices.since),
      after: await place?.begin(choices.resume ?? false),
      rate: choices.rate,
      onFate: (entry, fate) => progress.fate(entry, fate, redriver.summary),
      onProgress: place && ((after) => place.note(after)),
    }, summary);
    await redriver.run();
    if (!summary.interrupted) await place?.forget();
    return summary;
  } finally {
    progress.close();
    close();
  }
}

/** What `redrive` would hand over. */
export async function forecast(clients: OperateClients, subscriber: DeployedSubscriber, choices: RedriveChoices): Promise<Forecast> {
  const store = storeOf(clients, subscriber);
  const item = choices.item === undefined ? undefined : await itemOf(clients, subscriber, choices.item);
  const wants = since(store, subscriber.name, choices.since);
  const counted: Forecast = { items: 0, changes: 0, batches: 0 };
  let current: string | undefined;
  let wanted = false;
  for await (const entry of entries(store, failurePrefix(subscriber.name, item))) {
    if (entry.keyHash !== current) {
      current = entry.keyHash;
      wanted = wants === undefined || await wants(entry);
      if (wanted) counted.items += 1;
    }
    if (wanted) counted.changes += 1;
  }
  for await (const { changes } of storedBatches(store, subscriber.mappings)) {
    counted.batches += 1;
    counted.changes += changes ?? 0;
  }
  return counted;
}

/** Items of which something has been stored since then: with all their changes, because those before come first. */
function since(store: StoredObjects, subscriber: string, time: number | undefined): ((first: StoredEntry) => Promise<boolean>) | undefined {
  if (time === undefined) return undefined;
  return async ({ keyHash }) => {
    for await (const { storedAt } of entries(store, failurePrefix(subscriber, keyHash))) if (storedAt >= time) return true;
    return false;
  };
}
