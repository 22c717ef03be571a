import * as fs from 'fs';
import * as path from 'path';
import { CfnElement, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AutoRedriveOptions } from './auto-redrive-options';
import {
  AUTO_REDRIVE_DEFAULTS, AUTO_REDRIVE_EVERY_MINUTES, AUTO_REDRIVE_FILE, AUTO_REDRIVE_HANDLER, AUTO_REDRIVE_NAME, AUTO_REDRIVE_SECONDS,
  AutoRedriveEvent,
} from '../contract/auto-redrive';
import { failurePrefix, keptKey } from '../contract/failure-record';
import { createSchedule, createScheduledFunction } from '../observe/scheduled-function';
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
    const { fn, role } = createScheduledFunction(this, {
      source,
      handler: AUTO_REDRIVE_HANDLER,
      code: this.code(),
      timeout: TIMEOUT,
      memoryMiB: MEMORY_MIB,
      policyName: 'Redrive',
      policy: (logGroup) => this.policy(logGroup),
      subject: 'Auto-redrive',
      name: AUTO_REDRIVE_NAME,
      atOnce: 'A schedule invokes it, one at a time for each subscriber.',
      holdsNothing: LOOKS_AGAIN,
    });
    this.fn = fn;
    this.role = role;
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
    createSchedule(this, subscriberName, {
      description: 'Redrives parked items of a subscriber with growing delay',
      every: Duration.minutes(AUTO_REDRIVE_EVERY_MINUTES),
      fn: this.fn,
      event,
      holdsNothing: LOOKS_AGAIN,
    });
  }

  /** Its log and the key; what is a subscriber's comes with each. */
  private policy(logGroup: logs.ILogGroup): iam.PolicyDocument {
    const { encryptionKey } = this.source;
    this.document.addStatements(new iam.PolicyStatement({
      sid: 'WriteLog', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn],
    }));
    if (encryptionKey) {
      this.document.addStatements(new iam.PolicyStatement({
        sid: 'UseKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [encryptionKey.keyArn],
      }));
    }
    return this.document;
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
}
