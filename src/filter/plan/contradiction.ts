import { EVENT_NAMES, Literal, operandOf, requiredType } from './leaf';
import { pushdownOf } from './pushdown';
import { isEmptyRange } from './range';
import { FilterNode } from '../../contract/filter';
import { describeImage, describeOperand, describePath } from '../model/describe';

/** Beyond this many conjunctions the question is left open: the filter is then taken to be satisfiable. */
const MAX_CONJUNCTIONS = 256;

/** What is known of the filter and the table when it is asked whether the filter can match. */
export interface ContradictionOptions {
  /** Whether the filter's opposite is meant. @default false */
  readonly negated?: boolean;
  /** Names of the table's key attributes. @default - not known */
  readonly keys?: readonly string[];
}

/** Why the filter (or its opposite) can never be true, or undefined when that is not plain to see. */
export function contradictionIn(node: FilterNode, { negated = false, keys = [] }: ContradictionOptions = {}): string | undefined {
  const conjunctions = conjunctionsOf(node, negated);
  if (!conjunctions) return undefined;
  let reason: string | undefined;
  for (const literals of conjunctions) {
    const contradiction = clashOf(literals) ?? keyClash(literals, keys);
    if (!contradiction) return undefined;
    reason ??= contradiction;
  }
  return reason;
}

function conjunctionsOf(node: FilterNode, negated: boolean): Literal[][] | undefined {
  switch (node.node) {
    case 'negate': return conjunctionsOf(node.of, !negated);
    case 'pattern': return [[]];
    case 'allOf': case 'anyOf': {
      const all = (node.node === 'allOf') !== negated;
      let result: Literal[][] = all ? [[]] : [];
      for (const part of node.of) {
        const more = conjunctionsOf(part, negated);
        if (!more) return undefined;
        result = all ? result.flatMap((left) => more.map((right) => [...left, ...right])) : [...result, ...more];
        if (result.length > MAX_CONJUNCTIONS) return undefined;
      }
      return result;
    }
    default: return [[{ leaf: node, negated }]];
  }
}

function clashOf(literals: readonly Literal[]): string | undefined {
  return eventClash(literals) ?? oppositeClash(literals) ?? typeClash(literals) ?? valueClash(literals) ?? sizeClash(literals);
}

function eventClash(literals: readonly Literal[]): string | undefined {
  const possible = (literal: Literal) => new Set(pushdownOf(literal).flatMap(({ events }) => events));
  const left = literals.map(possible).reduce((events, more) => new Set([...events].filter((name) => more.has(name))), new Set(EVENT_NAMES));
  return left.size > 0 ? undefined : 'no event has all it asks for (an INSERT has no old image; a REMOVE has no new one, ofOldImage() names its old one)';
}

function oppositeClash(literals: readonly Literal[]): string | undefined {
  const stated = new Set(literals.filter(({ negated }) => !negated).map(({ leaf }) => JSON.stringify(leaf)));
  return literals.some(({ leaf, negated }) => negated && stated.has(JSON.stringify(leaf))) ? 'it asks for a condition and its opposite' : undefined;
}

/** Types by place, for what is stated to be there. */
function typeClash(literals: readonly Literal[]): string | undefined {
  const types = new Map<string, string>();
  const clashes = (image: string, path: readonly string[], type: string): string | undefined => {
    const place = JSON.stringify([image, path]);
    const known = types.get(place) ?? type;
    types.set(place, type);
    return known === type ? undefined : `it asks for ${describePath(path)} to be both ${known} and ${type}`;
  };
  for (const { leaf, negated } of literals) {
    const operand = operandOf(leaf);
    if (!operand || negated || leaf.node === 'absent') continue;
    const { image, path } = operand;
    for (let depth = 1; depth < path.length; depth++) {
      const clash = clashes(image, path.slice(0, depth), 'M');
      if (clash) return clash;
    }
    const type = requiredType(leaf);
    const clash = type && clashes(image, path, type);
    if (clash) return clash;
  }
  return absenceClash(literals, types);
}

function absenceClash(literals: readonly Literal[], types: ReadonlyMap<string, string>): string | undefined {
  const present = new Set(types.keys());
  for (const { leaf, negated } of literals) {
    if (leaf.node === 'exists' && !negated) present.add(JSON.stringify([leaf.image, leaf.path]));
  }
  for (const { leaf, negated } of literals) {
    const asksAbsence = (leaf.node === 'absent' && !negated) || (leaf.node === 'exists' && leaf.type === undefined && negated);
    if (asksAbsence && present.has(JSON.stringify([leaf.image, leaf.path]))) return `it asks for ${describeOperand(leaf)} to be there and not to be`;
    const missing = leaf.node === 'exists' && negated && types.get(JSON.stringify([leaf.image, leaf.path])) === leaf.type;
    if (missing && leaf.type !== undefined) return `it asks for ${describeOperand(leaf)} to be ${leaf.type} and not to be`;
  }
  return undefined;
}

/** Values and bounds that exclude each other, place by place. */
function valueClash(literals: readonly Literal[]): string | undefined {
  const places = new Map<string, Literal[]>();
  for (const literal of literals) {
    const operand = operandOf(literal.leaf);
    if (!operand) continue;
    const place = JSON.stringify([operand.image, operand.path]);
    places.set(place, [...(places.get(place) ?? []), literal]);
  }
  for (const here of places.values()) {
    // A negated bound is a bound only where the value is known to be there.
    if (here.some(({ negated }) => !negated) && isEmptyRange(here)) return `its values for ${describeOperand(operandOf(here[0].leaf)!)} exclude each other`;
  }
  return undefined;
}

/** An item's keys are the same in every image that is there, and what is stated of an image (and not denied) asks for it to be there. */
function keyClash(literals: readonly Literal[], keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const stated = literals.filter(({ leaf, negated }) => !negated && isAttribute(operandOf(leaf)?.path, key));
    if (isEmptyRange(stated)) {
      return `'${key}' is a key attribute, and an item's keys never change, so the values it asks for in ${describeImages(stated)} exclude each other`;
    }
  }
  return undefined;
}

function isAttribute(path: readonly string[] | undefined, name: string): boolean {
  return path?.length === 1 && path[0] === name;
}

function describeImages(literals: readonly Literal[]): string {
  return [...new Set(literals.map(({ leaf }) => `the ${describeImage(operandOf(leaf)!.image)}`))].join(' and ');
}

/** Sizes that exclude each other, and the size of a set, which is never empty. */
function sizeClash(literals: readonly Literal[]): string | undefined {
  const sizes = new Map<string, { readonly min: number; readonly max: number }>();
  for (const { leaf, negated } of literals) {
    if (leaf.node !== 'size' || negated) continue;
    const place = JSON.stringify([leaf.image, leaf.path]);
    const { min, max } = sizes.get(place) ?? { min: leaf.type.endsWith('S') && leaf.type !== 'S' ? 1 : 0, max: Infinity };
    const both = { min: Math.max(min, leaf.min), max: Math.min(max, leaf.max ?? Infinity) };
    if (both.min > both.max) {
      return both.max === 0 && leaf.min === 0 ? `${describeOperand(leaf)} is a set, and no set is empty (absent() asks for none)` : `its sizes for ${describeOperand(leaf)} exclude each other`;
    }
    sizes.set(place, both);
  }
  return undefined;
}
