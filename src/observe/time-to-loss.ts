import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmOwner, createAlarm } from './alarm';
import { AlarmKind } from './alarm-kind';
import { SubscriberMetrics } from './subscriber-metrics';

const SECONDS_AN_HOUR = 3600;

/** The second, louder word on a stream's lag. Only a policy tells the two apart, so without one the first is all there is. */
export function createTimeToLoss(
  scope: Construct, owner: AlarmOwner, metrics: SubscriberMetrics, maxAgeSeconds?: number,
): cloudwatch.Alarm | undefined {
  if (!owner.policy.stated || maxAgeSeconds === undefined) return undefined;
  return createAlarm(scope, 'TimeToLoss', owner, {
    kind: AlarmKind.TIME_TO_LOSS,
    what: 'has little time left until changes are given up',
    metric: metrics.hoursLeft(maxAgeSeconds),
    threshold: owner.policy.secondsToLoss(maxAgeSeconds) / SECONDS_AN_HOUR,
    whenBelow: true,
  });
}
