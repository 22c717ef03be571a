import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AutoRedrive } from './auto-redrive';
import { OrderBy } from './enums';
import { subscriberEnvironment } from './environment';
import { HandlerSource, RuntimeHandler } from './handler-source';
import { letServicesUseKey } from './key-policy';
import { longWorkRoute } from './long-work';
import { warnOfLoop } from './loop-warning';
import { MeasuredSubscriber } from './measured-subscriber';
import { checkQueued, checkRawQueued, queueTimes } from './queued-subscriber-checks';
import { rawStatements, workerStatements } from './queued-subscriber-policy';
import { QueuedSubscriberProps } from './queued-subscriber-props';
import { runtimeSettings } from './runtime-settings';
import { createSubscriberFunction } from './subscriber-function';
import { claimSubscriberName } from './subscriber-names';
import { grantReading, ledgerStatement } from './subscriber-policy';
import { QUEUED_SUBSCRIBER } from './subscriber-shapes';
import { Relay } from '../broker/relay';
import { SerializedFilter } from '../contract/filter';
import { ENV, LongWorkSettings, QUEUE_DEFAULTS, RECEIVES_TO_SPARE, RuntimeSettings } from '../contract/settings';
import { observe } from '../observe/observed';
import { QueuedSubscriberAlarms } from '../observe/queued-subscriber-alarms';
import { SubscriberMetrics } from '../observe/subscriber-metrics';
import { IChangeSource } from '../publish/change-source';
import { toSeconds } from '../validate/checks';
import { justify } from '../validate/justify';
import { withoutPlaceholders } from '../validate/placeholders';
import { checkArguments } from '../validate/shape';

/**
 * Subscribes a handler to a table through a queue of its own, which the table's one relay fills: any number of such subscribers read the
 * stream once together. A subscriber that is added later receives what is relayed from then on.
 *
 * Grants made to it are made to its function's role. For several at once, see FanOutSubscribers.
 *
 * @example
 * new QueuedSubscriber(this, 'Search', {
 *   source: orders,
 *   handler: ChangeHandler.fromEntry('src/search.ts'),
 * });
 */
export class QueuedSubscriber extends MeasuredSubscriber implements iam.IGrantable {
  /** The table whose changes it receives. */
  public readonly source: IChangeSource;

  /** The name under which its queue, the ledger, the failure store and the metrics know it. */
  public readonly subscriberName: string;

  /** What brings the changes to its queue, and those of the table's other subscribers. */
  public readonly relay: Relay;

  /** Its queue. */
  public readonly queue: sqs.IQueue;

  /** The function that runs the handler. */
  public readonly function: lambda.IFunction;

  /** The function's role; not there for an imported function without one. */
  public readonly role?: iam.IRole;

  /** The function's log; not there for `ChangeHandler.fromFunction`. */
  public readonly logGroup?: logs.ILogGroup;

  /** What reads the queue and invokes the function. */
  public readonly eventSourceMapping: lambda.EventSourceMapping;

  /** One alarm for each way of going wrong. */
  public readonly alarms: QueuedSubscriberAlarms;

  public readonly grantPrincipal: iam.IPrincipal;

  /** @internal */
  protected readonly _metrics: SubscriberMetrics;

