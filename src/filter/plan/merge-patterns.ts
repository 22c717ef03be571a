import { JsonObject, repeatedField } from './repeated-field';
import { FILTER_PATTERN_CHARACTERS } from '../../contract/limits';

/** One pattern that asks for both, or undefined when they meet in a field and cannot be joined. */
export function mergedPattern(a: string, b: string): string | undefined {
  const merged = merge(JSON.parse(a) as JsonObject, JSON.parse(b) as JsonObject);
  const text = merged && repeatedField(merged) === undefined && JSON.stringify(merged);
  return text && text.length <= FILTER_PATTERN_CHARACTERS ? text : undefined;
}

function merge(a: JsonObject, b: JsonObject): JsonObject | undefined {
  const merged: JsonObject = Object.assign(Object.create(null), a);
  for (const [name, value] of Object.entries(b)) {
    if (!Object.hasOwn(merged, name)) {
      merged[name] = value;
      continue;
    }
    // Two fields inside one list would have to match the same element of it.
    const joined = name !== 'L' && isObject(merged[name]) && isObject(value) ? merge(merged[name], value) : undefined;
    if (!joined) return undefined;
    merged[name] = joined;
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
