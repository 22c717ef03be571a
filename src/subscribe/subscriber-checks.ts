import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SubscriberBaseOptions } from './subscriber-options';
import { LAMBDA_MEMORY_MIB } from '../contract/limits';
import { MAX_ATTEMPTS } from '../contract/settings';
import { checkInteger } from '../validate/checks';
import { invalid } from '../validate/invalid';

/** What only the library's runtime can do, whatever hands it the changes. */
const RUNTIME_ONLY = ['concurrency', 'flushSize', 'maxAttempts', 'attemptSpan', 'onPoison', 'logLevel', 'logErrorMessages', 'autoRedrive'] as const;
/** What concerns a function that the subscriber makes. */
const OWN_FUNCTION_ONLY = [
  'memorySize', 'environment', 'architecture', 'vpc', 'vpcSubnets', 'securityGroups', 'layers', 'tracing', 'role', 'logRetention',
] as const;

/** What only one kind of subscriber can be told. */
export interface MoreToRefuse {
  readonly runtime: readonly string[];
  readonly own: readonly string[];
}

type Given = { readonly [property: string]: unknown };

/** What all subscribers can be told. */
export function checkBase(scope: Construct, props: SubscriberBaseOptions): void {
  checkInteger(scope, 'maxAttempts', props.maxAttempts, MAX_ATTEMPTS);
  checkInteger(scope, 'memorySize', props.memorySize, LAMBDA_MEMORY_MIB);
  const network = props.vpcSubnets ? 'vpcSubnets' : props.securityGroups ? 'securityGroups' : undefined;
  if (network && !props.vpc) throw invalid(scope, network, 'no vpc with it', 'it together with vpc');
}

/** A raw function has no runtime to do what some properties ask for, and would do without it silently; others it has to be told itself. */
export function refuseBesideRaw(scope: Construct, props: SubscriberBaseOptions, more: MoreToRefuse): void {
  const given = (names: readonly string[]) => names.find((name) => (props as unknown as Given)[name] !== undefined);
  const runtime = given([...RUNTIME_ONLY, ...more.runtime]);
  if (runtime) throw invalid(scope, runtime, 'it with ChangeHandler.fromFunction', 'it with fromEntry and fromDirectory, whose runtime does it');
  const own = given([...OWN_FUNCTION_ONLY, ...more.own]);
  if (own) throw invalid(scope, own, 'it with ChangeHandler.fromFunction', 'it with fromEntry and fromDirectory', 'Set it on the function itself');
}

/** Undefined where it is known only when deployed. */
export function secondsOf(value: Duration | undefined, byDefault?: number): number | undefined {
  if (!value) return byDefault;
  return value.isUnresolved() ? undefined : value.toSeconds({ integral: false });
}
