import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmsOf } from './alarm';
import { AlarmKind } from './alarm-kind';
import { AlarmPolicy } from './alarm-policy';
import { createLag, createTimeToLoss } from './lag-alarms';
import { createNotReading } from './not-reading-alarm';
import { SubscriberMetrics } from './subscriber-metrics';
import { METRIC } from '../contract/metrics';
import { RELAY_NAME } from '../contract/routes';
import { DEFAULTS, MAX_RECORD_AGE_HELD_SECONDS } from '../contract/settings';

/** What the alarms of a relay are made from. Not for users: a relay makes its own. */
export interface RelayAlarmsSpec {
  readonly metrics: SubscriberMetrics;
  readonly deadLetters: sqs.IQueue;
  readonly alarmAction?: cloudwatch.IAlarmAction;
}

/** The alarms of a table's relay, as far as no policy leaves them out. The description of each names the section of the runbook that says what to do. */
export class RelayAlarms extends Construct {
  /**
   * Makes them.
   *
   * @internal
   */
  public static _create(scope: Construct, id: string, spec: RelayAlarmsSpec): RelayAlarms {
    return new RelayAlarms(scope, id, spec);
  }

  /** The relay lags behind the table, and with it every subscriber that has a queue. */
  public readonly lag?: cloudwatch.Alarm;

  /** Little time is left until the stream forgets what the relay has not brought to the queues. There where a policy is. */
  public readonly timeToLoss?: cloudwatch.Alarm;

  /** The relay's event source mapping has not read the stream for half an hour. */
  public readonly notReading?: cloudwatch.Alarm;

  /** A subscriber's queue does not take its changes: they are kept for it. */
  public readonly failingTargets?: cloudwatch.Alarm;

  /** Changes are lost, or could only be kept by the mapping. */
  public readonly dropped?: cloudwatch.Alarm;

  /** The relay crashes or runs out of time. */
  public readonly errors?: cloudwatch.Alarm;

  /** A message has ended a subscriber's function again and again. */
  public readonly deadLetters?: cloudwatch.Alarm;

  private constructor(scope: Construct, id: string, spec: RelayAlarmsSpec) {
    super(scope, id);
    const { metrics } = spec;
    const owner = { subject: 'The relay', subscriberName: RELAY_NAME, policy: new AlarmPolicy(this), alarmAction: spec.alarmAction };
    const alarm = alarmsOf(this, owner);
    const lag = { metrics, defaultMillis: DEFAULTS.lagAlarmSeconds * 1000, maxAgeSeconds: MAX_RECORD_AGE_HELD_SECONDS.max };
    this.lag = createLag(this, owner, lag);
    this.timeToLoss = createTimeToLoss(this, owner, lag);
    this.notReading = createNotReading(this, owner, metrics);
    this.failingTargets = alarm('FailingTargets', AlarmKind.FAILING_TARGETS, 'keeps changes for a subscriber whose queue does not take them',
      metrics.runtime(METRIC.OPEN_TARGETS, { statistic: cloudwatch.Stats.MAXIMUM }));
    this.dropped = alarm('Dropped', AlarmKind.DROPPED, 'lost changes, or left them to the failure store', metrics.given());
    this.errors = alarm('Errors', AlarmKind.ERRORS, 'crashes or runs out of time', metrics.fn('Errors'));
    this.deadLetters = alarm('DeadLetters', AlarmKind.DEAD_LETTERS, 'has a subscriber whose function a message ended again and again',
      spec.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, period: Duration.minutes(5) }));
  }
}
