import { Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { AlarmKind, AlarmSeverity, defaultSeverity } from './alarm-kind';
import { AlarmOptOut, CdcAlarmsProps } from './cdc-alarms-props';
import { runbookAddress } from './runbook';
import { invalid } from '../validate/invalid';
import { withoutPlaceholders } from '../validate/placeholders';

/** Policies by the scope they hold for. */
const policies = new WeakMap<IConstruct, AlarmRules>();
/** Scopes below which alarms are, with the path of the first: a policy that came after it would hold for some only. */
const decided = new WeakMap<IConstruct, string>();

/** What one scope's policy says. */
export class AlarmRules {
  private readonly optOuts: AlarmOptOut[] = [];
  private readonly severities = new Map<AlarmKind, AlarmSeverity>();

  constructor(private readonly scope: IConstruct, readonly props: CdcAlarmsProps) {}

  leaveOut(optOut: AlarmOptOut): void {
    requireUndecided(this.scope);
    this.optOuts.push(optOut);
  }

  rate(kind: AlarmKind, severity: AlarmSeverity): void {
    requireUndecided(this.scope);
    this.severities.set(kind, severity);
  }

  reasonToLeaveOut(kind: AlarmKind, subscriberName: string): string | undefined {
    return this.optOuts.find((optOut) => optOut.alarm === kind && (optOut.subscriberName ?? subscriberName) === subscriberName)?.reason;
  }

  severityOf(kind: AlarmKind): AlarmSeverity | undefined {
    return this.severities.get(kind);
  }
}

export function policyAt(scope: IConstruct): AlarmRules | undefined {
  return policies.get(scope);
}

export function addPolicy(scope: IConstruct, props: CdcAlarmsProps): AlarmRules {
  requireUndecided(scope);
  props = withoutPlaceholders(scope, props);
  const { lagShare, timeToLoss } = props;
  if (lagShare !== undefined && !Token.isUnresolved(lagShare) && !(lagShare > 0 && lagShare < 1)) {
    throw invalid(scope, 'lagShare', lagShare, 'more than 0, less than 1');
  }
  if (Token.isUnresolved(lagShare)) throw invalid(scope, 'lagShare', lagShare, 'a number known at synth');
  if (timeToLoss?.isUnresolved()) throw invalid(scope, 'timeToLoss', 'a token', 'a duration known at synth');
  if (timeToLoss && timeToLoss.toSeconds() < 1) throw invalid(scope, 'timeToLoss', timeToLoss.toString(), 'at least a second');
  const rules = new AlarmRules(scope, props);
  policies.set(scope, rules);
  return rules;
}

function requireUndecided(scope: IConstruct): void {
  const first = decided.get(scope);
  if (first) throw invalid(scope, 'alarms', `a policy after the alarms of ${first}`, 'a policy before the first subscriber below its scope');
}

/** What all policies above an alarm say together, the nearest first. */
export class AlarmPolicy {
  private readonly nearestFirst: readonly AlarmRules[];

  constructor(private readonly owner: IConstruct) {
    this.nearestFirst = owner.node.scopes.map((scope) => policies.get(scope)).filter((rules) => rules !== undefined).reverse();
    for (const scope of owner.node.scopes) if (!decided.has(scope)) decided.set(scope, owner.node.path);
  }

  /** Whether there is one at all. */
  get stated(): boolean {
    return this.nearestFirst.length > 0;
  }

  get lagShare(): number | undefined {
    return this.given('lagShare');
  }

  get watchFailures(): boolean {
    return this.stated && (this.given('watchFailures') ?? true);
  }

  get runbook(): string {
    return this.given('runbook') ?? runbookAddress();
  }

  reasonToLeaveOut(kind: AlarmKind, subscriberName: string): string | undefined {
    return this.first((rules) => rules.reasonToLeaveOut(kind, subscriberName));
  }

  actions(kind: AlarmKind): readonly cloudwatch.IAlarmAction[] {
    const severity = this.first((rules) => rules.severityOf(kind)) ?? defaultSeverity(kind);
    return this.given(severity === AlarmSeverity.CRITICAL ? 'criticalActions' : 'warningActions') ?? [];
  }

  get notifyWhenOver(): boolean {
    return this.given('notifyWhenOver') ?? false;
  }

  /** Seconds that must be left of an age at which changes are given up. */
  secondsToLoss(maxAgeSeconds: number): number {
    const given = this.given('timeToLoss')?.toSeconds();
    if (given !== undefined && given >= maxAgeSeconds) {
      throw invalid(this.owner, 'timeToLoss', `${given} seconds in a policy above`, `less than maxRecordAge, ${maxAgeSeconds} seconds`);
    }
    return given ?? Math.ceil(maxAgeSeconds / 4);
  }

  private given<Name extends keyof CdcAlarmsProps>(name: Name): CdcAlarmsProps[Name] {
    return this.first(({ props }) => props[name]);
  }

  private first<T>(look: (rules: AlarmRules) => T | undefined): T | undefined {
    for (const rules of this.nearestFirst) {
      const found = look(rules);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
