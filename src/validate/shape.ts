import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidAt } from './invalid';
import { isPlaceholder } from './placeholders';

/** What is wrong with a value. */
export interface Problem {
  /** Added to the property's name, as `.timeout` or `[2]`. @default - the value itself is wrong */
  readonly at?: string;
  readonly given: unknown;
  readonly allowed: string;
  readonly remedy?: string;
}

/** Judges a value that was given for a property. Neither undefined nor a token comes here. */
export interface Rule {
  readonly required?: boolean;
  /** What a missing value should be. */
  readonly allowed: string;
  problem(value: unknown): Problem | undefined;
}

/** A rule for each property, so that a new one cannot be forgotten. */
export type Shape<T> = { readonly [Property in keyof Required<T>]: Rule };

/**
 * Checks what a construct is given, before it exists. Types are no help to users of plain JavaScript, and jsii passes on much that Python's types do not say:
 * without this a slip ends in `Cannot read properties of undefined`.
 */
export function checkArguments<T extends object>(scope: IConstruct, id: string, props: T, shape: Shape<T>): void {
  if (!isConstruct(scope)) throw invalidAt(String(id), 'scope', scope, 'a construct', 'Give the construct that it belongs to, usually `this`');
  const path = [scope.node.path, id].filter(Boolean).join('/');
  if (typeof id !== 'string') throw invalidAt(scope.node.path, 'id', id, 'a text');
  checkProperties(path, 'props', props, shape);
}

/** Checks an object of properties at a path of the construct tree, or at what stands for one. */
export function checkProperties<T extends object>(path: string, what: string, props: T, shape: Shape<T>): void {
  if (typeof props !== 'object' || props === null || Array.isArray(props)) {
    const needed = (Object.keys(shape) as (keyof T)[]).filter((property) => shape[property].required).join(', ');
    throw invalidAt(path, what, props, `an object${needed && ` with ${needed}`}`);
  }
  for (const property of Object.keys(shape) as (keyof T & string)[]) check(path, property, props[property], shape[property]);
}

/** Checks one value. */
export function check(path: string, property: string, value: unknown, rule: Rule): void {
  // jsii and JSON have null for what is missing.
  if (value === undefined || value === null) {
    if (rule.required) throw invalidAt(path, property, undefined, rule.allowed);
    if (value === null) throw invalidAt(path, property, value, rule.allowed, 'Leave it out for the default');
    return;
  }
  if (isLater(value)) return;
  const problem = rule.problem(value);
  if (problem) throw invalidAt(path, `${property}${problem.at ?? ''}`, problem.given, problem.allowed, problem.remedy);
}

/** Whether only deployment, or the run after CDK's look-ups, knows the value. */
export function isLater(value: unknown): boolean {
  return Token.isUnresolved(value) || isPlaceholder(value);
}

export function isConstruct(value: unknown): value is IConstruct {
  return typeof value === 'object' && value !== null && typeof (value as Partial<IConstruct>).node?.path === 'string';
}
