import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmOwner, createAlarm } from './alarm';
import { AlarmKind } from './alarm-kind';
import { SubscriberMetrics } from './subscriber-metrics';

/**
 * Half an hour: longer than an invocation of 15 minutes, during which Lambda may poll nothing, a back-off of a minute, and the
 * minutes by which metrics are late.
 */
const PERIODS = 6;
/** Counts of events are never below 0, so only their absence breaches. */
const BELOW_ANY_COUNT = -1;

/**
 * The event source mapping does not read its stream: it is paused, or may not. IteratorAge cannot tell, since it exists only
 * where the function is invoked. Lambda counts 0 polled events for an empty poll, and nothing where nothing polls.
 */
export function createNotReading(scope: Construct, owner: AlarmOwner, metrics: SubscriberMetrics): cloudwatch.Alarm | undefined {
  return createAlarm(scope, 'NotReading', owner, {
    kind: AlarmKind.NOT_READING,
    what: 'has not read the stream for half an hour',
    metric: metrics.alive(),
    threshold: BELOW_ANY_COUNT,
    whenBelow: true,
    breaches: PERIODS,
    periods: PERIODS,
    missingBreaches: true,
  });
}
