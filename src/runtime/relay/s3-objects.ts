import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectStore } from './ports';
import { nextOf, textOf } from '../aws/s3-answers';
import { onceLoaded } from '../once-loaded';

type S3 = typeof import('@aws-sdk/client-s3');

/** Objects in the failure store's bucket. The client is loaded when first needed: starting up must not pay for it. */
export class S3Objects implements ObjectStore {
  private readonly load: () => Promise<{ readonly s3: S3; readonly client: S3Client }>;

  public constructor(public readonly bucket: string, loadModule: () => Promise<S3> = () => import('@aws-sdk/client-s3')) {
    this.load = onceLoaded(async () => {
      const s3 = await loadModule();
      const requestHandler = { requestTimeout: 3_000, connectionTimeout: 1_000, throwOnRequestTimeout: true };
      return { s3, client: new s3.S3Client({ maxAttempts: 1, requestHandler }) };
    });
  }

  public async put(Key: string, Body: string): Promise<void> {
    const { s3, client } = await this.load();
    await client.send(new s3.PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType: 'application/json' }));
  }

  /** Leaves alone what is there. */
  public async putIfAbsent(Key: string, Body: string): Promise<void> {
    const { s3, client } = await this.load();
    try {
      await client.send(new s3.PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType: 'application/json', IfNoneMatch: '*' }));
    } catch (error) {
      if ((error as Error).name !== 'PreconditionFailed') throw error;
    }
  }

  public async get(Key: string): Promise<string | undefined> {
    return this.getFrom(this.bucket, Key);
  }

  /** From the bucket that a message names. */
  public async getFrom(Bucket: string, Key: string): Promise<string | undefined> {
    const { s3, client } = await this.load();
    try {
      return await textOf(await client.send(new s3.GetObjectCommand({ Bucket, Key })));
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  public async list(Prefix: string, limit: number, after?: string): Promise<readonly string[]> {
    const { s3, client } = await this.load();
    let next: string | undefined;
    // A page may be empty although others follow it: whoever takes it for the end closes a spill that holds changes.
    for (;;) {
      const input = { Bucket: this.bucket, Prefix, MaxKeys: limit, StartAfter: after, ContinuationToken: next };
      const answer = await client.send(new s3.ListObjectsV2Command(input));
      const keys = (answer.Contents ?? []).map(({ Key }) => Key!);
      next = nextOf(answer);
      if (keys.length > 0 || next === undefined) return keys;
    }
  }

  public async remove(keys: readonly string[]): Promise<void> {
    const { s3, client } = await this.load();
    const Objects = keys.map((Key) => ({ Key }));
    const { Errors = [] } = await client.send(new s3.DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }));
    if (Errors.length > 0) throw Object.assign(new Error(`${Errors.length} objects were not deleted`), { name: Errors[0].Code ?? 'NotDeleted' });
  }
}
