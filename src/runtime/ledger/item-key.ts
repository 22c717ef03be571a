import { createHash } from 'node:crypto';
import { normalizeDecimal } from '../../filter/model';
import { RawItem } from '../change/attribute-value';

/** What a ledger key is made from besides the item's own keys. */
export interface KeyScope {
  readonly subscriber: string;
  readonly table: string;
}

const SEPARATOR = '\u0000';

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** The ledger key of an item, or of all items that share a partition key. Undefined when the keys cannot be read. */
export function itemKey(scope: KeyScope, keys: RawItem | undefined, partitionKey?: string): string | undefined {
  if (typeof keys !== 'object' || keys === null) return undefined;
  const names = partitionKey === undefined ? Object.keys(keys).sort() : [partitionKey];
  if (names.length === 0) return undefined;
  let text = scope.subscriber + SEPARATOR + scope.table;
  for (const name of names) {
    const value = keys[name];
    if (typeof value?.S === 'string') text += `${SEPARATOR}${name}${SEPARATOR}S${value.S.length}:${value.S}`;
    // Two ways of writing a number are one key to DynamoDB.
    else if (typeof value?.N === 'string') text += `${SEPARATOR}${name}${SEPARATOR}N${normalizeDecimal(value.N)}`;
    else if (typeof value?.B === 'string') text += `${SEPARATOR}${name}${SEPARATOR}B${value.B}`;
    else return undefined;
  }
  return hash(text);
}

/** The ledger key for a record whose own keys cannot be read: it shares a lane with nothing. */
export function unreadableItemKey(scope: KeyScope, at: string): string {
  return hash([scope.subscriber, scope.table, 'unreadable', at].join(SEPARATOR + SEPARATOR));
}

/** The ledger key of the subscriber's own row, which remembers outages. */
export function healthKey(scope: KeyScope): string {
  return hash([scope.subscriber, scope.table, 'health'].join(SEPARATOR + SEPARATOR));
}

/** The ledger key of one change that was taken out of its item's order. */
export function aloneKey(pk: string, at: string): string {
  return hash([pk, 'alone', at].join(SEPARATOR + SEPARATOR));
}

export function idempotencyKey(pk: string, at: string): string {
  return hash(pk + at);
}
