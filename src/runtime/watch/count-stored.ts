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
 * What waits in the failure store: items by subscriber, and for the batches that an event source mapping discarded, shards by its id. An older version had these
 * in the bucket of the changes, so they are counted in both. Three list requests when there is nothing, then one for each that has something, and one more for
 * each thousand.
 */
export async function countStored(changes: FolderLister, discards?: FolderLister): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, Set<string>>();
  await collect(changes, FAILURE_PREFIX, found);
  await collect(changes, AWS_FAILURE_PREFIX, found);
  if (discards) await collect(discards, AWS_FAILURE_PREFIX, found);
  return new Map([...found].filter(([, folders]) => folders.size > 0).map(([owner, { size }]) => [owner, size]));
}

async function collect(lister: FolderLister, root: string, found: Map<string, Set<string>>): Promise<void> {
  for (const folder of await all(lister, root)) {
    // No subscriber's name begins with a dot: what lies there has been dealt with.
    if (folder.startsWith('.')) continue;
    const owner = folder.slice(0, -1);
    const before = found.get(owner) ?? new Set();
    for (const each of await all(lister, `${root}${folder}`, COUNTED_PAGES)) before.add(each);
    found.set(owner, before);
  }
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
