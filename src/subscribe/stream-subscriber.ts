import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AutoRedrive } from './auto-redrive';
import { subscriberEnvironment } from './environment';
import { HandlerSource, RuntimeHandler } from './handler-source';
import { letServicesUseKey } from './key-policy';
import { warnOfLoop } from './loop-warning';
import { MeasuredSubscriber } from './measured-subscriber';
import { runtimeSettings } from './runtime-settings';
import { createStreamMapping } from './stream-mapping';
import { checkOrder, checkRanges, checkRaw, checkTogether } from './stream-subscriber-checks';
import { StreamSubscriberProps } from './stream-subscriber-props';
import { createSubscriberFunction } from './subscriber-function';
import { claimSubscriberName } from './subscriber-names';
import { grantReading, ledgerStatement, readerStatements } from './subscriber-policy';
import { STREAM_SUBSCRIBER } from './subscriber-shapes';
import { FILTER_PATTERNS } from '../contract/limits';
import { METRIC } from '../contract/metrics';
import { ASSET_FILES, DEFAULTS, RAW_RETRY_ATTEMPTS } from '../contract/settings';
import { FilterPlan } from '../filter/plan/filter-plan';
import { observe } from '../observe/observed';
import { SubscriberAlarms } from '../observe/subscriber-alarms';
import { SubscriberMetrics } from '../observe/subscriber-metrics';
import { IChangeSource } from '../publish/change-source';
import { toMillis } from '../validate/checks';
import { withoutPlaceholders } from '../validate/placeholders';
import { checkArguments } from '../validate/shape';

/** Metadata of the construct in the synthesized app: what of the filter the mapping evaluates, what the runtime, and why. */
const FILTER_METADATA = 'cdk-dynamodb-cdc:filter';

/**
 * Subscribes a handler directly to a table's stream, of which a table has room for two. For more subscribers, see
 * FanOutSubscribers.
 *
 * Grants made to it are made to its function's role.
 *
 * @example
 * new StreamSubscriber(this, 'FraudCheck', {
 *   source: orders,
 *   handler: ChangeHandler.fromEntry('src/fraud-check.ts'),
 * });
 */
export class StreamSubscriber extends MeasuredSubscriber implements iam.IGrantable {
  /** The table whose changes it receives. */
  public readonly source: IChangeSource;

  /** The name under which the ledger, the failure store and the metrics know it. */
  public readonly subscriberName: string;

  /** The function that runs the handler. */
  public readonly function: lambda.IFunction;

  /** The function's role; not there for an imported function without one. */
  public readonly role?: iam.IRole;

  /** The function's log; not there for `ChangeHandler.fromFunction`. */
  public readonly logGroup?: logs.ILogGroup;

  /** What reads the stream and invokes the function. */
  public readonly eventSourceMapping: lambda.EventSourceMapping;

  /** One alarm for each way of going wrong. */
  public readonly alarms: SubscriberAlarms;

  public readonly grantPrincipal: iam.IPrincipal;

  /** @internal */
  protected readonly _metrics: SubscriberMetrics;

  /**
   * Makes the function, its role and log, the mapping and the alarms; with the first subscriber of a table also the
   * table's ledger and failure store.
   *
   * Fails for any property out of its bounds, a handler that is not there, a filter that the stream cannot serve, a name that is taken, and a stream of another region; at synth when
   * the stream has more readers than it serves.
   */
  constructor(scope: Construct, id: string, props: StreamSubscriberProps) {
    checkArguments(scope, id, props, STREAM_SUBSCRIBER);
    super(scope, id);
    props = withoutPlaceholders(this, props);
    this.source = props.source;
    this.subscriberName = props.subscriberName ?? id;
    const handler = this.check(props);
    const maxRecordAge = props.maxRecordAge ?? Duration.seconds(DEFAULTS.maxRecordAgeSeconds);
    const plan = this.plan(props, handler.kind === 'RUNTIME');

    const { fn, role, logGroup } = handler.kind === 'RUNTIME'
      ? this.createFunction(handler, props, maxRecordAge, plan) : { fn: handler.fn, role: handler.fn.role };
    this.function = fn;
    this.role = role;
    this.logGroup = logGroup;
    this.grantPrincipal = role ?? fn.grantPrincipal;

    this.eventSourceMapping = createStreamMapping(this, 'Mapping', {
      source: props.source,
      fn,
      props,
      maxRecordAge,
      patterns: plan?.patterns ?? [],
      reportBatchItemFailures: handler.kind === 'RUNTIME' || handler.reportBatchItemFailures,
      retryAttempts: handler.kind === 'RAW' ? withoutPlaceholders(this, handler).retryAttempts ?? RAW_RETRY_ATTEMPTS : undefined,
    });
    if (handler.kind === 'RAW') grantReading(this.eventSourceMapping, handler, readerStatements(props.source, this.subscriberName));
    if (props.source.encryptionKey) letServicesUseKey(this, props.source.encryptionKey);
    if (role) warnOfLoop(this, role, props.source);

    this._metrics = new SubscriberMetrics({
      tableName: props.source.sourceTable.tableName,
      subscriberName: this.subscriberName,
      fn,
      mappingId: this.eventSourceMapping.eventSourceMappingId,
    });
    this.alarms = SubscriberAlarms._create(this, 'Alarms', {
      metrics: this._metrics,
      subscriberName: this.subscriberName,
      source: props.source,
      lag: {
        thresholdMillis: props.lagAlarmThreshold && toMillis(this, 'lagAlarmThreshold', props.lagAlarmThreshold),
        defaultMillis: defaultLag(maxRecordAge).toMilliseconds(),
        maxAgeSeconds: maxRecordAge.isUnresolved() ? undefined : maxRecordAge.toSeconds(),
      },
      hasRuntime: handler.kind === 'RUNTIME',
      isEnabled: props.enabled ?? true,
      alarmAction: props.alarmAction,
    });
    if (props.autoRedrive) AutoRedrive.of(this, props.source).add(this, { subscriberName: this.subscriberName, fn, options: props.autoRedrive });
    const hasRuntime = handler.kind === 'RUNTIME';
    observe(props.source, { kind: 'STREAM', name: this.subscriberName, metrics: this._metrics, alarms: this.alarms, hasRuntime });
  }

