import * as fs from 'fs';
import * as path from 'path';
import { CfnElement, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AutoRedriveOptions } from './auto-redrive-options';
import {
  AUTO_REDRIVE_DEFAULTS, AUTO_REDRIVE_EVERY_MINUTES, AUTO_REDRIVE_FILE, AUTO_REDRIVE_HANDLER, AUTO_REDRIVE_SECONDS, AutoRedriveEvent,
} from '../contract/auto-redrive';
import { failurePrefix, keptKey } from '../contract/failure-record';
import { DEFAULTS } from '../contract/settings';
import { IChangeSource } from '../publish/change-source';
import { checkDuration, toSeconds } from '../validate/checks';
import { invalid } from '../validate/invalid';
import { justify } from '../validate/justify';

/** Where the prebuilt function ships in the package. Tests point it elsewhere. */
export const AUTO_REDRIVE_BUNDLE = { directory: path.join(__dirname, '..', '..', 'assets', 'runtime') };

const ID = 'AutoRedrive';
/** As long as the longest function that it may wait for. */
const TIMEOUT = Duration.minutes(15);
const MEMORY_MIB = 512;
const LOOKS_AGAIN = 'It holds nothing: the next look comes within minutes.';

export interface AutoRedriveTarget {
  readonly subscriberName: string;
  readonly fn: lambda.IFunction;
  readonly options: AutoRedriveOptions;
}

/** Redrives parked items of a table's subscribers: one function a table, and a rule for each subscriber that asks for it. */
export class AutoRedrive extends Construct {
  /** That of a table, made when first asked for. */
  public static of(source: IChangeSource): AutoRedrive {
    return source.node.tryFindChild(ID) as AutoRedrive | undefined ?? new AutoRedrive(source);
  }

  private readonly fn: lambda.Function;
  private readonly role: iam.Role;
  private readonly document = new iam.PolicyDocument();

  private constructor(private readonly source: IChangeSource) {
    super(source, ID);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: DEFAULTS.logRetentionDays as logs.RetentionDays,
      encryptionKey: source.encryptionKey,
      // It holds no table data.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.document.addStatements(new iam.PolicyStatement({
      sid: 'WriteLog', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn],
    }));
    if (source.encryptionKey) {
      this.document.addStatements(new iam.PolicyStatement({
        sid: 'UseKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [source.encryptionKey.keyArn],
      }));
    }
    const assumedBy = new iam.ServicePrincipal('lambda.amazonaws.com');
    this.role = new iam.Role(this, 'Role', { assumedBy, inlinePolicies: { Redrive: this.document } });
    this.fn = new lambda.Function(this, 'Function', {
      role: this.role,
      logGroup,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: AUTO_REDRIVE_HANDLER,
      code: this.code(),
      timeout: TIMEOUT,
      memorySize: MEMORY_MIB,
    });
    this.justifyFunction(logGroup);
  }

  /** Fails for durations out of their bounds. */
  public add(scope: Construct, { fn, options, subscriberName }: AutoRedriveTarget): void {
    checkDuration(scope, 'autoRedrive.firstDelay', options.firstDelay, AUTO_REDRIVE_SECONDS);
    checkDuration(scope, 'autoRedrive.maxAge', options.maxAge, AUTO_REDRIVE_SECONDS);
    const { bucket } = this.source.failureStore;
    this.allow(subscriberName, fn);
    const event: AutoRedriveEvent = {
      subscriber: subscriberName,
      functionName: fn.functionName,
      bucket: bucket.bucketName,
      firstDelaySeconds: toSeconds(scope, 'autoRedrive.firstDelay', options.firstDelay ?? Duration.seconds(AUTO_REDRIVE_DEFAULTS.firstDelaySeconds)),
      maxAgeSeconds: toSeconds(scope, 'autoRedrive.maxAge', options.maxAge ?? Duration.seconds(AUTO_REDRIVE_DEFAULTS.maxAgeSeconds)),
    };
    const rule = new events.Rule(this, subscriberName, {
      description: 'Redrives parked items of a subscriber with growing delay',
      schedule: events.Schedule.rate(Duration.minutes(AUTO_REDRIVE_EVERY_MINUTES)),
      targets: [new targets.LambdaFunction(this.fn, { event: events.RuleTargetInput.fromObject(event), retryAttempts: 0 })],
    });
    justify(rule, { nag: 'Serverless-EventBusDLQ', cfnLint: 'ES4000', reason: LOOKS_AGAIN });
    for (const node of rule.node.findAll()) if (node instanceof lambda.CfnPermission) justify(node, { cfnLint: 'ES1007', reason: LOOKS_AGAIN });
  }

  /** This subscriber's stored changes and what is kept of them, and its function. */
  private allow(subscriberName: string, fn: lambda.IFunction): void {
    const { bucket } = this.source.failureStore;
    const owned = { 's3:ResourceAccount': bucket.stack.account };
    const prefix = failurePrefix(subscriberName);
    this.document.addStatements(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'], resources: [bucket.bucketArn], conditions: { StringEquals: owned, StringLike: { 's3:prefix': `${prefix}*` } },
      }),
      new iam.PolicyStatement({
        actions: ['s3:DeleteObject', 's3:GetObject'], resources: [bucket.arnForObjects(`${prefix}*`)], conditions: { StringEquals: owned },
      }),
      new iam.PolicyStatement({
        actions: ['s3:PutObject'], resources: [bucket.arnForObjects(`${keptKey('set-aside', subscriberName)}*`)], conditions: { StringEquals: owned },
      }),
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }),
    );
    const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
    justify(this.role, ...[prefix, keptKey('set-aside', subscriberName)].map((below) => ({
      nag: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${below}*]`, reason: 'It empties what its subscribers have stored, each below a prefix of its own.',
    })));
  }

  private code(): lambda.Code {
    const { directory } = AUTO_REDRIVE_BUNDLE;
    const file = path.join(directory, AUTO_REDRIVE_FILE);
    if (!fs.existsSync(file)) {
      throw invalid(this, 'autoRedrive', file, 'the prebuilt function', 'Reinstall cdk-dynamodb-cdc, or in its repository run `npx projen bundle`');
    }
    return lambda.Code.fromAsset(directory, { exclude: ['*', `!${AUTO_REDRIVE_FILE}`] });
  }

  private justifyFunction(logGroup: logs.LogGroup): void {
    justify(this.fn,
      { checkov: 'CKV_AWS_115', reason: 'A schedule invokes it, one at a time for each subscriber.' },
      { nag: 'Serverless-LambdaDLQ', checkov: 'CKV_AWS_116', reason: LOOKS_AGAIN },
      { nag: 'Serverless-LambdaAsyncFailureDestination', reason: LOOKS_AGAIN },
      { nag: 'Serverless-LambdaTracing', cfnLint: 'WS1000', reason: 'Traces cost money for each look.' },
      { cfnLint: 'WS1004', reason: 'Its log group is the one that LoggingConfig names, with a retention; the rule looks for a name of its own.' },
      { cfnLint: 'W3005', reason: 'CDK\'s own Function states the dependency on its role beside using it.' },
      { checkov: 'CKV_AWS_117', reason: 'What it calls is public.' },
    );
    if (!this.source.encryptionKey) justify(logGroup, { checkov: 'CKV_AWS_158', reason: 'It follows the table, for which no customer key was given.' });
  }
}
