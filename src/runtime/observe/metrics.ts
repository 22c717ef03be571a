import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../../contract/metrics';
import { LineWriter } from '../ports';

/** What one invocation did, counted. */
export class Counts {
  /** Records delivered. */
  public records = 0;
  /** Changes the handler settled. */
  public applied = 0;
  /** Delivered again although settled before: not run again. */
  public alreadySettled = 0;
  /** Not wanted by the filter. */
  public filtered = 0;
  /** Settled without the handler, since a newer change of the item is on its way. */
  public superseded = 0;
  /** Calls of the handler. */
  public calls = 0;
  public failedAttempts = 0;
  /** Written to the failure store. */
  public stored = 0;
  /** Reported to the mapping as not settled. */
  public unsettled = 0;
  public outage = 0;
}

export interface MetricFrame {
  readonly table: string;
  readonly subscriber: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Milliseconds between the oldest change of the batch and now. */
  readonly lag: number;
}

/**
 * One line in CloudWatch's embedded metric format an invocation. Each metric costs money, so only those an alarm or the dashboard
 * needs are metrics, and only when there is something to say; the rest are fields that a log query can sum.
 */
export function writeMetrics(write: LineWriter, counts: Counts, frame: MetricFrame): void {
  const values: { [name: string]: number } = { [METRIC.APPLIED]: counts.applied };
  if (counts.failedAttempts > 0) values[METRIC.FAILED_ATTEMPTS] = counts.failedAttempts;
  if (counts.stored > 0) values[METRIC.STORED] = counts.stored;
  if (counts.filtered > 0) values[METRIC.FILTERED] = counts.filtered;
  if (counts.superseded > 0) values[METRIC.SUPERSEDED] = counts.superseded;
  if (counts.outage > 0) values[METRIC.OUTAGE] = 1;
  write(JSON.stringify({
    _aws: {
      Timestamp: frame.now,
      CloudWatchMetrics: [{
        Namespace: METRIC_NAMESPACE,
        Dimensions: [[DIMENSION.TABLE, DIMENSION.SUBSCRIBER]],
        Metrics: Object.keys(values).map((Name) => ({ Name, Unit: 'Count' })),
      }],
    },
    [DIMENSION.TABLE]: frame.table,
    [DIMENSION.SUBSCRIBER]: frame.subscriber,
    ...values,
    records: counts.records,
    alreadySettled: counts.alreadySettled,
    calls: counts.calls,
    unsettled: counts.unsettled,
    lagMillis: frame.lag,
  }));
}
