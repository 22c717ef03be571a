import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmOwner, createAlarm } from './alarm';
import { AlarmKind } from './alarm-kind';
import { lagThreshold } from './lag-threshold';
import { SubscriberMetrics } from './subscriber-metrics';

const SECONDS_AN_HOUR = 3600;
const MILLIS_A_SECOND = 1000;

export interface StreamLag {
  readonly metrics: SubscriberMetrics;
  /** What the user said; may be a token. */
  readonly thresholdMillis?: number;
  readonly defaultMillis: number;
  /** Age at which the mapping gives a change up; undefined where only deployment knows it. */
  readonly maxAgeSeconds?: number;
}

/** What reads the stream lags behind it, long before changes are given up. */
export function createLag(scope: Construct, owner: AlarmOwner, lag: StreamLag): cloudwatch.Alarm | undefined {
  const { metrics, thresholdMillis, defaultMillis, maxAgeSeconds } = lag;
  return createAlarm(scope, 'Lag', owner, {
    kind: AlarmKind.LAG,
    what: 'lags behind the table',
    metric: metrics.lag(),
    threshold: lagThreshold(owner.policy, { given: thresholdMillis, byDefault: defaultMillis, maxAgeSeconds, perSecond: MILLIS_A_SECOND }),
  });
}

/** The second, louder word on a stream's lag. Only a policy tells the two apart, so without one the first is all there is. */
export function createTimeToLoss(scope: Construct, owner: AlarmOwner, { metrics, maxAgeSeconds }: StreamLag): cloudwatch.Alarm | undefined {
  if (!owner.policy.stated || maxAgeSeconds === undefined) return undefined;
  return createAlarm(scope, 'TimeToLoss', owner, {
    kind: AlarmKind.TIME_TO_LOSS,
    what: 'has little time left until changes are given up',
    metric: metrics.hoursLeft(maxAgeSeconds),
    threshold: owner.policy.secondsToLoss(maxAgeSeconds) / SECONDS_AN_HOUR,
    whenBelow: true,
  });
}
