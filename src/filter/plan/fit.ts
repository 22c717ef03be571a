import { added, Alternative, Alternatives } from './alternatives';
import { distinct, needsPresence, PRESENT } from './atoms';
import { group } from './group';
import { EVENT_NAMES } from './leaf';
import { Field } from './pushdown';
import { isEmpty, isTooLong, PatternObject, patternOf } from './render';
import { FILTER_PATTERN_CHARACTERS } from '../../contract/limits';

export interface Fitted {
  /** Empty when every change passes. */
  readonly patterns: PatternObject[];
  readonly lost: readonly string[];
}

/** Patterns within the mapping's limits that let pass at least what the alternatives do, and no more where there is room. */
export function fit({ any, lost }: Alternatives, maxPatterns: number): Fitted {
  const exact = tryToFit(any, maxPatterns);
  if (exact) return { patterns: exact, lost };
  const short = any.map(shortened);
  const reasons = [...lost];
  if (any.some((alternative) => isTooLong(patternOf(alternative)))) {
    reasons.push(`the values do not fit into ${maxPatterns} patterns of ${FILTER_PATTERN_CHARACTERS} characters`);
  }
  let rest = short.reduce<readonly Alternative[]>(added, []);
  for (let patterns = tryToFit(rest, maxPatterns); ; patterns = tryToFit(rest, maxPatterns)) {
    if (patterns) {
      const widened = rest.length < short.length ? [`${any.length} alternatives do not fit into ${maxPatterns} patterns`] : [];
      return { patterns, lost: [...reasons, ...widened] };
    }
    rest = withClosestPairJoined(rest);
  }
}

/** Undefined when they do not fit as they are. */
function tryToFit(any: readonly Alternative[], maxPatterns: number): PatternObject[] | undefined {
  if (any.some((alternative) => isEmpty(patternOf(alternative)))) return [];
  const parts: Alternative[] = [];
  for (const alternative of any) {
    const split = splitToLength(alternative, maxPatterns);
    if (!split) return undefined;
    parts.push(...split);
  }
  if (parts.length <= maxPatterns) return parts.map(patternOf);
  const grouped = group(parts.map(patternOf));
  return grouped.length <= maxPatterns ? grouped : undefined;
}

/** Halves the longest list of values until each part is a legal pattern; undefined when that takes more parts than allowed. */
function splitToLength(alternative: Alternative, maxParts: number): Alternative[] | undefined {
  if (!isTooLong(patternOf(alternative))) return [alternative];
  const [slot, field] = [...alternative.fields].sort(([, a], [, b]) => b.atoms.length - a.atoms.length)[0];
  const middle = Math.ceil(field.atoms.length / 2);
  if (maxParts < 2 || middle === field.atoms.length) return undefined;
  const parts: Alternative[] = [];
  for (const atoms of [field.atoms.slice(0, middle), field.atoms.slice(middle)]) {
    const half = splitToLength({ ...alternative, fields: new Map(alternative.fields).set(slot, { ...field, atoms }) }, maxParts - parts.length);
    if (!half) return undefined;
    parts.push(...half);
  }
  return parts.length <= maxParts ? parts : undefined;
}

/** Gives up the values of the longest fields, one after the other, until what is left is a legal pattern. */
function shortened(alternative: Alternative): Alternative {
  if (!isTooLong(patternOf(alternative))) return alternative;
  const length = (field: Field) => JSON.stringify(field.atoms).length;
  const fields = new Map(alternative.fields);
  const [slot, field] = [...fields].sort(([, a], [, b]) => length(b) - length(a))[0];
  if (needsPresence(field.atoms) && length(field) > JSON.stringify([PRESENT]).length) fields.set(slot, { ...field, atoms: [PRESENT] });
  else fields.delete(slot);
  return shortened({ ...alternative, fields });
}

/** Joins the two alternatives that have the most in common into one that both imply. */
function withClosestPairJoined(any: readonly Alternative[]): readonly Alternative[] {
  let best: { readonly joined: Alternative; readonly kept: number; readonly pair: readonly Alternative[] } | undefined;
  for (const [index, left] of any.entries()) {
    for (const right of any.slice(index + 1)) {
      const joined = hull(left, right);
      if (!best || joined.fields.size > best.kept) best = { joined, kept: joined.fields.size, pair: [left, right] };
    }
  }
  // A single alternative that was shortened always fits, so there are two.
  return added(any.filter((alternative) => !best!.pair.includes(alternative)), shortened(best!.joined));
}

function hull(a: Alternative, b: Alternative): Alternative {
  const fields = new Map<string, Field>();
  for (const [slot, field] of a.fields) {
    const other = b.fields.get(slot);
    if (other && other.path.join() === field.path.join()) fields.set(slot, { ...field, atoms: distinct([...field.atoms, ...other.atoms]) });
  }
  return { events: EVENT_NAMES.filter((name) => a.events.includes(name) || b.events.includes(name)), fields };
}
