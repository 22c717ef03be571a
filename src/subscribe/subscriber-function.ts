import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { validateEnvironmentSize } from './environment';
import { LibraryFiles, RuntimeHandler, SubscriberInput } from './handler-source';
import { justifyFunction, justifyPolicy, justifyUnencrypted } from './subscriber-justifications';
import { SubscriberFunctionOptions } from './subscriber-options';
import { logStatement, networkStatement, tracingStatement } from './subscriber-policy';
import { DEFAULTS } from '../contract/settings';
import { IChangeSource } from '../publish/change-source';
import { toSeconds } from '../validate/checks';

export interface SubscriberFunctionSpec {
  readonly handler: RuntimeHandler;
  readonly source: IChangeSource;
  readonly subscriberName: string;
  readonly options: SubscriberFunctionOptions & { readonly timeout?: Duration };
  readonly environment: { readonly [name: string]: string };
  readonly files: LibraryFiles;
  /** @default 'STREAM' */
  readonly input?: SubscriberInput;
  /** What the role may do besides running the function. */
  readonly statements: iam.PolicyStatement[];
}

export interface SubscriberFunction {
  readonly fn: lambda.Function;
  readonly role: iam.IRole;
  readonly logGroup: logs.LogGroup;
}

/** Log group, role, function: three resources, with one policy inside the role. */
export function createSubscriberFunction(scope: Construct, spec: SubscriberFunctionSpec): SubscriberFunction {
  const { options, source } = spec;
  const logGroup = new logs.LogGroup(scope, 'Logs', {
    retention: options.logRetention ?? DEFAULTS.logRetentionDays as logs.RetentionDays,
    encryptionKey: source.encryptionKey,
    // It holds no table data, and what matters of a failure is in the failure store.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  justifyUnencrypted(logGroup, 'CKV_AWS_158', source);
  const traced = options.tracing !== undefined && options.tracing !== lambda.Tracing.DISABLED;
  const document = new iam.PolicyDocument({
    statements: [
      ...spec.statements,
      logStatement(logGroup.logGroupArn),
      ...(traced ? [tracingStatement()] : []),
      ...(options.vpc ? [networkStatement()] : []),
    ],
  });
  const policy = options.role && new iam.Policy(scope, 'Policy', { document });
  if (policy) options.role?.attachInlinePolicy(policy);
  const role = options.role ?? new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { Subscriber: document },
  });

  const fn = spec.handler.create(scope, 'Function', {
    role,
    logGroup,
    environment: { ...spec.environment },
    environmentEncryption: source.encryptionKey,
    memorySize: options.memorySize ?? DEFAULTS.memoryMiB,
    reservedConcurrentExecutions: options.reservedConcurrentExecutions,
    timeout: Duration.seconds(options.timeout ? toSeconds(scope, 'timeout', options.timeout) : DEFAULTS.timeoutSeconds),
    architecture: options.architecture ?? lambda.Architecture.ARM_64,
    vpc: options.vpc,
    vpcSubnets: options.vpcSubnets,
    securityGroups: options.securityGroups,
    layers: options.layers,
  }, spec.files, spec.input);
  justifyPolicy(policy ?? role, spec.subscriberName, source, traced || options.vpc !== undefined, spec.input);
  justifyFunction(fn, options.vpc !== undefined, traced);
  justifyUnencrypted(fn, 'CKV_AWS_173', source);
  if (policy) fn.node.addDependency(policy);
  // Given as a property it would add a policy of its own to the role.
  if (options.tracing) (fn.node.defaultChild as lambda.CfnFunction).tracingConfig = { mode: options.tracing };
  scope.node.addValidation({ validate: () => validateEnvironmentSize(fn) });
  return { fn, role, logGroup };
}
