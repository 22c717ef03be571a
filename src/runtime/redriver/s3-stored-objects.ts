import type { S3Client } from '@aws-sdk/client-s3';
import { StoredObjects } from './ports';

type Commands = Pick<typeof import('@aws-sdk/client-s3'), 'DeleteObjectsCommand' | 'GetObjectCommand' | 'ListObjectsV2Command' | 'PutObjectCommand'>;

/** Keys of one DeleteObjects. */
const DELETES = 1000;

/** The failure store's bucket. */
export class S3StoredObjects implements StoredObjects {
  public constructor(private readonly s3: Commands, private readonly client: S3Client, private readonly bucket: string) {}

  public async list(Prefix: string, StartAfter?: string): ReturnType<StoredObjects['list']> {
    const { Contents = [], IsTruncated } = await this.client.send(new this.s3.ListObjectsV2Command({ Bucket: this.bucket, Prefix, StartAfter }));
    return {
      objects: Contents.map(({ Key, Size, LastModified }) => ({ key: Key!, bytes: Size ?? 0, storedAt: LastModified?.getTime() ?? 0 })),
      more: IsTruncated === true,
    };
  }

  public async get(Key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.client.send(new this.s3.GetObjectCommand({ Bucket: this.bucket, Key }));
      return await Body?.transformToString();
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  public async put(Key: string, Body: string): Promise<void> {
    await this.client.send(new this.s3.PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType: 'application/json' }));
  }

  public async putIfAbsent(Key: string, Body: string): Promise<void> {
    try {
      await this.client.send(new this.s3.PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType: 'application/json', IfNoneMatch: '*' }));
    } catch (error) {
      if ((error as Error).name !== 'PreconditionFailed') throw error;
    }
  }

  public async remove(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += DELETES) {
      const Objects = keys.slice(start, start + DELETES).map((Key) => ({ Key }));
      const { Errors = [] } = await this.client.send(new this.s3.DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }));
      if (Errors.length > 0) throw Object.assign(new Error(`${Errors.length} objects were not deleted`), { name: Errors[0].Code ?? 'NotDeleted' });
    }
  }
}
