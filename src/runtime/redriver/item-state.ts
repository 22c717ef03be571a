import { Fate } from './hand-over';
import { StoredEntry } from './stored-change';
import { isSettled, RedriveResult } from '../../contract/redrive';

/** How an item stands after a request. */
export interface ItemState {
  readonly keyHash: string;
  /** The ledger holds it to be parked behind its last change here. */
  readonly parked: boolean;
  /** One of its changes must wait, and all behind it. */
  readonly waits: boolean;
  readonly outOfTime: boolean;
  /** Key of the last object before the first for which there was no time. */
  readonly after?: string;
}

/** The items of a request, in its order, by what became of their changes. */
export function itemsOf(entries: readonly StoredEntry[], fates: readonly Fate[]): ItemState[] {
  const items = new Map<string, ItemState>();
  for (const [index, { key, keyHash }] of entries.entries()) {
    const fate = fates[index];
    const before = items.get(keyHash) ?? { keyHash, parked: false, waits: false, outOfTime: false };
    if (typeof fate === 'string') {
      items.set(keyHash, before.outOfTime ? before : { ...before, after: key });
      continue;
    }
    const outOfTime = before.outOfTime || fate.why === 'NO_TIME';
    items.set(keyHash, {
      keyHash,
      parked: fate.parked === true || (before.parked && !isSettled(fate)),
      waits: before.waits || (!outOfTime && holdsBack(fate)),
      outOfTime,
      ...(outOfTime ? { after: before.after } : { after: key }),
    });
  }
  return [...items.values()];
}

/** Of the changes that cannot be told, some belong to no order, or their item has gone on without them. */
function holdsBack({ outcome, why }: RedriveResult): boolean {
  return outcome === 'FAILED' || outcome === 'NOT_TRIED' || (outcome === 'UNKNOWN' && why !== 'LATER_CHANGE_APPLIED' && why !== 'KEYS_UNREADABLE');
}
