import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AutoRedriveOptions } from './auto-redrive-options';
import { ChangeHandler } from './change-handler';
import { LogLevel, PoisonPolicy } from './enums';
import { ChangeFilter } from '../filter/change-filter';

/** The Lambda function that a subscriber makes. With `ChangeHandler.fromFunction` none is made, and each of these is refused. */
export interface SubscriberFunctionOptions {
  /**
   * Memory in MiB, 128 to 10,240 (Lambda's quota).
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * Concurrent invocations that Lambda reserves for the function, and the most that it may have: at least 1. They are taken from what the account's other functions share, of which Lambda
   * keeps 100 unreserved. On a stream give at least the number of shards times `parallelizationFactor`, with a queue at least `maxConcurrency`: with fewer the function is throttled, and the
   * changes wait.
   *
   * @default - nothing is reserved
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Environment variables. Names that begin with `CDC_` are the library's, and refused; all variables together, the library's too, hold 4 KB (Lambda's quota), which
   * is checked at synth.
   *
   * @default - the library's own only
   */
  readonly environment?: { [name: string]: string };

  /**
   * Instruction set.
   *
   * @default - lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * Network the function runs in. It needs a way to DynamoDB and, for failures, to Amazon S3: gateway endpoints will do. A subscriber with a queue also needs one
   * to Amazon SQS, such as an interface endpoint.
   *
   * @default - the function runs in no network of yours
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the network; only together with `vpc`.
   *
   * @default - private ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups in the network; only together with `vpc`.
   *
   * @default - one is made
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Layers.
   *
   * @default - no layers
   */
  readonly layers?: lambda.ILayerVersion[];

  /**
   * X-Ray tracing.
   *
   * @default - nothing is traced
   */
  readonly tracing?: lambda.Tracing;

  /**
   * Role of the function; the subscriber's policy is attached to it. Changing it replaces nothing else.
   *
   * @default - one is made, with exactly what the subscriber needs
   */
  readonly role?: iam.IRole;

  /**
   * How long the function's log is kept.
   *
   * @default - 30 days
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * How much the runtime logs.
   *
   * @default LogLevel.INFO
   */
  readonly logLevel?: LogLevel;

  /**
   * Whether messages of the handler's errors are logged: they may quote table data.
   *
   * @default false - names of errors only
   */
  readonly logErrorMessages?: boolean;
}

/** What every subscriber can be told, however long its work takes. */
export interface SubscriberBaseOptions extends SubscriberFunctionOptions {
  /** What is done with each change: one of ChangeHandler's `fromEntry`, `fromDirectory` and `fromFunction`. */
  readonly handler: ChangeHandler;

  /**
   * Which changes are wanted. A change that does not pass is gone for this subscriber.
   *
   * @default - all
   */
  readonly filter?: ChangeFilter;

  /**
   * How often a change is attempted before it goes to the failure store, 1 to 100. Throttles, deadlines and outages
   * do not count. On a stream so many attempts of `timeout` must fit into `maxRecordAge`; with a queue they must be fewer than `maxReceiveCount`.
   *
   * @default 5
   */
  readonly maxAttempts?: number;

  /**
   * The attempts of one change are spread over at least this time, with doubling, jittered waits, so that a short disturbance makes no poison: from 0 to nine
   * tenths of `maxRecordAge`.
   *
   * @default - 1 minute
   */
  readonly attemptSpan?: Duration;

  /**
   * How long one change may be postponed while other items succeed: by a `RetryLaterError`, by throttles of what the handler calls, or by a table that does not
   * answer its `context.commit`. Then the change goes to the failure store with the reason POSTPONED_TOO_LONG, and its item is parked (or the change skipped, as
   * `onPoison` says); `autoRedrive` or a person takes over. While no other item succeeds, or most are postponed alike, it is an outage: nothing is parked, up to
   * nine tenths of `maxRecordAge`. A postponed change of a stream holds its shard, one of a queue only the message group of its item. From 1 second to nine tenths of
   * `maxRecordAge`.
   *
   * @default - 30 minutes on a stream, 6 hours with a queue; at most nine tenths of `maxRecordAge`
   */
  readonly maxPostponement?: Duration;

  /**
   * What happens when the attempts are spent.
   *
   * @default PoisonPolicy.PARK_ITEM
   */
  readonly onPoison?: PoisonPolicy;

  /**
   * Redrives parked items by itself, with growing delay up to an age: for what heals without a deployment. One function is made for the table, and a rule for
   * each subscriber.
   *
   * @default - nothing is redriven by itself; the command `failures redrive` does it when asked
   */
  readonly autoRedrive?: AutoRedriveOptions;

  /**
   * What every alarm of the subscriber does. It goes before what a `CdcAlarms` policy says.
   *
   * @default - what the policy says; without one the alarms only show
   */
  readonly alarmAction?: cloudwatch.IAlarmAction;
}

/** What subscribers with quick work can be told, however changes reach them. */
export interface SubscriberOptions extends SubscriberBaseOptions {
  /**
   * How long one invocation may take, 1 to 900 seconds (Lambda's quota). The runtime takes no new change without time for it.
   *
   * @default - 5 minutes on a stream, 1 minute with a queue
   */
  readonly timeout?: Duration;
}
