import { Leaf } from './event-leaves';

export type Matcher = (value: Leaf['value']) => boolean;

/** Absence looks at the whole event, not at a value. */
export const ABSENT = Symbol('absent');

const SURROGATE = /[\ud800-\udfff]/;

/** Inside `$or`, a field of such a name makes the list one of values rather than of patterns. */
export const OPERATORS: readonly string[] = ['exists', 'prefix', 'suffix', 'equals-ignore-case', 'anything-but', 'numeric', 'cidr', 'wildcard'];

/** One element of a pattern's list of alternatives. */
export function matcherOf(alternative: unknown, path: string): Matcher | typeof ABSENT {
  if (alternative === null || typeof alternative === 'string' || typeof alternative === 'boolean') return value => value === alternative;
  if (typeof alternative === 'number') return value => value === alternative;
  if (typeof alternative !== 'object' || Array.isArray(alternative)) throw invalid(path, 'a list may hold values and operators only');
  const operators = Object.entries(alternative);
  if (operators.length !== 1) throw invalid(path, 'an operator object has exactly one key');
  const [[operator, operand]] = operators;
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') throw invalid(path, 'exists takes true or false');
      return operand ? () => true : ABSENT;
    case 'prefix': {
      const prefix = textOf(operand, operator, path);
      // Event Ruler matches the text in its quotes, so a quote at the far end of the operand meets the closing one.
      return value => typeof value === 'string' && `${value}"`.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = textOf(operand, operator, path);
      return value => typeof value === 'string' && `"${value}`.endsWith(suffix);
    }
    case 'equals-ignore-case':
      return equalsIgnoringCase(textOf(operand, operator, path));
    case 'anything-but':
      return anythingBut(operand, path);
    case 'numeric':
      return numeric(operand, path);
    default:
      throw invalid(path, `'${operator}' is not an operator of Lambda's event filtering`);
  }
}

export function invalid(path: string, problem: string): Error {
  return new Error(`invalid filter pattern at '${path}': ${problem}`);
}

function textOf(operand: unknown, operator: string, path: string): string {
  if (typeof operand !== 'string') throw invalid(path, `${operator} takes a string`);
  return operand;
}

/**
 * Case is folded one UTF-16 unit at a time: 'ß' in the pattern matches 'SS', not the other way round, and a unit outside
 * the basic plane is a question mark to Event Ruler.
 */
function equalsIgnoringCase(text: string): Matcher {
  const units = text.split('').map(unit => SURROGATE.test(unit) ? '?' : unit);
  const cases = units.map(unit => `(?:${[unit.toLowerCase(), unit.toUpperCase()].map(literally).join('|')})`);
  const expression = new RegExp(`^${cases.join('')}$`);
  return value => typeof value === 'string' && expression.test(value);
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function anythingBut(operand: unknown, path: string): Matcher {
  const values = new Set<unknown>(Array.isArray(operand) ? operand : [operand]);
  const kinds = new Set([...values].map(value => typeof value));
  if (kinds.size !== 1 || !(kinds.has('string') || kinds.has('number'))) throw invalid(path, 'anything-but takes strings or numbers, not both');
  return value => !values.has(value);
}

function numeric(operand: unknown, path: string): Matcher {
  if (!Array.isArray(operand) || operand.length < 2 || operand.length % 2 !== 0 || operand.length > 4) {
    throw invalid(path, 'numeric takes one comparison, or a lower and an upper bound');
  }
  const comparisons: { operator: string; bound: number }[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const [operator, bound]: unknown[] = operand.slice(index, index + 2);
    if (typeof operator !== 'string' || !/^(=|[<>]=?)$/.test(operator)) throw invalid(path, 'numeric compares with =, <, <=, > or >=');
    if (typeof bound !== 'number') throw invalid(path, 'numeric compares with numbers');
    comparisons.push({ operator, bound });
  }
  requireRange(comparisons, path);
  return value => typeof value === 'number' && comparisons.every(({ operator, bound }) => compare(value, operator, bound));
}

function requireRange(comparisons: readonly { operator: string; bound: number }[], path: string): void {
  if (comparisons.length === 1) return;
  const [lower, upper] = comparisons;
  if (!lower.operator.startsWith('>') || !upper.operator.startsWith('<') || lower.bound >= upper.bound) {
    throw invalid(path, 'the two bounds of numeric are a lower one and then a larger upper one');
  }
}

function compare(value: number, operator: string, bound: number): boolean {
  switch (operator) {
    case '=': return value === bound;
    case '<': return value < bound;
    case '<=': return value <= bound;
    case '>': return value > bound;
    default: return value >= bound;
  }
}
