import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The one shape of a synth error: where, which property, what was given, what is allowed, and the way out where there is one. */
export function invalid(scope: IConstruct, property: string, given: unknown, allowed: string, remedy?: string): Error {
  return new Error(`[${scope.node.path}] ${describeInvalid(property, given, allowed, remedy)}`);
}

/** The same without the path, for validations, before which CDK prints the path itself. */
export function describeInvalid(property: string, given: unknown, allowed: string, remedy?: string): string {
  return `${property}: given ${show(given)}, allowed ${allowed}${remedy ? `. ${remedy}` : ''}`;
}

function show(given: unknown): string {
  if (given === undefined) return 'nothing';
  if (Token.isUnresolved(given)) return 'a token';
  return given === '' ? '\'\'' : String(given);
}
