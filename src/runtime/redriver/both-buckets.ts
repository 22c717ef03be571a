import { StoredObject, StoredObjects } from './ports';
import { AWS_FAILURE_PREFIX } from '../../contract/failure-record';

/**
 * A failure store in two buckets: what the library stores lies in one, and what event source mappings discard in the other. An older version had the event
 * source mappings write to the first bucket, so batches that are left there are listed, read and removed with the others.
 */
export class BothBuckets implements StoredObjects {
  /** Batches in the first bucket, as far as they have been listed and not removed. */
  private readonly left = new Set<string>();

  public constructor(private readonly changes: StoredObjects, private readonly discards: StoredObjects) {}

  public async list(prefix: string, after?: string): ReturnType<StoredObjects['list']> {
    if (!isBatch(prefix)) return this.changes.list(prefix, after);
    const [old, current] = await Promise.all([this.changes.list(prefix, after), this.discards.list(prefix, after)]);
    const end = [old, current].filter(({ more }) => more).map(({ objects }) => objects.at(-1)!.key).sort(byKey)[0];
    // Behind the end of the page that ends first, the other page may lack something.
    const objects = [...old.objects, ...current.objects].filter(({ key }) => end === undefined || byKey(key, end) <= 0);
    for (const { key } of old.objects) this.left.add(key);
    return { objects: objects.sort((a: StoredObject, b: StoredObject) => byKey(a.key, b.key)), more: end !== undefined };
  }

  public async get(key: string): Promise<string | undefined> {
    if (!isBatch(key) || this.left.has(key)) return this.changes.get(key);
    return await this.discards.get(key) ?? this.changes.get(key);
  }

  public put(key: string, text: string): Promise<void> {
    return this.storeOf(key).put(key, text);
  }

  public putIfAbsent(key: string, text: string): Promise<boolean> {
    return this.storeOf(key).putIfAbsent(key, text);
  }

  public async remove(keys: readonly string[]): Promise<void> {
    for (const store of [this.changes, this.discards]) {
      const there = keys.filter((key) => this.storeOf(key) === store);
      if (there.length > 0) await store.remove(there);
    }
    for (const key of keys) this.left.delete(key);
  }

  private storeOf(key: string): StoredObjects {
    return isBatch(key) && !this.left.has(key) ? this.discards : this.changes;
  }
}

function isBatch(key: string): boolean {
  return key.startsWith(AWS_FAILURE_PREFIX);
}

/** As Amazon S3 sorts. */
function byKey(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
