import * as fs from 'fs';
import * as path from 'path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IConstruct } from 'constructs';
import { AWS_FAILURE_PREFIX, FAILURE_PREFIX } from '../contract/failure-record';
import { DEFAULTS } from '../contract/settings';
import { WATCH_EVERY_MINUTES, WATCH_FILE, WATCH_HANDLER, WATCH_S3_FILE, WatchEvent } from '../contract/watch';
import { FailureStore } from '../failure/failure-store';
import { IChangeSource } from '../publish/change-source';
import { invalid } from '../validate/invalid';
import { justify } from '../validate/justify';

/** Where the prebuilt function ships in the package. Tests point it elsewhere. */
export const WATCH_BUNDLES = { directory: path.join(__dirname, '..', '..', 'assets', 'runtime') };

const ID = 'FailureWatch';
const TIMEOUT = Duration.seconds(60);
const MEMORY_MIB = 256;

/** Counts what is in a table's failure store, every four minutes: one function a table. Its log is the metric; it reads names of objects, never what is in them. */
export class FailureWatch extends Construct {
  /** The watch of a table, made when first asked for. */
  public static of(source: IChangeSource): FailureWatch {
    return source.node.tryFindChild(ID) as FailureWatch | undefined ?? new FailureWatch(source);
  }

  private constructor(source: IChangeSource) {
    super(source, ID);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: DEFAULTS.logRetentionDays as logs.RetentionDays,
      encryptionKey: source.encryptionKey,
      // It holds no table data.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Watch: policy(source.failureStore, logGroup) },
    });
    const fn = new lambda.Function(this, 'Function', {
      role,
      logGroup,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: WATCH_HANDLER,
      code: code(this),
      timeout: TIMEOUT,
      memorySize: MEMORY_MIB,
    });
    const event: WatchEvent = { table: source.sourceTable.tableName, bucket: source.failureStore.bucket.bucketName };
    const rule = new events.Rule(this, 'Look', {
      description: 'Counts what is in the failure store of a table, for its alarms',
      schedule: events.Schedule.rate(Duration.minutes(WATCH_EVERY_MINUTES)),
      targets: [new targets.LambdaFunction(fn, { event: events.RuleTargetInput.fromObject(event), retryAttempts: 0 })],
    });
    justifyWatch(fn, rule, logGroup, source);
  }
}

function code(scope: IConstruct): lambda.Code {
  const { directory } = WATCH_BUNDLES;
  const missing = [WATCH_FILE, WATCH_S3_FILE].map((name) => path.join(directory, name)).find((file) => !fs.existsSync(file));
  if (missing) throw invalid(scope, 'watchFailures', missing, 'the prebuilt function', 'Reinstall cdk-dynamodb-cdc, or in its repository run `npx projen bundle`');
  return lambda.Code.fromAsset(directory, { exclude: ['*', `!${WATCH_FILE}`, `!${WATCH_S3_FILE}`] });
}

function policy({ bucket }: FailureStore, logGroup: logs.ILogGroup): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({
        sid: 'CountFailures',
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: {
          StringEquals: { 's3:ResourceAccount': bucket.stack.account },
          StringLike: { 's3:prefix': [`${FAILURE_PREFIX}*`, `${AWS_FAILURE_PREFIX}*`] },
        },
      }),
      new iam.PolicyStatement({ sid: 'WriteLog', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
    ],
  });
}

function justifyWatch(fn: lambda.Function, rule: events.Rule, logGroup: logs.LogGroup, source: IChangeSource): void {
  const reason = 'It holds nothing: the next one comes within minutes.';
  justify(fn,
    { checkov: 'CKV_AWS_115', reason: 'A schedule invokes it, one at a time.' },
    { nag: 'Serverless-LambdaDLQ', checkov: 'CKV_AWS_116', reason },
    { nag: 'Serverless-LambdaAsyncFailureDestination', reason },
    { nag: 'Serverless-LambdaTracing', cfnLint: 'WS1000', reason: 'Traces cost money for each look.' },
    { cfnLint: 'WS1004', reason: 'Its log group is the one that LoggingConfig names, with a retention; the rule looks for a name of its own.' },
    { cfnLint: 'W3005', reason: 'CDK\'s own Function states the dependency on its role beside using it.' },
    { checkov: 'CKV_AWS_117', reason: 'What it calls is public.' },
  );
  if (!source.encryptionKey) justify(logGroup, { checkov: 'CKV_AWS_158', reason: 'It follows the table, for which no customer key was given.' });
  justify(rule, { nag: 'Serverless-EventBusDLQ', cfnLint: 'ES4000', reason });
  for (const node of rule.node.findAll()) if (node instanceof lambda.CfnPermission) justify(node, { cfnLint: 'ES1007', reason });
}
