import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AutoRedriveOptions } from './auto-redrive-options';
import { LogLevel, NewerChangePolicy, OrderBy, PoisonPolicy } from './enums';
import { FanOutSubscribersProps } from './fan-out-subscribers';
import { HANDLER } from './handler-shapes';
import { LongRunningSubscriberProps } from './long-running-subscriber-props';
import { QueuedSubscriberProps, SubscriberQueueOptions } from './queued-subscriber-props';
import { StreamSubscriberProps } from './stream-subscriber-props';
import { SubscriberBaseOptions, SubscriberFunctionOptions } from './subscriber-options';
import { ALARM_ACTION } from '../observe/alarm-shapes';
import { SOURCE } from '../publish/source-shapes';
import { DURATION, FLAG, has, listOf, mapOf, NUMBER, oneOf, required, rule, struct, TEXT } from '../validate/rules';
import { Shape } from '../validate/shape';

const FILTER = rule('a ChangeFilter', has('_node'), (value) => {
  if (typeof value === 'function') return 'A filter is evaluated by AWS and the runtime, and no function: write it with ChangeFilter and Attr';
  return typeof value === 'object' ? 'Wrap a pattern as AWS defines it: ChangeFilter.pattern(pattern)' : undefined;
});
const AUTO_REDRIVE: Shape<AutoRedriveOptions> = { firstDelay: DURATION, maxAge: DURATION };

const FUNCTION: Shape<SubscriberFunctionOptions> = {
  memorySize: NUMBER,
  reservedConcurrentExecutions: NUMBER,
  environment: mapOf(TEXT),
  architecture: rule('a lambda.Architecture', has('dockerPlatform')),
  vpc: rule('a network, an ec2.IVpc', has('vpcId')),
  vpcSubnets: struct({}),
  securityGroups: listOf(rule('a security group', has('securityGroupId'))),
  layers: listOf(rule('a layer, a lambda.ILayerVersion', has('layerVersionArn'))),
  tracing: oneOf('lambda.Tracing', lambda.Tracing),
  role: rule('a role, an iam.IRole', has('roleArn'), (value) => (typeof value === 'string' ? 'Import it by iam.Role.fromRoleArn' : undefined)),
  logRetention: rule('a member of logs.RetentionDays', (value) => Object.values(logs.RetentionDays).includes(value)),
  logLevel: oneOf('LogLevel', LogLevel),
  logErrorMessages: FLAG,
};

const BASE: Shape<SubscriberBaseOptions> = {
  ...FUNCTION,
  handler: HANDLER,
  filter: FILTER,
  maxAttempts: NUMBER,
  attemptSpan: DURATION,
  maxPostponement: DURATION,
  onPoison: oneOf('PoisonPolicy', PoisonPolicy),
  autoRedrive: struct({ ...AUTO_REDRIVE }, (value) => (value === true ? 'Give {} for the defaults' : undefined)),
  alarmAction: ALARM_ACTION,
};

const QUEUE: Shape<SubscriberQueueOptions> = { maxReceiveCount: NUMBER, queueRetention: DURATION, lagAlarmThreshold: DURATION, enabled: FLAG };
const ORDER_BY = oneOf('OrderBy', OrderBy);

export const STREAM_SUBSCRIBER: Shape<StreamSubscriberProps> = {
  ...BASE,
  source: SOURCE,
  subscriberName: TEXT,
  timeout: DURATION,
  batchSize: NUMBER,
  maxBatchingWindow: DURATION,
  parallelizationFactor: NUMBER,
  concurrency: NUMBER,
  flushSize: NUMBER,
  orderBy: ORDER_BY,
  maxRecordAge: DURATION,
  startingPosition: oneOf('lambda.StartingPosition', lambda.StartingPosition),
  enabled: FLAG,
  maxFilterPatterns: NUMBER,
  lagAlarmThreshold: DURATION,
};

export const QUEUED_SUBSCRIBER: Shape<QueuedSubscriberProps> = {
  ...BASE,
  ...QUEUE,
  source: SOURCE,
  subscriberName: TEXT,
  timeout: DURATION,
  orderBy: ORDER_BY,
  batchSize: NUMBER,
  maxConcurrency: NUMBER,
  concurrency: NUMBER,
  flushSize: NUMBER,
  maxRecordAge: DURATION,
  visibilityTimeout: DURATION,
};

export const LONG_RUNNING_SUBSCRIBER: Shape<LongRunningSubscriberProps> = {
  ...BASE,
  ...QUEUE,
  source: SOURCE,
  subscriberName: TEXT,
  timeout: DURATION,
  maxConcurrency: NUMBER,
  lease: DURATION,
  maxRecordAge: DURATION,
  onNewerChange: oneOf('NewerChangePolicy', NewerChangePolicy),
  visibilityTimeout: DURATION,
};

/** A subscriber among others; its construct checks the rest. */
export const SUBSCRIBER = required(struct({ handler: HANDLER }));
export const NAME = required(TEXT);
export const FAN_OUT_SUBSCRIBERS: Shape<FanOutSubscribersProps> = { source: SOURCE, subscribers: struct({}) };
