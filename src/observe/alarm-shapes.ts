import { AlarmKind, AlarmSeverity } from './alarm-kind';
import { AlarmOptOut, CdcAlarmsProps } from './cdc-alarms-props';
import { DURATION, FLAG, has, listOf, NUMBER, oneOf, required, rule, TEXT } from '../validate/rules';
import { Shape } from '../validate/shape';

export const ALARM_ACTION = rule('an alarm action', (value) => typeof value?.bind === 'function', (value) => (
  has('topicArn')(value) ? 'Wrap the topic: new SnsAction(topic), of aws-cdk-lib/aws-cloudwatch-actions' : undefined));

export const ALARM_KIND = required(oneOf('AlarmKind', AlarmKind));
export const ALARM_SEVERITY = required(oneOf('AlarmSeverity', AlarmSeverity));

export const CDC_ALARMS: Shape<CdcAlarmsProps> = {
  criticalActions: listOf(ALARM_ACTION),
  warningActions: listOf(ALARM_ACTION),
  notifyWhenOver: FLAG,
  lagShare: NUMBER,
  timeToLoss: DURATION,
  watchFailures: FLAG,
  runbook: TEXT,
};

export const ALARM_OPT_OUT: Shape<AlarmOptOut> = { alarm: ALARM_KIND, subscriberName: TEXT, reason: required(TEXT) };
