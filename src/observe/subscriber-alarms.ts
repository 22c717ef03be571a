import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { RUNBOOK, runbookLink, RunbookSection } from './runbook';
import { SubscriberMetrics } from './subscriber-metrics';
import { METRIC } from '../contract/metrics';

const AT_ONCE = { evaluationPeriods: 1, datapointsToAlarm: 1 };
/** One crash or throttle is retried and done with; a second within a quarter of an hour is not an accident. */
const REPEATED = { evaluationPeriods: 3, datapointsToAlarm: 2 };

/** What the alarms of a subscriber are made from. Not for users: a subscriber makes its own. */
export interface SubscriberAlarmsSpec {
  readonly metrics: SubscriberMetrics;
  readonly subscriberName: string;
  readonly lagThresholdMillis: number;
  /** False for a raw function, which writes none of the runtime's metrics. */
  readonly hasRuntime: boolean;
  readonly alarmAction?: cloudwatch.IAlarmAction;
}

/** The alarms of one direct subscriber. The description of each names the section of the runbook that says what to do. */
export class SubscriberAlarms extends Construct {
  /**
   * Makes them.
   *
   * @internal
   */
  public static _create(scope: Construct, id: string, spec: SubscriberAlarmsSpec): SubscriberAlarms {
    return new SubscriberAlarms(scope, id, spec);
  }

  /** The subscriber lags behind, long before the stream forgets. */
  public readonly lag: cloudwatch.Alarm;

  /** Changes have arrived in the failure store. */
  public readonly stored: cloudwatch.Alarm;

  /** Changes are lost. */
  public readonly dropped: cloudwatch.Alarm;

  /** The function crashes or runs out of time. */
  public readonly errors: cloudwatch.Alarm;

  /** Lambda has no capacity for the function. */
  public readonly throttles: cloudwatch.Alarm;

  /** Most items fail alike, as when something the handler calls is down. Not there for a raw function. */
  public readonly outage?: cloudwatch.Alarm;

  private constructor(scope: Construct, id: string, private readonly spec: SubscriberAlarmsSpec) {
    super(scope, id);
    const { metrics } = spec;
    this.lag = this.alarm('Lag', RUNBOOK.LAG, 'lags behind the table', metrics.lag(), AT_ONCE, spec.lagThresholdMillis);
    this.stored = this.alarm('Stored', RUNBOOK.STORED, 'put changes into the failure store', metrics.stored(), AT_ONCE);
    this.dropped = this.alarm('Dropped', RUNBOOK.DROPPED, 'lost changes', metrics.dropped(), AT_ONCE);
    this.errors = this.alarm('Errors', RUNBOOK.ERRORS, 'crashes or runs out of time', metrics.fn('Errors'), REPEATED);
    this.throttles = this.alarm('Throttles', RUNBOOK.THROTTLES, 'is throttled', metrics.fn('Throttles'), REPEATED);
    if (spec.hasRuntime) {
      this.outage = this.alarm('Outage', RUNBOOK.OUTAGE, 'fails for most items alike', metrics.runtime(METRIC.OUTAGE), REPEATED);
    }
  }

  private alarm(
    id: string, section: RunbookSection, what: string, metric: cloudwatch.IMetric, patience: typeof AT_ONCE, threshold = 1,
  ): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmDescription: `Subscriber ${this.spec.subscriberName} ${what}. Runbook: ${runbookLink(section)}`,
      metric,
      threshold,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // An idle table has no numbers, and is fine.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      ...patience,
    });
    if (this.spec.alarmAction) alarm.addAlarmAction(this.spec.alarmAction);
    return alarm;
  }
}
