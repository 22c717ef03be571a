import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmKind } from './alarm-kind';
import { AlarmPolicy } from './alarm-policy';

/** Metadata of the construct in the synthesized app: which alarm is left out, and why. */
const LEFT_OUT_METADATA = 'cdk-dynamodb-cdc:alarm-left-out';

export interface AlarmOwner {
  /** Whose alarms they are, as a sentence begins: `Subscriber FraudCheck`. */
  readonly subject: string;
  readonly subscriberName: string;
  readonly policy: AlarmPolicy;
  /** Goes before the policy's. */
  readonly alarmAction?: cloudwatch.IAlarmAction;
}

export interface AlarmSpec {
  readonly kind: AlarmKind;
  /** What is wrong; the rest of the sentence, without its full stop. */
  readonly what: string;
  readonly metric: cloudwatch.IMetric;
  /** @default 1 */
  readonly threshold?: number;
  /** Of `periods`, those that must breach. @default 1 */
  readonly breaches?: number;
  /** Periods of five minutes that the alarm looks at. @default - 1 where one must breach, else 3 */
  readonly periods?: number;
  /** Whether a period without numbers breaches. @default false - an idle table has none, and is fine */
  readonly missingBreaches?: boolean;
  /** Whether little is wrong, rather than much. @default false */
  readonly whenBelow?: boolean;
}

/** What most alarms say: `(id, kind, what is wrong, metric, breaches)`. */
export type MakeAlarm = (id: string, kind: AlarmKind, what: string, metric: cloudwatch.IMetric, breaches?: number) => cloudwatch.Alarm | undefined;

export function alarmsOf(scope: Construct, owner: AlarmOwner): MakeAlarm {
  return (id, kind, what, metric, breaches) => createAlarm(scope, id, owner, { kind, what, metric, breaches });
}

/**
 * Makes every alarm of the library: it leads to its section of the runbook, and follows the policy.
 * Undefined where the policy leaves it out.
 */
export function createAlarm(scope: Construct, id: string, owner: AlarmOwner, spec: AlarmSpec): cloudwatch.Alarm | undefined {
  const { policy, subscriberName, alarmAction } = owner;
  const reason = policy.reasonToLeaveOut(spec.kind, subscriberName);
  if (reason !== undefined) {
    scope.node.addMetadata(LEFT_OUT_METADATA, { alarm: spec.kind, reason });
    return undefined;
  }
  const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
  const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
  const breaches = spec.breaches ?? 1;
  const alarm = new cloudwatch.Alarm(scope, id, {
    alarmDescription: `${owner.subject} ${spec.what}. Runbook: ${policy.runbook}#${spec.kind}`,
    metric: spec.metric,
    threshold: spec.threshold ?? 1,
    comparisonOperator: spec.whenBelow ? LESS_THAN_OR_EQUAL_TO_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: spec.missingBreaches ? BREACHING : NOT_BREACHING,
    evaluationPeriods: spec.periods ?? (breaches === 1 ? 1 : 3),
    datapointsToAlarm: breaches,
  });
  const actions = alarmAction ? [alarmAction] : policy.actions(spec.kind);
  alarm.addAlarmAction(...actions);
  if (!alarmAction && policy.notifyWhenOver) alarm.addOkAction(...actions);
  return alarm;
}
