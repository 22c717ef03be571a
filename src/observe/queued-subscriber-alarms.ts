import { Duration, Tokenization } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmsOf } from './alarm';
import { AlarmKind } from './alarm-kind';
import { AlarmPolicy } from './alarm-policy';
import { lagThreshold } from './lag-threshold';
import { createStored } from './stored-alarm';
import { SubscriberMetrics } from './subscriber-metrics';
import { FIFO_SEARCHED_MESSAGES } from '../contract/limits';
import { METRIC } from '../contract/metrics';
import { IChangeSource } from '../publish/change-source';

const PERIOD = Duration.minutes(5);
/** The alarm comes before a backlog of blocked groups holds back the others. */
const BACKLOG = FIFO_SEARCHED_MESSAGES * 0.8;

/** What the alarms of a queued subscriber are made from. Not for users: a subscriber makes its own. */
export interface QueuedSubscriberAlarmsSpec {
  readonly metrics: SubscriberMetrics;
  readonly subscriberName: string;
  readonly queue: sqs.IQueue;
  readonly source: IChangeSource;
  /** What the user said; may be a token. */
  readonly lagThresholdSeconds?: number;
  readonly defaultLagSeconds: number;
  /** Age at which a change that fails goes to the failure store; undefined where only deployment knows it. */
  readonly maxRecordAgeSeconds?: number;
  /** False for a raw function, which writes none of the runtime's metrics. */
  readonly hasRuntime: boolean;
  readonly alarmAction?: cloudwatch.IAlarmAction;
}

/** The alarms of one subscriber with a queue, as far as no policy leaves them out: four, since a table may have many. Those of the relay stand before them. */
export class QueuedSubscriberAlarms extends Construct {
  /**
   * Makes them.
   *
   * @internal
   */
  public static _create(scope: Construct, id: string, spec: QueuedSubscriberAlarmsSpec): QueuedSubscriberAlarms {
    return new QueuedSubscriberAlarms(scope, id, spec);
  }

  /** The oldest change in the queue is too old, or the queue is so long that blocked items hold back others. */
  public readonly backlog?: cloudwatch.Alarm;

  /** The function crashes or runs out of time. */
  public readonly errors?: cloudwatch.Alarm;

  /** Changes have arrived in the failure store, or are still there where a policy is. Not there for a raw function. */
  public readonly stored?: cloudwatch.Alarm;

  /** Most items fail alike, as when something the handler calls is down. Not there for a raw function. */
  public readonly outage?: cloudwatch.Alarm;

  private constructor(scope: Construct, id: string, spec: QueuedSubscriberAlarmsSpec) {
    super(scope, id);
    const { metrics, queue } = spec;
    const policy = new AlarmPolicy(this);
    const owner = { ...spec, policy, subject: `Subscriber ${spec.subscriberName}` };
    const alarm = alarmsOf(this, owner);
    const longestAge = lagThreshold(policy, {
      given: spec.lagThresholdSeconds, byDefault: spec.defaultLagSeconds, maxAgeSeconds: spec.maxRecordAgeSeconds, perSecond: 1,
    });
    this.backlog = alarm('Backlog', AlarmKind.BACKLOG, 'lags behind its queue', new cloudwatch.MathExpression({
      label: 'Age or length of the queue, as shares of what is allowed',
      // A number that is a token stands for itself only as a text.
      expression: `MAX([age / ${Tokenization.stringifyNumber(longestAge)}, length / ${BACKLOG}])`,
      usingMetrics: {
        age: queue.metricApproximateAgeOfOldestMessage({ statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD }),
        length: queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD }),
      },
      period: PERIOD,
    }));
    this.errors = alarm('Errors', AlarmKind.ERRORS, 'crashes or runs out of time', metrics.fn('Errors'), 2);
    if (!spec.hasRuntime) return;
    const stored = metrics.runtime(METRIC.STORED);
    const watched = metrics.sum('Changes stored, and items parked', { stored, parked: metrics.parked() });
    this.stored = createStored(this, owner, spec.source, { arrivals: stored, watched });
    this.outage = alarm('Outage', AlarmKind.OUTAGE, 'fails for most items alike', metrics.runtime(METRIC.OUTAGE), 2);
  }
}
