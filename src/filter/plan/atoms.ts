/** One way a pattern's field may match. A field holds several, of which one has to hold. */
export type Atom =
  | { readonly kind: 'equal'; readonly value: string | boolean }
  | { readonly kind: 'prefix' | 'suffix' | 'ignoreCase'; readonly value: string }
  | { readonly kind: 'anythingBut'; readonly values: readonly string[] }
  | { readonly kind: 'exists'; readonly value: boolean };

export const PRESENT: Atom = { kind: 'exists', value: true };
export const MISSING: Atom = { kind: 'exists', value: false };

export interface Intersection {
  /** Empty when nothing can satisfy both. */
  readonly atoms: Atom[];
  /** True when `atoms` lets more pass than both together. */
  readonly lossy: boolean;
}

/** Past this many alternatives a field is not worth multiplying out. */
const MAX_PAIRS = 4096;

/** What satisfies both fields; more than that only where a pattern cannot say both, which is then marked. */
export function intersect(a: readonly Atom[], b: readonly Atom[]): Intersection {
  if (a.length * b.length > MAX_PAIRS) return { atoms: [...(a.length < b.length ? a : b)], lossy: true };
  const pairs = a.flatMap((left) => b.map((right) => both(left, right)));
  return { atoms: distinct(pairs.flatMap(({ atoms }) => atoms)), lossy: pairs.some(({ lossy }) => lossy) };
}

const NOTHING: Intersection = { atoms: [], lossy: false };
const exactly = (atom: Atom): Intersection => ({ atoms: [atom], lossy: false });

function both(a: Atom, b: Atom): Intersection {
  if (a.kind === 'exists') return a.value ? withPresence(b) : withAbsence(b);
  if (b.kind === 'exists') return both(b, a);
  if (a.kind === 'equal') return accepts(b, a.value) ? exactly(a) : NOTHING;
  if (b.kind === 'equal') return both(b, a);
  if (a.kind === 'anythingBut' && b.kind === 'anythingBut') return exactly({ kind: 'anythingBut', values: [...new Set([...a.values, ...b.values])] });
  if (a.kind === 'anythingBut') return { atoms: [b], lossy: a.values.some((value) => accepts(b, value)) };
  if (b.kind === 'anythingBut') return both(b, a);
  if (a.kind === b.kind) return sameKind(a, b);
  return { atoms: [a.kind === 'ignoreCase' || b.kind === 'suffix' ? a : b], lossy: true };
}

type Textual = Extract<Atom, { kind: 'prefix' | 'suffix' | 'ignoreCase' }>;

function sameKind(a: Textual, b: Textual): Intersection {
  if (accepts(b, a.value)) return exactly(a);
  return accepts(a, b.value) ? exactly(b) : NOTHING;
}

function withPresence(other: Atom): Intersection {
  return other.kind === 'exists' && !other.value ? NOTHING : exactly(other);
}

function withAbsence(other: Atom): Intersection {
  return other.kind === 'exists' && !other.value ? exactly(other) : NOTHING;
}

function accepts(atom: Atom, value: string | boolean): boolean {
  switch (atom.kind) {
    case 'equal': return atom.value === value;
    case 'exists': return atom.value;
    case 'anythingBut': return !atom.values.includes(value as string);
    case 'prefix': return String(value).startsWith(atom.value);
    case 'suffix': return String(value).endsWith(atom.value);
    // Both sides are ASCII here: nothing else is pushed down ignoring case.
    case 'ignoreCase': return String(value).toLowerCase() === atom.value.toLowerCase();
  }
}

export function distinct(atoms: readonly Atom[]): Atom[] {
  return [...new Map(atoms.map((atom) => [keyOf(atom), atom])).values()];
}

/** True when each of `a` is one of `b`. */
export function isSubset(a: readonly Atom[], b: readonly Atom[]): boolean {
  if (a === b) return true;
  const allowed = new Set(b.map(keyOf));
  return a.every((atom) => allowed.has(keyOf(atom)));
}

const KEYS = new WeakMap<Atom, string>();

/** The same text for equal atoms; kept, because lists of thousands are compared again and again. */
function keyOf(atom: Atom): string {
  let key = KEYS.get(atom);
  if (key === undefined) KEYS.set(atom, key = JSON.stringify(atom));
  return key;
}

/** True when the field can only match where there is a value. */
export function needsPresence(atoms: readonly Atom[]): boolean {
  return atoms.every((atom) => atom.kind !== 'exists' || atom.value);
}

export function renderAtom(atom: Atom): unknown {
  switch (atom.kind) {
    case 'equal': return atom.value;
    case 'ignoreCase': return { 'equals-ignore-case': atom.value };
    case 'anythingBut': return { 'anything-but': atom.values };
    default: return { [atom.kind]: atom.value };
  }
}