  /**
   * How far the subscriber lags behind the table: milliseconds, the greatest in five minutes.
   *
   * @param options changes to the metric
   */
  public metricLag(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.lag(options);
  }

  /**
   * Changes the filter does not want and only the runtime could tell, summed over five minutes. What the mapping filters out is
   * counted by `metricMapping('FilteredOutEventCount')`.
   *
   * @param options changes to the metric
   */
  public metricFiltered(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.runtime(METRIC.FILTERED, options);
  }

  /**
   * A count the mapping keeps, summed over five minutes: PolledEventCount, FilteredOutEventCount, InvokedEventCount,
   * FailedInvokeEventCount, DroppedEventCount or OnFailureDestinationDeliveredEventCount.
   *
   * @param metricName name of the count
   * @param options changes to the metric
   */
  public metricMapping(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.mapping(metricName, options);
  }

  private check(props: StreamSubscriberProps): HandlerSource {
    const handler = props.handler._source;
    if (handler.kind === 'RAW') checkRaw(this, handler, props);
    checkRanges(this, props);
    checkTogether(this, props);
    checkOrder(this, props);
    if (handler.kind === 'RUNTIME') handler.check(this);
    claimSubscriberName(this, props.source, this.subscriberName);
    return handler;
  }

  private plan({ source, filter, maxFilterPatterns = FILTER_PATTERNS }: StreamSubscriberProps, allowResidual: boolean): FilterPlan | undefined {
    if (!filter) return undefined;
    const { partitionKey, sortKey } = source;
    const plan = filter._plan({
      scopePath: this.node.path,
      streamViewType: source.streamViewType,
      keySchema: partitionKey && { partitionKey, sortKey },
      // A number that only deployment knows cannot be planned with.
      maxPatterns: Token.isUnresolved(maxFilterPatterns) ? FILTER_PATTERNS : maxFilterPatterns,
      allowResidual,
    });
    this.node.addMetadata(FILTER_METADATA, { patterns: plan.patterns, residual: plan.residual ?? null, reasons: plan.reasons });
    return plan;
  }

  private createFunction(handler: RuntimeHandler, props: StreamSubscriberProps, maxRecordAge: Duration, plan: FilterPlan | undefined) {
    const settings = runtimeSettings(this, this.subscriberName, handler.target, maxRecordAge, props);
    return createSubscriberFunction(this, {
      handler,
      source: props.source,
      subscriberName: this.subscriberName,
      options: props,
      environment: subscriberEnvironment(this, props.environment, props.source, settings),
      files: plan?.residual ? { [ASSET_FILES.FILTER]: JSON.stringify(plan.residual) } : {},
      statements: [...readerStatements(props.source, this.subscriberName), ledgerStatement(props.source)],
    });
  }
}

function defaultLag(maxRecordAge: Duration): Duration {
  const byDefault = Duration.seconds(DEFAULTS.lagAlarmSeconds);
  if (maxRecordAge.isUnresolved()) return byDefault;
  return Duration.seconds(Math.min(DEFAULTS.lagAlarmSeconds, Math.floor(maxRecordAge.toSeconds() / 2)));
}
