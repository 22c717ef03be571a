import { Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalid } from './invalid';
import { awaitsLookup } from './placeholders';

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Tokens pass: what they stand for is known only when it is deployed. */
export function checkInteger(scope: IConstruct, property: string, value: number | undefined, { min, max }: Bounds): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < min || value > max) {
    if (Number.isNaN(value) && awaitsLookup(scope)) return;
    throw invalid(scope, property, value, `${min} to ${max}`);
  }
}

export function checkDuration(scope: IConstruct, property: string, value: Duration | undefined, { min, max }: Bounds): void {
  if (value === undefined || value.isUnresolved()) return;
  const seconds = value.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw invalid(scope, property, `${seconds} seconds`, `whole seconds from ${min} to ${max}`);
  }
}

export function checkPattern(scope: IConstruct, property: string, value: string, pattern: RegExp, allowed: string): void {
  if (!Token.isUnresolved(value) && !pattern.test(value)) throw invalid(scope, property, value, allowed);
}

/** A token cannot be converted between units, so it must come in the unit that is needed. */
export function toSeconds(scope: IConstruct, property: string, value: Duration): number {
  if (value.isUnresolved() && value.unitLabel() !== 'seconds') throw wrongUnit(scope, property, value, 'Duration.seconds');
  return value.toSeconds();
}

export function toMillis(scope: IConstruct, property: string, value: Duration): number {
  if (value.isUnresolved() && value.unitLabel() !== 'millis') throw wrongUnit(scope, property, value, 'Duration.millis');
  return value.toMilliseconds();
}

function wrongUnit(scope: IConstruct, property: string, value: Duration, unit: string): Error {
  return invalid(scope, property, `a token in ${value.unitLabel()}`, `a token in ${unit}()`);
}
