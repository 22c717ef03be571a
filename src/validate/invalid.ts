import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** More names do not help to recognize an object. */
const SHOWN_KEYS = 5;
const JSII = Symbol.for('jsii.rtti');

/** The one shape of a synth error: where, which property, what was given, what is allowed, and the way out where there is one. */
export function invalid(scope: IConstruct, property: string, given: unknown, allowed: string, remedy?: string): Error {
  return invalidAt(scope.node.path, property, given, allowed, remedy);
}

/** The same for a construct that does not exist yet, by its path. */
export function invalidAt(path: string, property: string, given: unknown, allowed: string, remedy?: string): Error {
  return new Error(`[${path}] ${describeInvalid(property, given, allowed, remedy)}`);
}

/** The same without the path, for validations, before which CDK prints the path itself. */
export function describeInvalid(property: string, given: unknown, allowed: string, remedy?: string): string {
  return `${property}: given ${show(given)}, allowed ${allowed}${remedy ? `. ${remedy}` : ''}`;
}

function show(given: unknown): string {
  if (given === undefined) return 'nothing';
  if (Token.isUnresolved(given)) return 'a token';
  if (typeof given === 'function') return `a function${given.name && `, ${given.name}`}`;
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'object' && given !== null) return showObject(given);
  return given === '' ? '\'\'' : String(given);
}

/** Bundled constructs have no reliable names of classes; jsii knows what they are called. */
function classOf(given: object): string | undefined {
  const made = Object.getPrototypeOf(given)?.constructor as { readonly name?: string; readonly [JSII]?: { readonly fqn?: string } } | undefined;
  return made?.[JSII]?.fqn?.split('.').pop() ?? made?.name;
}

/** Its kind rather than its text, which may hold anything. */
function showObject(given: object & { readonly node?: { readonly path?: unknown } }): string {
  const name = classOf(given);
  const kind = name && name !== 'Object' ? `an object of class ${name}` : `an object with ${Object.keys(given).slice(0, SHOWN_KEYS).join(', ') || 'nothing in it'}`;
  return typeof given.node?.path === 'string' ? `${kind}, ${given.node.path}` : kind;
}
