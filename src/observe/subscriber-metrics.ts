import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../contract/metrics';

const LAMBDA_NAMESPACE = 'AWS/Lambda';
const PERIOD = Duration.minutes(5);

export interface MetricsTarget {
  readonly tableName: string;
  readonly subscriberName: string;
  readonly fn: lambda.IFunction;
  /** The event source mapping's id. */
  readonly mappingId: string;
}

/** Where a direct subscriber's numbers are: the runtime's own, the function's, and the mapping's. */
export class SubscriberMetrics {
  constructor(private readonly target: MetricsTarget) {}

  /** Written by the runtime. */
  public runtime(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [DIMENSION.TABLE]: this.target.tableName, [DIMENSION.SUBSCRIBER]: this.target.subscriberName },
      statistic: cloudwatch.Stats.SUM,
      period: PERIOD,
      ...options,
    });
  }

  /** Written by the mapping, which counts events because `metricsConfig` asks it to. */
  public mapping(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: LAMBDA_NAMESPACE,
      metricName,
      dimensionsMap: { EventSourceMappingUUID: this.target.mappingId },
      statistic: cloudwatch.Stats.SUM,
      period: PERIOD,
      ...options,
    });
  }

  /** Events that the mapping has polled or handed on; no number, not even 0, where it does neither. */
  public alive(): cloudwatch.MathExpression {
    return new cloudwatch.MathExpression({
      label: 'Events polled or handed on',
      expression: 'MAX([polled, invoked])',
      usingMetrics: { polled: this.mapping('PolledEventCount'), invoked: this.mapping('InvokedEventCount') },
      period: PERIOD,
    });
  }

  public fn(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.target.fn.metric(metricName, { statistic: cloudwatch.Stats.SUM, period: PERIOD, ...options });
  }

  public lag(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.fn('IteratorAge', { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  /** What reaches the failure store by either way: the runtime stores what failed, the mapping what the runtime could not. */
  public stored(): cloudwatch.MathExpression {
    return this.sum('Changes and batches stored', {
      runtime: this.runtime(METRIC.STORED),
      mapping: this.mapping('OnFailureDestinationDeliveredEventCount'),
    });
  }

  /** The same, and what is still there as of the last look of the watch: items by the runtime, batches by the mapping. */
  public storedOrParked(): cloudwatch.MathExpression {
    return this.sum('Changes and batches stored, and items parked', {
      runtime: this.runtime(METRIC.STORED),
      mapping: this.mapping('OnFailureDestinationDeliveredEventCount'),
      parked: this.parked(),
      batches: this.parkedBatches(),
    });
  }

  /** Items with changes in the failure store, counted by the watch; nothing is written while there are none. */
  public parked(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.runtime(METRIC.PARKED, { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  /** Batches that the mapping put into the failure store, which knows the mapping's id only. */
  public parkedBatches(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.parked({ dimensionsMap: { [DIMENSION.TABLE]: this.target.tableName, [DIMENSION.SUBSCRIBER]: this.target.mappingId }, ...options });
  }

  /** Hours until the oldest change that waits is as old as the age at which it is given up. */
  public hoursLeft(maxAgeSeconds: number): cloudwatch.MathExpression {
    return new cloudwatch.MathExpression({
      label: 'Hours until changes are given up', expression: `(${maxAgeSeconds * 1000} - lag) / 3600000`, usingMetrics: { lag: this.lag() }, period: PERIOD,
    });
  }

  /** What is lost: dropped by the mapping, or not delivered to the failure store. */
  public dropped(): cloudwatch.MathExpression {
    return this.sum('Changes dropped', {
      dropped: this.mapping('DroppedEventCount'),
      undelivered: this.fn('DestinationDeliveryFailures'),
    });
  }

  /** What the mapping gave up, whether it could keep it or not. */
  public given(): cloudwatch.MathExpression {
    return this.sum('Changes given up', {
      dropped: this.mapping('DroppedEventCount'),
      delivered: this.mapping('OnFailureDestinationDeliveredEventCount'),
      undelivered: this.fn('DestinationDeliveryFailures'),
    });
  }

  /** A sum in which what has no numbers counts as 0. */
  public sum(label: string, usingMetrics: Record<string, cloudwatch.Metric>): cloudwatch.MathExpression {
    const expression = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`).join(' + ');
    return new cloudwatch.MathExpression({ label, expression, usingMetrics, period: PERIOD });
  }
}
