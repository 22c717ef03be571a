import { createHash, randomUUID } from 'node:crypto';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/**
 * Items that were deleted in the way of DynamoDB's time to live. The emulator's own expiry writes no stream record, so items are deleted as by a user, and a mark beside the
 * tables tells the driver whose deletion that was.
 */
export class ExpiryMarks {
  private readonly bucket: string;
  /** Which deletion each mark was for: all subscribers read the same stream. */
  private readonly used = new Map<string, string>();

  constructor(private readonly s3: S3Client, account: string, region: string) {
    this.bucket = `cdc-local-expiry-${account}-${region}`;
  }

  public async prepare(): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket: this.bucket })).catch((error: Error) => {
      if (!error.name.startsWith('BucketAlready')) throw error;
    });
  }

  /** Before the item is deleted, so that no reader is quicker. */
  public async mark(table: string, keys: object): Promise<void> {
    const Key = `${prefixOf(table, keys)}${String(Date.now()).padStart(15, '0')}-${randomUUID()}`;
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body: '' }));
  }

  /** Whether the deletion with this sequence number, made at about this time, was an expiry. */
  public async isExpiry(table: string, keys: object, sequenceNumber: string, atMillis: number): Promise<boolean> {
    const Prefix = prefixOf(table, keys);
    const listed = await this.s3.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix })).catch((error: Error) => {
      if (error.name !== 'NoSuchBucket') throw error;
      return undefined;
    });
    const marks = (listed?.Contents ?? []).map(({ Key = '' }) => Key).sort();
    // Creation times are cut to the second.
    const free = (mark: string) => !this.used.has(mark) && Number(mark.slice(Prefix.length).split('-')[0]) < atMillis + 1000;
    const mark = marks.find(each => this.used.get(each) === sequenceNumber) ?? marks.filter(free)[0];
    if (mark === undefined) return false;
    this.used.set(mark, sequenceNumber);
    return true;
  }
}

function prefixOf(table: string, keys: object): string {
  const sorted = JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${table}/${createHash('sha256').update(sorted).digest('hex')}/`;
}
