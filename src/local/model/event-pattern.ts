import { consistent, Leaf, Leaves, leavesOf } from './event-leaves';
import { ABSENT, invalid, Matcher, matcherOf, OPERATORS } from './event-operators';

/** The values one path may have. */
interface Condition {
  readonly path: string;
  readonly matchers: readonly Matcher[];
  readonly orAbsent: boolean;
}

/** Conditions that must hold together. */
type Conjunction = readonly Condition[];

export type EventPredicate = (event: unknown) => boolean;

const OR = '$or';

/** Whether AWS Event Ruler would match the event with the pattern. Throws on a pattern that Lambda would refuse. */
export function matchesPattern(event: unknown, pattern: unknown): boolean {
  return compilePattern(pattern)(event);
}

/** Checks and prepares a pattern once, for many events. */
export function compilePattern(pattern: unknown): EventPredicate {
  if (!isObject(pattern)) throw invalid('', 'a pattern is an object');
  // Event Ruler visits paths in order, which shows in what counts as absent.
  const alternatives = conjunctionsOf(pattern, '').map(conjunction => [...conjunction].sort((a, b) => a.path < b.path ? -1 : 1));
  return event => {
    const leaves = leavesOf(event);
    return alternatives.some(conjunction => holds(conjunction, leaves, 0, []));
  };
}

/** A pattern as a list of alternatives, `$or` multiplied out. */
function conjunctionsOf(pattern: Record<string, unknown>, path: string): Conjunction[] {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw invalid(path, 'an empty object matches nothing and is refused');
  let result: Conjunction[] = [[]];
  for (const [name, value] of fields) {
    const branches = isOr(name, value)
      ? value.flatMap(branch => conjunctionsOf(branch, path))
      : fieldBranches(value, path === '' ? name : `${path}.${name}`);
    result = result.flatMap(conjunction => branches.map(branch => withConditions(conjunction, branch)));
  }
  return result;
}

/** A field that stands beside `$or` and inside it is asked once: the later of the two replaces the earlier. */
function withConditions(conjunction: Conjunction, branch: Conjunction): Conjunction {
  const replaced = new Set(branch.map(({ path }) => path));
  return [...conjunction.filter(({ path }) => !replaced.has(path)), ...branch];
}

/** Only a list of two or more patterns is an alternative; anything else makes `$or` the name of a field. */
function isOr(name: string, value: unknown): value is Record<string, unknown>[] {
  return name === OR && Array.isArray(value) && value.length >= 2
    && value.every(branch => isObject(branch) && Object.keys(branch).every(key => !OPERATORS.includes(key)));
}

function fieldBranches(value: unknown, path: string): Conjunction[] {
  if (isObject(value)) return conjunctionsOf(value, path);
  if (!Array.isArray(value)) throw invalid(path, 'a field takes an object or a list of values');
  if (value.length === 0) throw invalid(path, 'an empty list matches nothing and is refused');
  const matchers = value.map(alternative => matcherOf(alternative, path));
  return [[{
    path,
    matchers: matchers.filter(matcher => matcher !== ABSENT),
    orAbsent: matchers.includes(ABSENT),
  }]];
}

/** Picks one leaf for each condition so that no two come from different elements of one array. */
function holds(conjunction: Conjunction, leaves: Leaves, index: number, chosen: readonly Leaf[]): boolean {
  if (index === conjunction.length) return true;
  const { path, matchers, orAbsent } = conjunction[index];
  const candidates = (leaves.get(path) ?? []).filter(leaf => chosen.every(other => consistent(leaf, other)));
  // Absent means: in none of the array elements that the conditions before this one have left.
  if (candidates.length === 0) return orAbsent && holds(conjunction, leaves, index + 1, chosen);
  return candidates.some(leaf => matchers.some(matches => matches(leaf.value))
    && holds(conjunction, leaves, index + 1, [...chosen, leaf]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
