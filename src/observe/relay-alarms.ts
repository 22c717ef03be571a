import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createAlarm } from './alarm';
import { BROKER_RUNBOOK, BrokerRunbookSection, RUNBOOK, RunbookSection } from './runbook';
import { SubscriberMetrics } from './subscriber-metrics';
import { METRIC } from '../contract/metrics';
import { RELAY_NAME } from '../contract/routes';
import { DEFAULTS } from '../contract/settings';

/** What the alarms of a relay are made from. Not for users: a relay makes its own. */
export interface RelayAlarmsSpec {
  readonly tableName: string;
  readonly fn: lambda.IFunction;
  readonly mappingId: string;
  readonly deadLetters: sqs.IQueue;
  readonly alarmAction?: cloudwatch.IAlarmAction;
}

/** The alarms of a table's relay. The description of each names the section of the runbook that says what to do. */
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
  public readonly lag: cloudwatch.Alarm;

  /** A subscriber's queue does not take its changes: they are kept for it. */
  public readonly failingTargets: cloudwatch.Alarm;

  /** Changes are lost, or could only be kept by the mapping. */
  public readonly dropped: cloudwatch.Alarm;

  /** The relay crashes or runs out of time. */
  public readonly errors: cloudwatch.Alarm;

  /** A message has ended a subscriber's function again and again. */
  public readonly deadLetters: cloudwatch.Alarm;

  private constructor(scope: Construct, id: string, spec: RelayAlarmsSpec) {
    super(scope, id);
    const metrics = new SubscriberMetrics({ tableName: spec.tableName, subscriberName: RELAY_NAME, fn: spec.fn, mappingId: spec.mappingId });
    const alarm = (alarmId: string, section: RunbookSection | BrokerRunbookSection, what: string, metric: cloudwatch.IMetric, threshold = 1) => (
      createAlarm(this, alarmId, { description: `The relay ${what}`, section, metric, threshold, alarmAction: spec.alarmAction })
    );
    this.lag = alarm('Lag', RUNBOOK.LAG, 'lags behind the table', metrics.lag(), DEFAULTS.lagAlarmSeconds * 1000);
    this.failingTargets = alarm('FailingTargets', BROKER_RUNBOOK.FAILING_TARGETS, 'keeps changes for a subscriber whose queue does not take them',
      metrics.runtime(METRIC.OPEN_TARGETS, { statistic: cloudwatch.Stats.MAXIMUM }));
    this.dropped = alarm('Dropped', RUNBOOK.DROPPED, 'lost changes, or left them to the failure store', metrics.given());
    this.errors = alarm('Errors', RUNBOOK.ERRORS, 'crashes or runs out of time', metrics.fn('Errors'));
    this.deadLetters = alarm('DeadLetters', BROKER_RUNBOOK.DEAD_LETTERS, 'has a subscriber whose function a message ended again and again',
      spec.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, period: Duration.minutes(5) }));
  }
}
