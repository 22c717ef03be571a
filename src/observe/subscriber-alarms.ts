import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmsOf } from './alarm';
import { AlarmKind } from './alarm-kind';
import { AlarmPolicy } from './alarm-policy';
import { createLag, createTimeToLoss, StreamLag } from './lag-alarms';
import { createNotReading } from './not-reading-alarm';
import { createStored } from './stored-alarm';
import { SubscriberMetrics } from './subscriber-metrics';
import { METRIC } from '../contract/metrics';
import { IChangeSource } from '../publish/change-source';

/** One crash or throttle is retried and done with; a second within a quarter of an hour is not an accident. */
const REPEATED = 2;

/** What the alarms of a subscriber are made from. Not for users: a subscriber makes its own. */
export interface SubscriberAlarmsSpec {
  readonly metrics: SubscriberMetrics;
  readonly subscriberName: string;
  readonly source: IChangeSource;
  readonly lag: Omit<StreamLag, 'metrics'>;
  /** False for a raw function, which writes none of the runtime's metrics. */
  readonly hasRuntime: boolean;
  /** Whether the mapping is meant to read. One that is deployed switched off does as it should. */
  readonly isEnabled: boolean;
  readonly alarmAction?: cloudwatch.IAlarmAction;
}

/** The alarms of one direct subscriber, as far as no policy leaves them out. The description of each names the section of the runbook that says what to do. */
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
  public readonly lag?: cloudwatch.Alarm;

  /** Little time is left until changes are given up. There where a policy is, unless `maxRecordAge` is a token. */
  public readonly timeToLoss?: cloudwatch.Alarm;

  /** The event source mapping has not read the stream for half an hour. Not there with `enabled: false`. */
  public readonly notReading?: cloudwatch.Alarm;

  /** Changes have arrived in the failure store, or are still there where a policy is. */
  public readonly stored?: cloudwatch.Alarm;

  /** Changes are lost. */
  public readonly dropped?: cloudwatch.Alarm;

  /** The function crashes or runs out of time. */
  public readonly errors?: cloudwatch.Alarm;

  /** Lambda has no capacity for the function. */
  public readonly throttles?: cloudwatch.Alarm;

  /** Most items fail alike, as when something the handler calls is down. Not there for a raw function. */
  public readonly outage?: cloudwatch.Alarm;

  private constructor(scope: Construct, id: string, spec: SubscriberAlarmsSpec) {
    super(scope, id);
    const { lag, metrics } = spec;
    const owner = { ...spec, policy: new AlarmPolicy(this), subject: `Subscriber ${spec.subscriberName}` };
    const alarm = alarmsOf(this, owner);

    this.lag = createLag(this, owner, { ...lag, metrics });
    this.timeToLoss = createTimeToLoss(this, owner, { ...lag, metrics });
    if (spec.isEnabled) this.notReading = createNotReading(this, owner, metrics);
    this.stored = createStored(this, owner, spec.source, { arrivals: metrics.stored(), watched: metrics.storedOrParked() });
    this.dropped = alarm('Dropped', AlarmKind.DROPPED, 'lost changes', metrics.dropped());
    this.errors = alarm('Errors', AlarmKind.ERRORS, 'crashes or runs out of time', metrics.fn('Errors'), REPEATED);
    this.throttles = alarm('Throttles', AlarmKind.THROTTLES, 'is throttled', metrics.fn('Throttles'), REPEATED);
    if (spec.hasRuntime) {
      this.outage = alarm('Outage', AlarmKind.OUTAGE, 'fails for most items alike', metrics.runtime(METRIC.OUTAGE), REPEATED);
    }
  }
}
