import { failureKey, FailureRecord } from '../../contract/failure-record';
import { FailureStore } from '../ports';
import { ObjectStore } from '../relay/ports';

/** Keeps failed changes in S3. */
export class S3FailureStore implements FailureStore {
  public constructor(private readonly objects: Pick<ObjectStore, 'put'>) {}

  public async put(record: FailureRecord): Promise<void> {
    await this.objects.put(failureKey(record.subscriber, record.keyHash, record.position), JSON.stringify(record));
  }
}
