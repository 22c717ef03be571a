import { storeOf } from './clients';
import { entries } from './items';
import { DeployedSubscriber } from './subscribers';
import { failurePrefix } from '../../../contract/failure-record';
import { RawItem } from '../../../runtime/change/attribute-value';
import { itemKey } from '../../../runtime/ledger/item-key';
import { readStored } from '../../../runtime/redriver/stored-change';
import { UserError } from '../../emulator';
import { OperateClients } from '../../operate/clients';

/** Hashes are this long in full. */
const HASH = /^[A-Za-z0-9_-]{43}$/;

/** The ledger key that `--item` means: a hash, the beginning of one, or the item's key as JSON. */
export async function itemOf(clients: OperateClients, subscriber: DeployedSubscriber, given: string): Promise<string> {
  if (given.trimStart().startsWith('{')) return hashOf(given, subscriber, await tableOf(clients, subscriber));
  if (HASH.test(given)) return given;
  const found = new Set<string>();
  for await (const { keyHash } of entries(storeOf(clients, subscriber), failurePrefix(subscriber.name) + given)) {
    found.add(keyHash);
    if (found.size > 1) throw new UserError(`${given} is the beginning of several items: give more of it.`);
  }
  const [item] = found;
  if (item === undefined) throw new UserError(`${subscriber.name} has no stored changes of item ${given}: "failures list" shows its items; an item's key is given as JSON, such as '{"orderId":"o-1"}'.`);
  return item;
}

function hashOf(json: string, { name, settings }: DeployedSubscriber, table: string): string {
  const keys = readKeys(json);
  const hash = itemKey({ subscriber: name, table }, keys, settings?.partitionKey);
  if (hash === undefined) throw new UserError(`${json} is no key: give the item's key as JSON, such as '{"orderId":"o-1"}' or '{"orderId":{"S":"o-1"}}'.`);
  return hash;
}

function readKeys(json: string): RawItem {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(json) as Record<string, unknown>;
  } catch {
    throw new UserError(`${json} is not JSON: give the item's key such as '{"orderId":"o-1"}'.`);
  }
  const raw = (value: unknown) => (typeof value === 'string' ? { S: value } : typeof value === 'number' ? { N: String(value) } : value);
  return Object.fromEntries(Object.entries(given).map(([attribute, value]) => [attribute, raw(value)])) as RawItem;
}

/** A queue does not say whose changes it carries; what is stored does. */
async function tableOf(clients: OperateClients, subscriber: DeployedSubscriber): Promise<string> {
  if (subscriber.table !== undefined) return subscriber.table;
  const store = storeOf(clients, subscriber);
  for await (const entry of entries(store, failurePrefix(subscriber.name))) {
    const stored = await readStored(store, entry);
    if (typeof stored === 'object') return stored.table;
  }
  throw new UserError(`${subscriber.name} has no stored changes. Nothing to do.`);
}
