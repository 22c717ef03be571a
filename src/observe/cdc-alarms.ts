import { IConstruct } from 'constructs';
import { AlarmKind, AlarmSeverity } from './alarm-kind';
import { addPolicy, AlarmRules, policyAt } from './alarm-policy';
import { ALARM_KIND, ALARM_OPT_OUT, ALARM_SEVERITY, CDC_ALARMS } from './alarm-shapes';
import { AlarmOptOut, CdcAlarmsProps } from './cdc-alarms-props';
import { invalid, invalidAt } from '../validate/invalid';
import { check, checkProperties, isConstruct } from '../validate/shape';

/**
 * One policy for the alarms of every subscriber and relay below a scope, be it the app, a stack or a construct. State it before the first of them is
 * made: their alarms follow the policies that are there then, of which the nearest goes first.
 *
 * A construct's own `alarmAction` and `lagAlarmThreshold` go before any policy. With a policy, subscribers on a stream and the relay have one alarm more,
 * TIME_TO_LOSS, and the failure store is watched.
 *
 * @example
 * CdcAlarms.of(this, { criticalActions: [pager], warningActions: [ticket], lagShare: 0.1 })
 *   .leaveOut({ alarm: AlarmKind.THROTTLES, reason: 'The account alarms on throttles of all its functions.' });
 */
export class CdcAlarms {
  /**
   * The policy of a scope, made when first asked for.
   *
   * Fails for properties when it is there already, when the scope already has alarms, and for a `lagShare` or `timeToLoss` out of bounds.
   *
   * @param scope what it holds for
   * @param props what it says
   */
  public static of(scope: IConstruct, props?: CdcAlarmsProps): CdcAlarms {
    if (!isConstruct(scope)) throw invalidAt('CdcAlarms.of', 'scope', scope, 'a construct: the app, a stack or what is below them');
    if (props !== undefined) checkProperties(scope.node.path, 'props', props, CDC_ALARMS);
    const found = policyAt(scope);
    if (found && props) throw invalid(scope, 'alarms', 'a second policy for one scope', 'one, which CdcAlarms.of(scope) returns');
    return new CdcAlarms(scope, found ?? addPolicy(scope, props ?? {}));
  }

  /**
   * Leaves out every alarm below a scope, as where another tool watches the metrics.
   *
   * Fails without a reason, and when the scope already has alarms or a policy.
   *
   * @param scope what it holds for
   * @param reason why nobody needs them
   */
  public static none(scope: IConstruct, reason: string): CdcAlarms {
    const policy = CdcAlarms.of(scope, { watchFailures: false });
    for (const alarm of Object.values(AlarmKind)) policy.leaveOut({ alarm, reason });
    return policy;
  }

  private constructor(private readonly scope: IConstruct, private readonly rules: AlarmRules) {}

  /**
   * Leaves out one alarm. What an outer scope leaves out, an inner one cannot bring back.
   *
   * Fails without a reason, and when the scope already has alarms.
   *
   * @param optOut which, and why
   */
  public leaveOut(optOut: AlarmOptOut): CdcAlarms {
    checkProperties(this.scope.node.path, 'optOut', optOut, ALARM_OPT_OUT);
    if (!optOut.reason.trim()) throw invalid(this.scope, `leaveOut(${optOut.alarm}).reason`, optOut.reason, 'why nobody needs the alarm');
    this.rules.leaveOut(optOut);
    return this;
  }

  /**
   * Says how soon somebody has to look at an alarm. By default DROPPED, TIME_TO_LOSS, DEAD_LETTERS and NOT_READING are critical, all others warnings.
   *
   * Fails when the scope already has alarms.
   *
   * @param alarm which
   * @param severity how soon
   */
  public rate(alarm: AlarmKind, severity: AlarmSeverity): CdcAlarms {
    check(this.scope.node.path, 'alarm', alarm, ALARM_KIND);
    check(this.scope.node.path, 'severity', severity, ALARM_SEVERITY);
    this.rules.rate(alarm, severity);
    return this;
  }
}
