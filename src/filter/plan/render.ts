import { Alternative } from './alternatives';
import { needsPresence, renderAtom } from './atoms';
import { EVENT_NAMES } from './leaf';
import { Field } from './pushdown';
import { FILTER_PATTERN_CHARACTERS } from '../../contract/limits';

export type PatternObject = { [name: string]: PatternObject | unknown[] };

/** The pattern that means the alternative; an empty object when every change passes it. */
export function patternOf(alternative: Alternative): PatternObject {
  // Attributes may be called __proto__.
  const root = empty();
  const events = eventsToName(alternative);
  if (events) root.eventName = events;
  for (const field of alternative.fields.values()) put(root, field);
  return root;
}

function put(root: PatternObject, { path, atoms }: Field): void {
  let place = root;
  for (const name of path.slice(0, -1)) place = (place[name] ??= empty()) as PatternObject;
  place[path.at(-1)!] = atoms.map(renderAtom);
}

function empty(): PatternObject {
  return Object.create(null) as PatternObject;
}

/** A field that has to be there already says which events carry its image. */
function eventsToName({ events, fields }: Alternative): unknown[] | undefined {
  const implied = EVENT_NAMES.filter((name) => [...fields.values()].every((field) => carriedBy(field).includes(name)));
  return implied.every((name) => events.includes(name)) ? undefined : [...events];
}

function carriedBy({ path: [, image], atoms }: Field): readonly string[] {
  if (!needsPresence(atoms)) return EVENT_NAMES;
  if (image === 'NewImage') return ['INSERT', 'MODIFY'];
  return image === 'OldImage' ? ['MODIFY', 'REMOVE'] : EVENT_NAMES;
}

export function isTooLong(pattern: PatternObject): boolean {
  return JSON.stringify(pattern).length > FILTER_PATTERN_CHARACTERS;
}

export function isEmpty(pattern: PatternObject): boolean {
  return Object.keys(pattern).length === 0;
}
