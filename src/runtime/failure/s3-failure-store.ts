import { failureKey, FailureRecord } from '../../contract/failure-record';
import { FailureStore } from '../ports';
import type { S3Objects } from '../relay/s3-objects';

/** Keeps failed changes in S3. */
export class S3FailureStore implements FailureStore {
  public constructor(private readonly objects: Pick<S3Objects, 'put' | 'putIfAbsent'>) {}

  public async put(record: FailureRecord): Promise<void> {
    await this.objects.put(keyOf(record), JSON.stringify(record));
  }

  public async putIfAbsent(record: FailureRecord): Promise<void> {
    await this.objects.putIfAbsent(keyOf(record), JSON.stringify(record));
  }
}

function keyOf({ subscriber, keyHash, position }: FailureRecord): string {
  return failureKey(subscriber, keyHash, position);
}
