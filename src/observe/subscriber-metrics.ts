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

  private sum(label: string, usingMetrics: Record<string, cloudwatch.Metric>): cloudwatch.MathExpression {
    const expression = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`).join(' + ');
    return new cloudwatch.MathExpression({ label, expression, usingMetrics, period: PERIOD });
  }
}
