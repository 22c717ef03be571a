import * as fs from 'fs';
import * as path from 'path';
import { Duration, Lazy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AutoRedriveOptions } from './auto-redrive-options';
import { AutoRedrivePolicy } from './auto-redrive-policy';
import {
  AUTO_REDRIVE_DEFAULTS, AUTO_REDRIVE_EVERY_MINUTES, AUTO_REDRIVE_FILE, AUTO_REDRIVE_HANDLER, AUTO_REDRIVE_NAME, AUTO_REDRIVE_SECONDS,
  AUTO_REDRIVE_SUBSCRIBERS, AutoRedriveSubscriber, LEASE_PREFIX,
} from '../contract/auto-redrive';
import { RULE_TARGETS } from '../contract/limits';
import { addEvent, createSchedule, createScheduledFunction } from '../observe/scheduled-function';
import { IChangeSource } from '../publish/change-source';
import { perStack } from '../publish/per-stack';
import { checkDuration, toSeconds } from '../validate/checks';
import { invalid } from '../validate/invalid';

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

/**
 * Redrives parked items of a table's subscribers: one function for those of a stack, and a rule for each fifty of them. A rule each would need more permissions
 * than a function's own policy holds, and more resources than a stack has.
 */
export class AutoRedrive extends Construct {
  /** That of a table in the subscriber's stack, created when first asked for. */
  public static of(subscriber: Construct, source: IChangeSource): AutoRedrive {
    return perStack(subscriber, source, ID, (scope, id) => new AutoRedrive(scope, id, source));
  }

  private readonly fn: lambda.Function;
  private readonly policy: AutoRedrivePolicy;
  private readonly rules: events.Rule[] = [];
  private readonly events: AutoRedriveSubscriber[][] = [];

  private constructor(scope: Construct, id: string, private readonly source: IChangeSource) {
    super(scope, id);
    const document = new iam.PolicyDocument();
    const { fn, role } = createScheduledFunction(this, {
      source,
      handler: AUTO_REDRIVE_HANDLER,
      code: this.code(),
      timeout: TIMEOUT,
      memoryMiB: MEMORY_MIB,
      policyName: 'Redrive',
      policy: (logGroup) => this.base(document, logGroup),
      subject: 'Auto-redrive',
      name: AUTO_REDRIVE_NAME,
      atOnce: 'A schedule invokes it, and a lease lets one at a time redrive for a subscriber.',
      holdsNothing: LOOKS_AGAIN,
    });
    this.fn = fn;
    this.policy = new AutoRedrivePolicy(this, role, document, source.failureStore);
  }

  /** Fails for durations out of their bounds, and for more subscribers than the function's policies hold. */
  public add(scope: Construct, { fn, options, subscriberName }: AutoRedriveTarget): void {
    checkDuration(scope, 'autoRedrive.firstDelay', options.firstDelay, AUTO_REDRIVE_SECONDS);
    checkDuration(scope, 'autoRedrive.maxAge', options.maxAge, AUTO_REDRIVE_SECONDS);
    this.policy.allow(subscriberName, fn);
    this.schedule({
      subscriber: subscriberName,
      functionName: fn.functionName,
      firstDelaySeconds: toSeconds(scope, 'autoRedrive.firstDelay', options.firstDelay ?? Duration.seconds(AUTO_REDRIVE_DEFAULTS.firstDelaySeconds)),
      maxAgeSeconds: toSeconds(scope, 'autoRedrive.maxAge', options.maxAge ?? Duration.seconds(AUTO_REDRIVE_DEFAULTS.maxAgeSeconds)),
    });
  }

  private schedule(subscriber: AutoRedriveSubscriber): void {
    const last = this.events.at(-1);
    if (last && last.length < AUTO_REDRIVE_SUBSCRIBERS) {
      last.push(subscriber);
      return;
    }
    const subscribers = [subscriber];
    const event = {
      bucket: this.source.failureStore.bucket.bucketName,
      ledger: this.source.ledger.tableName,
      subscribers: Lazy.any({ produce: () => subscribers }),
    };
    const rule = Math.floor((this.events.push(subscribers) - 1) / RULE_TARGETS);
    if (this.rules[rule]) return addEvent(this.rules[rule], this.fn, event);
    this.rules.push(createSchedule(this, `Schedule${rule}`, {
      description: 'Redrives parked items of subscribers with growing delay',
      every: Duration.minutes(AUTO_REDRIVE_EVERY_MINUTES),
      fn: this.fn,
      event,
      holdsNothing: LOOKS_AGAIN,
    }));
  }

  /** Its log and the key; what is a subscriber's comes with each. */
  private base(document: iam.PolicyDocument, logGroup: logs.ILogGroup): iam.PolicyDocument {
    const { encryptionKey } = this.source;
    document.addStatements(new iam.PolicyStatement({
      sid: 'WriteLog', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn],
    }));
    document.addStatements(new iam.PolicyStatement({
      sid: 'TakeLease',
      actions: ['dynamodb:UpdateItem'],
      resources: [this.source.ledger.tableArn],
      // Rows of items have other keys.
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${LEASE_PREFIX}*`] } },
    }));
    if (encryptionKey) {
      document.addStatements(new iam.PolicyStatement({
        sid: 'UseKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [encryptionKey.keyArn],
      }));
    }
    return document;
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
