import { AWS_FAILURE_PREFIX, FAILURE_PREFIX } from '../../contract/failure-record';

export interface ListedPage {
  /** What follows the prefix, up to and with the next slash. */
  readonly folders: readonly string[];
  /** Where the next page begins; absent on the last. */
  readonly next?: string;
}

/** A bucket's list, as if its keys were paths. */
export interface FolderLister {
  folders(prefix: string, from?: string): Promise<ListedPage>;
}

/** Items and shards counted for one subscriber at most: whether it is a thousand or more changes nothing about what to do. */
export const COUNTED_PAGES = 10;

/**
 * What waits in the failure store: items by subscriber, and for what the mapping put there, shards by the mapping's id. One list request when there
 * is nothing, then one for each that has something, and one more for each thousand.
 */
export async function countStored(lister: FolderLister): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const root of [FAILURE_PREFIX, AWS_FAILURE_PREFIX]) {
    for (const owner of await all(lister, root)) {
      // No subscriber's name begins with a dot: what lies there has been dealt with.
      if (owner.startsWith('.')) continue;
      const found = await all(lister, `${root}${owner}`, COUNTED_PAGES);
      if (found.length > 0) counts.set(owner.slice(0, -1), found.length);
    }
  }
  return counts;
}

async function all(lister: FolderLister, prefix: string, pages = Infinity): Promise<string[]> {
  const folders: string[] = [];
  let from: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const listed = await lister.folders(prefix, from);
    folders.push(...listed.folders);
    from = listed.next;
    if (from === undefined) break;
  }
  return folders;
}
