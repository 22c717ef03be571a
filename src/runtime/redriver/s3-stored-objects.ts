import type { DeleteObjectsCommandOutput, S3Client, _Object } from '@aws-sdk/client-s3';
import { StoredObject, StoredObjects } from './ports';
import { nextOf, PartialAnswerError, textOf } from '../aws/s3-answers';

type Commands = Pick<typeof import('@aws-sdk/client-s3'), 'DeleteObjectsCommand' | 'GetObjectCommand' | 'ListObjectsV2Command' | 'PutObjectCommand'>;

/** Keys of one DeleteObjects. */
const DELETES = 1000;
/** Requests for the same keys, of those that S3 answers key by key. */
const TRIES = 3;
const MOMENTARY = new Set(['InternalError', 'ServiceUnavailable', 'SlowDown']);

/** The failure store's bucket. */
export class S3StoredObjects implements StoredObjects {
  public constructor(private readonly s3: Commands, private readonly client: S3Client, private readonly bucket: string) {}

  public async list(Prefix: string, StartAfter?: string): ReturnType<StoredObjects['list']> {
    let next: string | undefined;
    // A page may be empty although others follow it, where a versioned bucket holds many deleted keys.
    for (;;) {
      const answer = await this.client.send(new this.s3.ListObjectsV2Command({ Bucket: this.bucket, Prefix, StartAfter, ContinuationToken: next }));
      const objects = (answer.Contents ?? []).map(listed);
      next = nextOf(answer);
      if (objects.length > 0 || next === undefined) return { objects, more: next !== undefined };
    }
  }

  public async get(Key: string): Promise<string | undefined> {
    try {
      return await textOf(await this.client.send(new this.s3.GetObjectCommand({ Bucket: this.bucket, Key })));
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  public async put(Key: string, Body: string): Promise<void> {
    await this.client.send(new this.s3.PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType: 'application/json' }));
  }

  public async putIfAbsent(Key: string, Body: string): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.client.send(new this.s3.PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType: 'application/json', IfNoneMatch: '*' }));
        return true;
      } catch (error) {
        const { name } = error as Error;
        if (name === 'PreconditionFailed') return false;
        // Another write of the key is under way: only afterwards can S3 tell whether the key is taken.
        if (name !== 'ConditionalRequestConflict' || tries === TRIES) throw error;
      }
    }
  }

  public async remove(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += DELETES) {
      let left = keys.slice(start, start + DELETES);
      for (let tries = 1; left.length > 0; tries += 1) {
        const errors = await this.delete(left);
        if (tries === TRIES || errors.some(({ Code = '' }) => !MOMENTARY.has(Code))) this.refuse(errors, keys.length);
        left = errors.map(({ Key = '' }) => Key);
      }
    }
  }

  private async delete(keys: readonly string[]): Promise<NonNullable<DeleteObjectsCommandOutput['Errors']>> {
    const Objects = keys.map((Key) => ({ Key }));
    const { Errors = [] } = await this.client.send(new this.s3.DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }));
    return Errors.filter(({ Code }) => Code !== 'NoSuchKey');
  }

  private refuse([first, ...others]: readonly { readonly Code?: string }[], all: number): void {
    if (first === undefined) return;
    const text = `${others.length + 1} of ${all} objects of bucket ${this.bucket} were not deleted (s3:DeleteObject); the next run deletes them.`;
    throw Object.assign(new Error(text), { name: first.Code ?? 'NotDeleted' });
  }
}

function listed({ Key, Size, LastModified }: _Object): StoredObject {
  if (Key === undefined || LastModified === undefined) throw new PartialAnswerError('S3 answered in part: a listed object without its key or time');
  return { key: Key, bytes: Size ?? 0, storedAt: LastModified.getTime() };
}
