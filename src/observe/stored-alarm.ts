import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmOwner, createAlarm } from './alarm';
import { AlarmKind } from './alarm-kind';
import { FailureWatch } from './failure-watch';
import { IChangeSource } from '../publish/change-source';

/**
 * The watch writes every four minutes, and CloudWatch has a number up to some minutes later, while it looks each minute at the
 * periods that end then: in a single period of five minutes there is often none yet. In three there always is one.
 */
const PERIODS = 3;

export interface StoredMetrics {
  /** Changes that arrive in the failure store. */
  readonly arrivals: cloudwatch.IMetric;
  /** The same, and what is still there as of the watch's last look. */
  readonly watched: cloudwatch.IMetric;
}

/** Changes are in the failure store: for as long as they are, where a policy has it watched, and else when they arrive. */
export function createStored(
  scope: Construct, owner: AlarmOwner, source: IChangeSource, { arrivals, watched }: StoredMetrics,
): cloudwatch.Alarm | undefined {
  const kind = AlarmKind.STORED;
  if (!owner.policy.watchFailures) return createAlarm(scope, 'Stored', owner, { kind, what: 'put changes into the failure store', metric: arrivals });
  FailureWatch.of(source);
  return createAlarm(scope, 'Stored', owner, { kind, what: 'has changes in the failure store', metric: watched, periods: PERIODS });
}
