import { Literal, requiredType } from './leaf';
import { FilterComparison, FilterValue } from '../../contract/filter';
import { compareDecimals } from '../model/decimal';
import { compareTest, equalsTest } from '../model/predicates';
import { compareText } from '../model/text-order';

const OPPOSITE: { readonly [op in FilterComparison]: FilterComparison } = { LT: 'GE', LE: 'GT', GT: 'LE', GE: 'LT' };

interface Bound {
  readonly op: FilterComparison;
  readonly value: FilterValue;
}

/** True when no value satisfies all that is said of one place. */
export function isEmptyRange(literals: readonly Literal[]): boolean {
  const types = new Set(literals.filter(({ negated }) => !negated).map(({ leaf }) => requiredType(leaf)));
  const type = [...types][0];
  if (types.size !== 1 || (type !== 'S' && type !== 'N' && type !== 'BOOL' && type !== 'B')) return false;
  const bounds = literals.flatMap((literal) => boundOf(literal, type));
  const allowed = literals.flatMap(({ leaf, negated }) => (leaf.node === 'equals' && !negated ? [leaf] : []));
  const excluded = literals.flatMap(({ leaf, negated }) => (leaf.node === 'equals' && negated ? [leaf] : []));
  if (allowed.length > 0) {
    const passes = (value: FilterValue) => allowed.every((each) => equalsTest(each)(value))
      && !excluded.some((each) => equalsTest(each)(value))
      && bounds.every((bound) => compareTest({ node: 'compare', image: 'KEYS', path: [], ...bound })(value));
    return !allowed[0].oneOf.some(passes);
  }
  if (type === 'BOOL') return excludesBoth(excluded.flatMap(({ oneOf }) => oneOf));
  return bounds.some((lower) => bounds.some((upper) => isReversed(lower, upper)));
}

/** The opposite of a bound holds for every value of another type. */
function boundOf({ leaf, negated }: Literal, type: string): Bound[] {
  if (leaf.node !== 'compare' || requiredType(leaf) !== type) return [];
  return [{ op: negated ? OPPOSITE[leaf.op] : leaf.op, value: leaf.value }];
}

function excludesBoth(values: readonly FilterValue[]): boolean {
  return values.some(({ BOOL }) => BOOL === true) && values.some(({ BOOL }) => BOOL === false);
}

function isReversed(lower: Bound, upper: Bound): boolean {
  if (!lower.op.startsWith('G') || !upper.op.startsWith('L')) return false;
  const order = compareValues(lower.value, upper.value);
  return order > 0 || (order === 0 && (lower.op === 'GT' || upper.op === 'LT'));
}

/** NaN, and so never reversed, for types that differ or have no order here. */
function compareValues(a: FilterValue, b: FilterValue): number {
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(a.N, b.N);
  return a.S !== undefined && b.S !== undefined ? compareText(a.S, b.S) : NaN;
}
