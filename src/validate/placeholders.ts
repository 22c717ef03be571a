import { Duration, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What CDK puts in the place of a parameter whose value it has yet to look up. */
const DUMMY = 'dummy-value-for-';

/** Whether a text stands for a value that CDK has yet to look up. */
export function isPlaceholder(text: unknown): boolean {
  return typeof text === 'string' && text.includes(DUMMY);
}

/**
 * Whether the app has asked for values that CDK has yet to look up. The app then runs again with the answers, and nothing of this run is deployed: a check that fails now
 * would end the run before the questions are written down, so that they are never answered.
 */
export function awaitsLookup(scope: IConstruct): boolean {
  return scope.node.root.node.findAll().some((each) => Stack.isStack(each) && questionsOf(each) > 0);
}

/** CDK keeps them to itself until it writes the manifest. */
function questionsOf(stack: Stack): number {
  return (stack as unknown as { readonly _missingContext?: readonly unknown[] })._missingContext?.length ?? 0;
}

/**
 * Properties without the numbers and durations that were made of a placeholder, for which their defaults stand in. The values themselves are checked in the run that is
 * deployed.
 */
export function withoutPlaceholders<T extends object>(scope: IConstruct, props: T): T {
  return hasPlaceholder(props) && awaitsLookup(scope) ? cleaned(props) : props;
}

function hasPlaceholder(value: unknown): boolean {
  return isNoNumber(value) || (isPlain(value) && Object.values(value).some(hasPlaceholder));
}

function cleaned<T extends object>(props: T): T {
  const entries = Object.entries(props).filter(([, value]) => !isNoNumber(value));
  return Object.fromEntries(entries.map(([name, value]) => [name, isPlain(value) ? cleaned(value) : value])) as T;
}

/** A number that was read from a placeholder. */
function isNoNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isNaN(value);
  // `instanceof` is false for a duration of another copy of aws-cdk-lib.
  const duration = value as Partial<Duration> | null | undefined;
  return typeof duration?.toMilliseconds === 'function' && !duration.isUnresolved!() && Number.isNaN(duration.toMilliseconds({ integral: false }));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
