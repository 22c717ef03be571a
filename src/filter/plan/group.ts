import { isTooLong, PatternObject } from './render';

const RESERVED = new Set([
  'exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr', '=', '<', '<=', '>', '>=', 'regex',
  'not-wildcard', 'not-equals-ignore-case', 'date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range',
  'ip-address-in-range', 'ip-address-not-in-range',
]);

/** Event Ruler takes a field so named, at any depth inside `$or`, for an operator and refuses the pattern. */
export function isReservedBelowOr(name: string): boolean {
  return RESERVED.has(name);
}

/**
 * Puts patterns that differ only under `dynamodb` into one with `$or`, as many as its length allows. AWS documents the operator
 * below the key that is filtered; nothing is known of it beside `eventName`, so it stays inside.
 */
export function group(patterns: readonly PatternObject[]): PatternObject[] {
  const groups = new Map<string, PatternObject[]>();
  for (const pattern of patterns) {
    const { dynamodb, ...rest } = pattern;
    // A pattern without `dynamodb` cannot stand in an `$or` there.
    const key = dynamodb && !namesOperator(dynamodb) ? JSON.stringify(rest) : JSON.stringify(pattern);
    groups.set(key, [...(groups.get(key) ?? []), pattern]);
  }
  return [...groups.values()].flatMap(packed);
}

function packed(patterns: readonly PatternObject[]): PatternObject[] {
  const bins: PatternObject[][] = [];
  for (const pattern of patterns) {
    const bin = bins.find((members) => !isTooLong(eitherOf([...members, pattern])));
    if (bin) bin.push(pattern);
    else bins.push([pattern]);
  }
  return bins.map(eitherOf);
}

function eitherOf(patterns: readonly PatternObject[]): PatternObject {
  if (patterns.length === 1) return patterns[0];
  return { ...patterns[0], dynamodb: { $or: patterns.map(({ dynamodb }) => dynamodb) } };
}

function namesOperator(pattern: PatternObject | unknown[]): boolean {
  return !Array.isArray(pattern) && Object.entries(pattern).some(([name, inner]) => isReservedBelowOr(name) || namesOperator(inner));
}
