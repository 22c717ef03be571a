import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { OperateClients } from './clients';
import { DeployedReader } from './deployed-reader';
import { AWS_FAILURE_PREFIX, FAILURE_PREFIX } from '../../contract/failure-record';

/** Stored changes of a name that no reader of the stack has: it was renamed or removed, or is in another stack. */
export interface Orphan {
  /** A subscriber's name, or the id of an event source mapping. */
  readonly name: string;
  /** Whether it is a mapping that has stored them, in batches. */
  readonly isMapping: boolean;
  readonly bucket: string;
  /** Where event source mappings put what they discard, where that is another one. */
  readonly discardBucket?: string;
  readonly table?: string;
}

/** What the failure stores of the readers hold of others. */
export async function orphansOf(clients: OperateClients, readers: readonly DeployedReader[]): Promise<Orphan[]> {
  const stores = new Map<string, Pick<Orphan, 'bucket' | 'discardBucket' | 'table'>>();
  for (const { discardBucket, failureBucket: bucket, table } of readers) {
    if (bucket === undefined) continue;
    const before = stores.get(bucket);
    // A queue's mapping discards nothing, and may not know its table.
    stores.set(bucket, { bucket, discardBucket: discardBucket ?? before?.discardBucket, table: table ?? before?.table });
  }
  const found: Orphan[] = [];
  for (const store of stores.values()) {
    const { bucket, discardBucket = bucket } = store;
    const both = [...new Set([bucket, discardBucket])].map(each => folders(clients, each, AWS_FAILURE_PREFIX));
    const mappings = new Set((await Promise.all(both)).flat());
    const names = await folders(clients, bucket, FAILURE_PREFIX);
    const known = new Set(readers.flatMap(({ mappingId, name }) => [mappingId, name]));
    // No subscriber's name begins with a dot: what lies there has been dealt with.
    const others = (all: Iterable<string>) => [...all].filter(name => !known.has(name) && !name.startsWith('.'));
    found.push(...others(names).map(name => ({ ...store, name, isMapping: false })));
    found.push(...others(mappings).map(name => ({ ...store, name, isMapping: true })));
  }
  return found;
}

/** A store that is gone holds nothing; what misses it says so. */
async function folders({ s3: client }: OperateClients, Bucket: string, Prefix: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix, Delimiter: '/' })) {
      names.push(...CommonPrefixes.map(common => common.Prefix!.slice(Prefix.length, -1)));
    }
  } catch (error) {
    if ((error as Error).name !== 'NoSuchBucket') throw error;
  }
  return names;
}

/** Why somebody should look. */
export function orphanConcern({ name, isMapping, table }: Orphan): string {
  const whose = isMapping ? `event source mapping ${name}` : `a subscriber ${name}`;
  return `changes of ${whose}${table === undefined ? '' : ` of table ${table}`} are in the failure store, and nothing in this stack has that ${isMapping ? 'id' : 'name'}: `
    + 'it was renamed or removed, or is in another stack';
}
