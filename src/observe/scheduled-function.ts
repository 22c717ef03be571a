import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createScheduledFunctionAlarm } from './scheduled-function-alarm';
import { DEFAULTS } from '../contract/settings';
import { IChangeSource } from '../publish/change-source';
import { justify } from '../validate/justify';

/** Id of what `configureAsyncInvoke` makes. */
const ASYNC_CONFIG = 'EventInvokeConfig';

export interface ScheduledFunctionSpec {
  readonly source: IChangeSource;
  readonly handler: string;
  readonly code: lambda.Code;
  readonly timeout: Duration;
  readonly memoryMiB: number;
  /** Name of the policy inside the role. */
  readonly policyName: string;
  readonly policy: (logGroup: logs.ILogGroup) => iam.PolicyDocument;
  /** Whose alarm it is, as a sentence begins: `The watch of the failure store`. */
  readonly subject: string;
  /** The name by which a `CdcAlarms` policy can leave the alarm out. */
  readonly name: string;
  /** Why its concurrency is not limited. */
  readonly atOnce: string;
  /** Why nothing of an event that fails is kept. */
  readonly holdsNothing: string;
}

export interface ScheduledFunction {
  readonly fn: lambda.Function;
  readonly role: iam.Role;
}

/** A prebuilt function of the library that looks after a table now and then: log group, role, function, and the alarm that it does not. */
export function createScheduledFunction(scope: Construct, spec: ScheduledFunctionSpec): ScheduledFunction {
  const { source, holdsNothing } = spec;
  const logGroup = new logs.LogGroup(scope, 'Logs', {
    retention: DEFAULTS.logRetentionDays as logs.RetentionDays,
    encryptionKey: source.encryptionKey,
    // It holds no table data.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { [spec.policyName]: spec.policy(logGroup) },
  });
  const fn = new lambda.Function(scope, 'Function', {
    role,
    logGroup,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: spec.handler,
    code: spec.code,
    timeout: spec.timeout,
    memorySize: spec.memoryMiB,
  });
  justify(fn,
    { checkov: 'CKV_AWS_115', reason: spec.atOnce },
    { nag: 'Serverless-LambdaDLQ', checkov: 'CKV_AWS_116', reason: holdsNothing },
    { nag: 'Serverless-LambdaAsyncFailureDestination', reason: holdsNothing },
    { nag: 'Serverless-LambdaTracing', cfnLint: 'WS1000', reason: 'Traces cost money for each look.' },
    { cfnLint: 'WS1004', reason: 'Its log group is the one that LoggingConfig names, with a retention; the rule looks for a name of its own.' },
    { cfnLint: 'W3005', reason: 'CDK\'s own Function states the dependency on its role beside using it.' },
    { checkov: 'CKV_AWS_117', reason: 'What it calls is public.' },
  );
  createScheduledFunctionAlarm(scope, { fn, subject: spec.subject, name: spec.name });
  if (!source.encryptionKey) justify(logGroup, { checkov: 'CKV_AWS_158', reason: 'It follows the table, for which no customer key was given.' });
  return { fn, role };
}

export interface ScheduleSpec {
  readonly description: string;
  readonly every: Duration;
  readonly fn: lambda.Function;
  /** What the function is sent. */
  readonly event: object;
  /** Why nothing of an event that fails is kept. */
  readonly holdsNothing: string;
}

/**
 * Sends a function the same event again and again. An event that fails, or that waits for capacity until the next one is due,
 * is not sent again. `retryAttempts` alone does not see to that: it governs EventBridge's delivery to Lambda, while Lambda itself
 * invokes a function that fails twice more, and keeps a throttled event for six hours.
 *
 * It does not keep two invocations from running at once, since EventBridge may deliver an event twice, and a long invocation
 * meets the next one. Reserved concurrency of 1 is no way: accounts with a small quota refuse it. What may not run twice at once
 * takes a lease in the ledger (see docs/adr/0053).
 */
export function createSchedule(scope: Construct, id: string, { description, every, fn, event, holdsNothing: reason }: ScheduleSpec): events.Rule {
  // One function may have several schedules, all of one interval.
  if (!fn.node.tryFindChild(ASYNC_CONFIG)) {
    fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: every });
    justify(fn.node.findChild(ASYNC_CONFIG), { nag: 'Serverless-LambdaAsyncFailureDestination', reason });
  }
  const rule = new events.Rule(scope, id, { description, schedule: events.Schedule.rate(every) });
  addEvent(rule, fn, event);
  justify(rule, { nag: 'Serverless-EventBusDLQ', cfnLint: 'ES4000', reason });
  for (const node of rule.node.findAll()) if (node instanceof lambda.CfnPermission) justify(node, { cfnLint: 'ES1007', reason });
  return rule;
}

/** Sends an event more at the same times. */
export function addEvent(rule: events.Rule, fn: lambda.Function, event: object): void {
  rule.addTarget(new targets.LambdaFunction(fn, { event: events.RuleTargetInput.fromObject(event), retryAttempts: 0 }));
}
