import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SubscriberBaseOptions } from './subscriber-options';
import { LAMBDA_MEMORY_MIB, RESERVED_CONCURRENCY } from '../contract/limits';
import { AGE_SHARE_BEFORE_STORING, MAX_ATTEMPTS } from '../contract/settings';
import { checkInteger } from '../validate/checks';
import { invalid } from '../validate/invalid';

/** What only the library's runtime can do, whatever hands it the changes. */
const RUNTIME_ONLY = ['concurrency', 'flushSize', 'maxAttempts', 'attemptSpan', 'maxPostponement', 'onPoison', 'logLevel', 'logErrorMessages', 'autoRedrive'] as const;
/** What concerns a function that the subscriber makes. */
const OWN_FUNCTION_ONLY = [
  'memorySize', 'reservedConcurrentExecutions', 'environment', 'architecture', 'vpc', 'vpcSubnets', 'securityGroups', 'layers', 'tracing', 'role', 'logRetention',
] as const;

/** Attempts that are spread over more time than a change may take to grow old would never be spent. `age` is undefined where only deployment knows it. */
export function checkSpan(scope: Construct, attemptSpan: Duration | undefined, age: number | undefined): void {
  const most = age === undefined ? Infinity : Math.floor(age * AGE_SHARE_BEFORE_STORING);
  const span = secondsOf(attemptSpan, 0);
  if (span === undefined || span <= most) return;
  throw invalid(scope, 'attemptSpan', `${span} seconds`, `0 to ${most} seconds, so that maxRecordAge has time for it`);
}

/** A change that is too old is stored in any case. `age` is undefined where only deployment knows it. */
export function checkPostponement(scope: Construct, maxPostponement: Duration | undefined, age: number | undefined): void {
  const most = age === undefined ? Infinity : Math.floor(age * AGE_SHARE_BEFORE_STORING);
  const given = secondsOf(maxPostponement, 1);
  if (given === undefined || (given >= 1 && given <= most)) return;
  throw invalid(scope, 'maxPostponement', `${given} seconds`, `1 to ${most} seconds, nine tenths of maxRecordAge`);
}

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
  checkInteger(scope, 'reservedConcurrentExecutions', props.reservedConcurrentExecutions, RESERVED_CONCURRENCY);
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
