import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { BrokerRunbookSection, runbookLink, RunbookSection } from './runbook';

export interface AlarmSpec {
  /** What is wrong; a sentence without its full stop. */
  readonly description: string;
  readonly section: RunbookSection | BrokerRunbookSection;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly alarmAction?: cloudwatch.IAlarmAction;
  /** Of three periods, those that must breach. @default 1 */
  readonly breaches?: number;
}

/** An alarm that leads to its section of the runbook; an idle table has no numbers, and is fine. */
export function createAlarm(scope: Construct, id: string, spec: AlarmSpec): cloudwatch.Alarm {
  const breaches = spec.breaches ?? 1;
  const alarm = new cloudwatch.Alarm(scope, id, {
    alarmDescription: `${spec.description}. Runbook: ${runbookLink(spec.section)}`,
    metric: spec.metric,
    threshold: spec.threshold,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    evaluationPeriods: breaches === 1 ? 1 : 3,
    datapointsToAlarm: breaches,
  });
  if (spec.alarmAction) alarm.addAlarmAction(spec.alarmAction);
  return alarm;
}
