import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC } from '../contract/metrics';
import { SubscriberMetrics } from '../observe/subscriber-metrics';

/**
 * The metrics that every subscriber has, however changes reach it.
 *
 * @internal
 */
export abstract class MeasuredSubscriber extends Construct {
  /** @internal */
  protected abstract readonly _metrics: SubscriberMetrics;

  /**
   * Changes the handler has applied, summed over five minutes.
   *
   * @param options changes to the metric
   */
  public metricApplied(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.runtime(METRIC.APPLIED, options);
  }

  /**
   * Attempts that failed, summed over five minutes.
   *
   * @param options changes to the metric
   */
  public metricFailedAttempts(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.runtime(METRIC.FAILED_ATTEMPTS, options);
  }

  /**
   * Changes the runtime put into the failure store, summed over five minutes.
   *
   * @param options changes to the metric
   */
  public metricStored(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.runtime(METRIC.STORED, options);
  }

  /**
   * Invocations that saw most items fail alike, summed over five minutes.
   *
   * @param options changes to the metric
   */
  public metricOutages(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.runtime(METRIC.OUTAGE, options);
  }

  /**
   * Invocations that crashed or ran out of time, summed over five minutes.
   *
   * @param options changes to the metric
   */
  public metricErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.fn('Errors', options);
  }

  /**
   * Invocations that Lambda had no capacity for, summed over five minutes.
   *
   * @param options changes to the metric
   */
  public metricThrottles(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.fn('Throttles', options);
  }
}
