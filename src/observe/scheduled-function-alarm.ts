import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createAlarm } from './alarm';
import { AlarmKind } from './alarm-kind';
import { AlarmPolicy } from './alarm-policy';

const PERIOD = Duration.minutes(5);
const METRIC = { statistic: cloudwatch.Stats.SUM, period: PERIOD };

/** A function on a schedule of at most five minutes. */
export interface ScheduledFunctionAlarmSpec {
  readonly fn: lambda.IFunction;
  /** As a sentence begins: `The watch of the failure store`. */
  readonly subject: string;
  /** The name by which a policy can leave the alarm out. */
  readonly name: string;
}

/**
 * One alarm for every way in which such a function does not do its work: it fails, it is throttled, or nothing invokes it.
 *
 * A period counts as good when the function was invoked and no invocation failed. Three of four must be bad: the newest one
 * may not have its numbers yet, and a single failure is made up for by the next invocation.
 */
export function createScheduledFunctionAlarm(scope: Construct, { fn, subject, name }: ScheduledFunctionAlarmSpec): cloudwatch.Alarm | undefined {
  return createAlarm(scope, 'NotWorking', { subject, subscriberName: name, policy: new AlarmPolicy(scope) }, {
    kind: AlarmKind.SCHEDULED,
    what: 'fails, is throttled or is not invoked',
    metric: new cloudwatch.MathExpression({
      label: 'Invocations, 0 where one failed',
      expression: 'IF(FILL(errors, 0) > 0, 0, FILL(invocations, 0))',
      usingMetrics: { errors: fn.metric('Errors', METRIC), invocations: fn.metric('Invocations', METRIC) },
      period: PERIOD,
    }),
    threshold: 0,
    whenBelow: true,
    breaches: 3,
    periods: 4,
    missingBreaches: true,
  });
}