  /**
   * Makes the queue, the function, its role and log, the mapping and the alarms; with the first one of a table also the table's relay.
   *
   * Fails for any property out of its bounds, a handler that is not there, a filter that only AWS can evaluate, and a name that is taken.
   */
  constructor(scope: Construct, id: string, props: QueuedSubscriberProps) {
    checkArguments(scope, id, props, QUEUED_SUBSCRIBER);
    super(scope, id);
    props = withoutPlaceholders(this, props);
    this.source = props.source;
    this.subscriberName = props.subscriberName ?? id;
    const longWork = this._longWork(props);
    const handler = this.check(props);
    const filter = this.wholeFilter(props);
    const times = queueTimes(props);

    this.relay = Relay.of(props.source);
    const queue = this.relay._addTarget({
      name: this.subscriberName,
      orderBy: props.orderBy ?? OrderBy.ITEM,
      ...(filter && { filter }),
      ...(longWork && longWorkRoute(longWork)),
    }, {
      visibilitySeconds: times.visibility ?? toSeconds(this, 'visibilityTimeout', props.visibilityTimeout!),
      retention: Duration.seconds(props.queueRetention ? toSeconds(this, 'queueRetention', props.queueRetention) : QUEUE_DEFAULTS.retentionSeconds),
      maxReceiveCount: times.receives,
    });
    this.queue = queue;

    const { fn, role, logGroup } = handler.kind === 'RUNTIME' ? this.createFunction(handler, props, longWork) : { fn: handler.fn, role: handler.fn.role };
    this.function = fn;
    this.role = role;
    this.logGroup = logGroup;
    this.grantPrincipal = role ?? fn.grantPrincipal;

    this.eventSourceMapping = new lambda.EventSourceMapping(this, 'Mapping', {
      target: fn,
      eventSourceArn: queue.queueArn,
      enabled: props.enabled ?? true,
      batchSize: props.batchSize ?? QUEUE_DEFAULTS.batchSize,
      maxConcurrency: props.maxConcurrency ?? QUEUE_DEFAULTS.maxConcurrency,
      reportBatchItemFailures: handler.kind === 'RUNTIME' || handler.reportBatchItemFailures,
    });
    justify(this.eventSourceMapping, {
      nag: 'Serverless-LambdaEventSourceMappingDestination', cfnLint: 'ES1001', reason: 'Its queue has a dead-letter queue.',
    });
    if (handler.kind === 'RAW') grantReading(this.eventSourceMapping, handler, rawStatements(props.source, queue));
    if (props.source.encryptionKey) letServicesUseKey(this, props.source.encryptionKey);
    if (role) warnOfLoop(this, role, props.source);

    this._metrics = new SubscriberMetrics({
      tableName: props.source.sourceTable.tableName,
      subscriberName: this.subscriberName,
      fn,
      mappingId: this.eventSourceMapping.eventSourceMappingId,
    });
    this.alarms = QueuedSubscriberAlarms._create(this, 'Alarms', {
      metrics: this._metrics,
      subscriberName: this.subscriberName,
      queue,
      source: props.source,
      lagThresholdSeconds: props.lagAlarmThreshold && toSeconds(this, 'lagAlarmThreshold', props.lagAlarmThreshold),
      defaultLagSeconds: times.defaultLagAlarm,
      maxRecordAgeSeconds: times.maxRecordAge,
      hasRuntime: handler.kind === 'RUNTIME',
      alarmAction: props.alarmAction,
    });
    if (props.autoRedrive) AutoRedrive.of(this, props.source).add(this, { subscriberName: this.subscriberName, fn, options: props.autoRedrive });
    const hasRuntime = handler.kind === 'RUNTIME';
    observe(props.source, { kind: 'QUEUE', name: this.subscriberName, metrics: this._metrics, queue, alarms: this.alarms, hasRuntime });
  }

  /**
   * Age of the oldest change in the queue: seconds, the greatest in five minutes.
   *
   * @param options changes to the metric
   */
  public metricAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateAgeOfOldestMessage({ statistic: cloudwatch.Stats.MAXIMUM, period: Duration.minutes(5), ...options });
  }

  /**
   * What is asked for where the work takes long; fails for what is out of its bounds.
   *
   * @internal
   */
  protected _longWork(_props: QueuedSubscriberProps): LongWorkSettings | undefined {
    return undefined;
  }

  private check(props: QueuedSubscriberProps): HandlerSource {
    const handler = props.handler._source;
    if (handler.kind === 'RAW') checkRawQueued(this, handler, props);
    checkQueued(this, props);
    if (handler.kind === 'RUNTIME') handler.check(this);
    claimSubscriberName(this, props.source, this.subscriberName);
    return handler;
  }

  /** The relay evaluates the whole filter; no mapping takes part. */
  private wholeFilter({ source, filter }: QueuedSubscriberProps): SerializedFilter | undefined {
    const { partitionKey, sortKey } = source;
    return filter?._whole({
      scopePath: this.node.path,
      streamViewType: source.streamViewType,
      keySchema: partitionKey && { partitionKey, sortKey },
      maxPatterns: 0,
      allowResidual: true,
    });
  }

  private createFunction(handler: RuntimeHandler, props: QueuedSubscriberProps, longWork?: LongWorkSettings) {
    const times = queueTimes(props);
    const maxRecordAge = times.maxRecordAge === undefined ? props.maxRecordAge! : Duration.seconds(times.maxRecordAge);
    // Pauses of long work have full jitter: on average they are half as long.
    const spare = longWork ? RECEIVES_TO_SPARE * 2 : RECEIVES_TO_SPARE;
    const settings: RuntimeSettings = {
      ...runtimeSettings(this, this.subscriberName, handler.target, maxRecordAge, props, QUEUE_DEFAULTS.maxPostponementSeconds),
      ...(times.maxRecordAge !== undefined && { longestPauseSeconds: Math.max(60, Math.ceil((times.maxRecordAge * spare) / times.receives)) }),
      // A redrive too works on one at a time: what the handler calls is sized for `maxConcurrency`.
      ...(longWork && { longWork, concurrency: 1, flushSize: 1 }),
    };
    return createSubscriberFunction(this, {
      handler,
      source: props.source,
      subscriberName: this.subscriberName,
      options: { ...props, timeout: props.timeout ?? Duration.seconds(QUEUE_DEFAULTS.timeoutSeconds) },
      environment: { ...subscriberEnvironment(this, props.environment, props.source, settings), [ENV.QUEUE_URL]: this.queue.queueUrl },
      files: {},
      input: longWork ? 'LONG_WORK' : 'QUEUE',
      statements: [...workerStatements(props.source, this.queue, this.subscriberName), ledgerStatement(props.source)],
    });
  }
}
