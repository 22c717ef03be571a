import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import type { DeployedSubscriber } from './subscribers';
import { BothBuckets } from '../../../runtime/redriver/both-buckets';
import { LambdaFunction } from '../../../runtime/redriver/lambda-function';
import { StoredObjects } from '../../../runtime/redriver/ports';
import { S3StoredObjects } from '../../../runtime/redriver/s3-stored-objects';
import { OperateClients } from '../../operate/clients';

/** An answer may take as long as the function may run, and a little more. */
const GRACE_MILLIS = 10_000;

export function storeOf({ s3: client }: OperateClients, { bucket, discardBucket }: DeployedSubscriber): StoredObjects {
  const changes = new S3StoredObjects(s3, client, bucket);
  return discardBucket === undefined || discardBucket === bucket ? changes : new BothBuckets(changes, new S3StoredObjects(s3, client, discardBucket));
}

/** Closed by who has opened it: its requests may take longer than others. */
export function functionOf(
  { region }: OperateClients, { functionName, timeoutMillis }: DeployedSubscriber,
): { readonly fn: LambdaFunction; close(): void } {
  const client = new lambda.LambdaClient({ region, requestHandler: { requestTimeout: timeoutMillis + GRACE_MILLIS, throwOnRequestTimeout: true } });
  return { fn: new LambdaFunction(lambda, client, functionName), close: () => client.destroy() };
}
