import { CommitMisuseError } from '../errors';
import { property } from '../property';
import { messageOf } from '../thrown';

/** What the document client says of a value that it refuses, without the value, which it quotes. */
const RULES: readonly (readonly [said: RegExp, code: string, sentence: string])[] = [
  [/^Unsupported type passed/, 'TYPE', 'the document client refuses values of this type; write a string, a number or a plain object in its place'],
  [/^Special numeric value/, 'NUMBER', 'the document client refuses NaN and infinite numbers'],
  [/NumberValue/, 'PRECISION', 'the document client refuses numbers that JavaScript does not hold exactly; write an ExactNumber or a bigint'],
  [/^Pass a non-empty set/, 'EMPTY_SET', 'the document client refuses an empty set'],
  [/^Only Number Set/, 'SET', 'the document client takes sets of strings, of numbers and of binary values only'],
  [/removeUndefinedValues|^No value defined/, 'UNDEFINED', 'the document client refuses undefined here'],
];

/**
 * The error of a commit whose value cannot be marshalled; undefined for an error of another kind.
 *
 * @param place where in the commit, such as `in attribute total of Put, write 0 of the commit`
 */
export function refusedValue(error: unknown, value: unknown, place: string): CommitMisuseError | undefined {
  if (property(error, 'name') !== 'Error') return undefined;
  const said = messageOf(error);
  const rule = RULES.find(([pattern]) => pattern.test(said));
  if (rule === undefined) return undefined;
  const [, code, sentence] = rule;
  // The client's own error quotes the value, so it is not kept as a cause.
  return new CommitMisuseError(`${sentence}: ${refusedType(value) ?? 'a value'} ${place}`, `ERR_COMMIT_VALUE_${code}`);
}

/** The type of the first value inside that the document client refuses; names of classes only. */
function refusedType(value: unknown): string | undefined {
  if (typeof value === 'number') {
    const isTaken = Number.isFinite(value) && (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !Number.isInteger(value));
    return isTaken ? undefined : 'a number';
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  if (value instanceof Set) return value.size === 0 ? 'an empty set' : refusedOf([...value]);
  if (value instanceof Map) return refusedOf([...value.values()]);
  if (Array.isArray(value)) return refusedOf(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || prototype === Object.prototype) return refusedOf(Object.values(value));
  const name = property(property(prototype, 'constructor'), 'name');
  return typeof name === 'string' && /^[A-Z]\w{0,60}$/.test(name) ? `a ${name}` : 'an instance of a class';
}

function refusedOf(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const type = refusedType(value);
    if (type !== undefined) return type;
  }
  return undefined;
}
