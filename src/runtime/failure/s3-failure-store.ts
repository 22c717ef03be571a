import { failureKey, FailureRecord } from '../../contract/failure-record';
import { FailureStore } from '../ports';

/** Keeps failed changes in S3. The client is loaded when the first change fails: starting up must not pay for it. */
export class S3FailureStore implements FailureStore {
  private client?: Promise<(input: { Bucket: string; Key: string; Body: string; ContentType: string }) => Promise<unknown>>;

  public constructor(private readonly bucket: string) {}

  public async put(record: FailureRecord): Promise<void> {
    this.client ??= import('@aws-sdk/client-s3').then(({ PutObjectCommand, S3Client }) => {
      const s3 = new S3Client({ maxAttempts: 1, requestHandler: { requestTimeout: 5_000, connectionTimeout: 1_000, throwOnRequestTimeout: true } });
      return (input) => s3.send(new PutObjectCommand(input));
    });
    const put = await this.client;
    await put({
      Bucket: this.bucket,
      Key: failureKey(record.subscriber, record.keyHash, record.position),
      Body: JSON.stringify(record),
      ContentType: 'application/json',
    });
  }
}
