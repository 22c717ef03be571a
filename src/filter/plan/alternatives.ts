import { distinct, intersect, Intersection, isSubset, needsPresence } from './atoms';
import { EVENT_NAMES } from './leaf';
import { Field, Pushdown, pushdownOf } from './pushdown';
import { FilterEventName, FilterNode } from '../../contract/filter';

/** One pattern to be: all of it must hold. */
export interface Alternative {
  readonly events: readonly FilterEventName[];
  /** By slot: what AWS matches as one field. */
  readonly fields: ReadonlyMap<string, Field>;
}

export interface Alternatives {
  /** One of them must hold; none means never. */
  readonly any: readonly Alternative[];
  /** Why together they let more pass than their parts do. */
  readonly lost: readonly string[];
}

/** More alternatives than this never fit into a mapping's patterns, and multiplying them out takes time. */
const MAX_ALTERNATIVES = 64;

const EVERYTHING: Alternative = { events: EVENT_NAMES, fields: new Map() };
export const TOO_MANY = `more than ${MAX_ALTERNATIVES} alternatives`;

/** The filter's pushdown as alternatives, negation moved inwards. */
export function alternativesOf(node: FilterNode, negated = false): Alternatives {
  switch (node.node) {
    case 'negate': return alternativesOf(node.of, !negated);
    case 'allOf': case 'anyOf': {
      const parts = node.of.map((part) => alternativesOf(part, negated));
      return (node.node === 'allOf') === negated ? union(parts) : product(parts);
    }
    // Planned apart: a pattern of the user's is never taken to pieces.
    case 'pattern': return { any: [EVERYTHING], lost: [] };
    default: return union(pushdownOf({ leaf: node, negated }).map((pushdown) => ({ any: fromPushdown(pushdown), lost: [] })));
  }
}

function fromPushdown({ events, fields }: Pushdown): Alternative[] {
  if (events.length === 0) return [];
  return [{ events, fields: new Map(fields.map((field) => [slotOf(field), field])) }];
}

/** Fields inside one list must match one element of it: they count as one slot. */
function slotOf({ path }: Field): string {
  const inList = path[0] === 'dynamodb' && path.length > 4 && path.at(-2) === 'L';
  return JSON.stringify(inList ? path.slice(0, -1) : path);
}

function union(parts: readonly Alternatives[]): Alternatives {
  let any: Alternative[] = [];
  const lost = parts.flatMap((part) => part.lost);
  for (const alternative of parts.flatMap((part) => part.any)) {
    any = added(any, alternative);
    // Later ones may still join these into fewer, but hardly so many of them.
    if (any.length > 4 * MAX_ALTERNATIVES) break;
  }
  return any.length > MAX_ALTERNATIVES ? { any: [EVERYTHING], lost: [...lost, TOO_MANY] } : { any, lost };
}

function product(parts: readonly Alternatives[]): Alternatives {
  let any: Alternative[] = [EVERYTHING];
  const lost = new Set(parts.flatMap((part) => part.lost));
  for (const part of parts) {
    if (any.length * part.any.length > MAX_ALTERNATIVES) {
      lost.add(TOO_MANY);
      // Either side alone is implied by both together; the shorter one makes the better patterns.
      if (part.any.length < any.length) any = [...part.any];
      continue;
    }
    let next: Alternative[] = [];
    for (const left of any) for (const right of part.any) for (const joined of conjunction(left, right, lost)) next = added(next, joined);
    any = next;
  }
  return { any, lost: [...lost] };
}

/** None when the two contradict each other. */
function conjunction(a: Alternative, b: Alternative, lost: Set<string>): Alternative[] {
  const events = a.events.filter((name) => b.events.includes(name));
  if (events.length === 0) return [];
  const fields = new Map(a.fields);
  for (const [slot, field] of b.fields) {
    const other = fields.get(slot);
    const joined = other ? joinedField(other, field, lost) : field;
    if (joined.atoms.length === 0) return [];
    fields.set(slot, joined);
  }
  return [{ events, fields }];
}

function joinedField(a: Field, b: Field, lost: Set<string>): Field {
  if (sameField(a, b)) return a;
  const { atoms, lossy } = a.many ? intersectMembers(a, b) : intersect(a.atoms, b.atoms);
  if (lossy) lost.add(`two conditions on ${a.path.slice(1).join('.')} do not fit into one pattern`);
  return { ...a, atoms };
}

/** Different members may satisfy the two, so nothing follows from two values that differ, and one field cannot ask for both. */
function intersectMembers(a: Field, b: Field): Intersection {
  if (isOnly(a, false)) return { atoms: needsPresence(b.atoms) ? [] : [...a.atoms], lossy: false };
  if (isOnly(b, false)) return intersectMembers(b, a);
  if (isOnly(b, true) && needsPresence(a.atoms)) return { atoms: [...a.atoms], lossy: false };
  if (isOnly(a, true) && a.path.join() === b.path.join() && needsPresence(b.atoms)) return { atoms: [...b.atoms], lossy: false };
  return { atoms: [...a.atoms], lossy: true };
}

function isOnly({ atoms }: Field, present: boolean): boolean {
  return atoms.every((atom) => atom.kind === 'exists' && atom.value === present);
}

/** Adds an alternative, joining it with one that differs in a single place. */
export function added(any: readonly Alternative[], alternative: Alternative): Alternative[] {
  for (let index = 0; index < any.length; index++) {
    const merged = mergedExactly(any[index], alternative);
    if (merged) return added([...any.slice(0, index), ...any.slice(index + 1)], merged);
  }
  return [...any, alternative];
}

/** One alternative that means "either", or undefined when there is none. */
function mergedExactly(a: Alternative, b: Alternative): Alternative | undefined {
  if (implies(a, b)) return b;
  if (implies(b, a)) return a;
  const slots = [...a.fields.keys()];
  if (slots.length !== b.fields.size || !slots.every((slot) => b.fields.has(slot))) return undefined;
  const differing = slots.filter((slot) => !sameField(a.fields.get(slot)!, b.fields.get(slot)!));
  if (differing.length === 0) return { ...a, events: EVENT_NAMES.filter((name) => a.events.includes(name) || b.events.includes(name)) };
  if (differing.length > 1 || !sameEvents(a, b)) return undefined;
  const [slot] = differing;
  const left = a.fields.get(slot)!;
  const right = b.fields.get(slot)!;
  if (left.path.join() !== right.path.join()) return undefined;
  return { events: a.events, fields: new Map(a.fields).set(slot, { ...left, atoms: distinct([...left.atoms, ...right.atoms]) }) };
}

/** True when all that passes `a` passes `b`: a plain sufficient test. */
function implies(a: Alternative, b: Alternative): boolean {
  return a.events.every((name) => b.events.includes(name))
    && [...b.fields].every(([slot, field]) => a.fields.has(slot) && isWithin(a.fields.get(slot)!, field));
}

function isWithin(a: Field, b: Field): boolean {
  return a.path.join() === b.path.join() && isSubset(a.atoms, b.atoms);
}

function sameField(a: Field, b: Field): boolean {
  return isWithin(a, b) && isWithin(b, a);
}

function sameEvents(a: Alternative, b: Alternative): boolean {
  return a.events.length === b.events.length && a.events.every((name) => b.events.includes(name));
}
