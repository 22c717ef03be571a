import * as fs from 'fs';
import * as path from 'path';
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { createSchedule, createScheduledFunction } from './scheduled-function';
import { AWS_FAILURE_PREFIX, FAILURE_PREFIX } from '../contract/failure-record';
import { WATCH_EVERY_MINUTES, WATCH_FILE, WATCH_HANDLER, WATCH_NAME, WATCH_S3_FILE, WatchEvent } from '../contract/watch';
import { FailureStore } from '../failure/failure-store';
import { IChangeSource } from '../publish/change-source';
import { invalid } from '../validate/invalid';

/** Where the prebuilt function ships in the package. Tests point it elsewhere. */
export const WATCH_BUNDLES = { directory: path.join(__dirname, '..', '..', 'assets', 'runtime') };

const ID = 'FailureWatch';
const TIMEOUT = Duration.seconds(60);
const MEMORY_MIB = 256;
const LOOKS_AGAIN = 'It holds nothing: the next one comes within minutes.';

/** Counts what is in a table's failure store, every four minutes: one function a table. Its log is the metric; it reads names of objects, never what is in them. */
export class FailureWatch extends Construct {
  /** The watch of a table, made when first asked for. */
  public static of(source: IChangeSource): FailureWatch {
    return source.node.tryFindChild(ID) as FailureWatch | undefined ?? new FailureWatch(source);
  }

  private constructor(source: IChangeSource) {
    super(source, ID);
    const { fn } = createScheduledFunction(this, {
      source,
      handler: WATCH_HANDLER,
      code: code(this),
      timeout: TIMEOUT,
      memoryMiB: MEMORY_MIB,
      policyName: 'Watch',
      policy: (logGroup) => policy(source.failureStore, logGroup),
      subject: 'The watch of the failure store',
      name: WATCH_NAME,
      atOnce: 'A schedule invokes it, one at a time.',
      holdsNothing: LOOKS_AGAIN,
    });
    const { bucket, discardBucket } = source.failureStore;
    const event: WatchEvent = { table: source.sourceTable.tableName, bucket: bucket.bucketName, discardBucket: discardBucket.bucketName };
    createSchedule(this, 'Look', {
      description: 'Counts what is in the failure store of a table, for its alarms',
      every: Duration.minutes(WATCH_EVERY_MINUTES),
      fn,
      event,
      holdsNothing: LOOKS_AGAIN,
    });
  }
}

function code(scope: IConstruct): lambda.Code {
  const { directory } = WATCH_BUNDLES;
  const missing = [WATCH_FILE, WATCH_S3_FILE].map((name) => path.join(directory, name)).find((file) => !fs.existsSync(file));
  if (missing) throw invalid(scope, 'watchFailures', missing, 'the prebuilt function', 'Reinstall cdk-dynamodb-cdc, or in its repository run `npx projen bundle`');
  return lambda.Code.fromAsset(directory, { exclude: ['*', `!${WATCH_FILE}`, `!${WATCH_S3_FILE}`] });
}

function policy({ bucket, discardBucket }: FailureStore, logGroup: logs.ILogGroup): iam.PolicyDocument {
  const count = (sid: string, { bucketArn, stack }: s3.Bucket, prefixes: readonly string[]) => new iam.PolicyStatement({
    sid,
    actions: ['s3:ListBucket'],
    resources: [bucketArn],
    conditions: { StringEquals: { 's3:ResourceAccount': stack.account }, StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
  });
  return new iam.PolicyDocument({
    statements: [
      count('CountFailures', bucket, [FAILURE_PREFIX, AWS_FAILURE_PREFIX]),
      count('CountDiscards', discardBucket, [AWS_FAILURE_PREFIX]),
      new iam.PolicyStatement({ sid: 'WriteLog', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
    ],
  });
}
