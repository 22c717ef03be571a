import { Atom, MISSING, PRESENT } from './atoms';
import { EVENT_NAMES, EVENTS_WITH, Leaf, Literal, requiredType, typeOfValue } from './leaf';
import { spellingsOf } from './spellings';
import { FilterAttributeType, FilterEventName, FilterImage, FilterValue } from '../../contract/filter';
import { compareDecimals } from '../model/decimal';

/** A field of a pattern: where it looks, and what one of its values must be. */
export interface Field {
  readonly path: readonly string[];
  readonly atoms: readonly Atom[];
  /** True for sets and lists: two fields on one of them may be satisfied by different members. */
  readonly many: boolean;
}

/** What a pattern can say of a literal. Never less than the literal lets pass. */
export interface Pushdown {
  readonly events: readonly FilterEventName[];
  readonly fields: readonly Field[];
  /** Why the pattern lets more pass than the literal; absent when it says the same. */
  readonly loose?: string;
}

const MEMBER: { readonly [image in FilterImage]: string } = { NEW_IMAGE: 'NewImage', OLD_IMAGE: 'OldImage', KEYS: 'Keys' };
/** Types whose value is a leaf of the JSON document, or a list of leaves: AWS can see whether they are there. */
const VISIBLE: readonly FilterAttributeType[] = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS'];
export const TTL_IDENTITY = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

type Place = { readonly image: FilterImage; readonly path: readonly string[] };

/** The alternatives that together stand for the literal. */
export function pushdownOf({ leaf, negated }: Literal): Pushdown[] {
  if (leaf.node === 'eventName') {
    return [{ events: EVENT_NAMES.filter((name) => leaf.oneOf.includes(name) !== negated), fields: [] }];
  }
  if (leaf.node === 'expiredByTtl') return negated ? notExpired() : [expired()];
  if (leaf.node === 'changed') return [anything('a pattern cannot compare the images')];
  if (leaf.node === 'moved') return [negated ? anything('a pattern cannot compare the images') : moved(leaf.path)];
  return [negated ? negative(leaf) : positive(leaf)];
}

type AttributeLeaf = Exclude<Leaf, { node: 'eventName' | 'expiredByTtl' | 'changed' | 'moved' }>;

function expired(): Pushdown {
  return { events: ['REMOVE'], fields: Object.entries(TTL_IDENTITY).map(([name, value]) => identity(name, [{ kind: 'equal', value }])) };
}

function notExpired(): Pushdown[] {
  const others = Object.entries(TTL_IDENTITY).map(([name, value]): Pushdown => ({
    events: EVENT_NAMES,
    fields: [identity(name, [{ kind: 'anythingBut', values: [value] }, MISSING])],
  }));
  return [{ events: ['INSERT', 'MODIFY'], fields: [] }, ...others];
}

function identity(name: string, atoms: readonly Atom[]): Field {
  return { path: ['userIdentity', name], atoms, many: false };
}

function moved(path: readonly string[]): Pushdown {
  const present = (image: FilterImage) => (isReachable(path) ? [field({ image, path }, 'N', [PRESENT])] : []);
  return {
    events: ['MODIFY'],
    fields: [...present('OLD_IMAGE'), ...present('NEW_IMAGE')],
    loose: 'a pattern cannot compare the images',
  };
}

function positive(leaf: AttributeLeaf): Pushdown {
  const events = EVENTS_WITH[leaf.image];
  if (!isReachable(leaf.path)) return { events, fields: [], loose: unreachable(leaf.path) };
  if (leaf.node === 'absent') {
    if (!isDistinct(leaf.path)) return { events, fields: [], loose: ambiguous(leaf.path) };
    return { events, fields: VISIBLE.map((type) => field(leaf, type, [MISSING])), loose: 'a pattern cannot see an empty or nested list or map' };
  }
  const type = requiredType(leaf);
  if (type === undefined) return { events, fields: [], loose: 'a pattern cannot look for an attribute of any type' };
  if (leaf.node === 'contains' && type === 'L') return { events, ...element(leaf, leaf.value) };
  if (type === 'L' || type === 'M') return { events, fields: [], loose: 'a pattern cannot see an empty or nested list or map' };
  const { atoms, loose } = atomsOf(leaf);
  return { events, fields: [field(leaf, type, atoms)], loose: loose ?? (isDistinct(leaf.path) ? undefined : ambiguous(leaf.path)) };
}

/** Members of a list are told from those of an attribute named `x.L` only by the runtime. */
function element(place: Place, value: FilterValue): Pick<Pushdown, 'fields' | 'loose'> {
  const { atoms = [PRESENT] } = equalTo(value);
  const inList: Field = { path: [...documentPath(place), 'L', typeOfValue(value)], atoms, many: true };
  return { fields: [inList], loose: `an attribute named '${place.path.at(-1)}.L' would match too` };
}

function negative(leaf: AttributeLeaf): Pushdown {
  const loose = (why: string): Pushdown => anything(why);
  if (!isReachable(leaf.path)) return loose(unreachable(leaf.path));
  if (!isDistinct(leaf.path)) return loose(ambiguous(leaf.path));
  const type = requiredType(leaf);
  if (leaf.node === 'exists') {
    const types = type === undefined ? VISIBLE : [type];
    if (type === 'L' || type === 'M') return loose('a pattern cannot see an empty or nested list or map');
    const fields = types.map((each) => field(leaf, each, [MISSING]));
    return { events: EVENT_NAMES, fields, loose: type === undefined ? 'a pattern cannot see an empty or nested list or map' : undefined };
  }
  if (leaf.node !== 'equals' || type === undefined) return loose('a pattern can exclude listed values only');
  const excluded = leaf.oneOf.map(equalTo);
  const values = excluded.flatMap(({ atoms }) => atoms ?? []).flatMap((atom) => (atom.kind === 'equal' ? atom.value : []));
  if (type === 'BOOL') {
    const others = [true, false].filter((value) => !values.includes(value)).map((value): Atom => ({ kind: 'equal', value }));
    return { events: EVENT_NAMES, fields: [field(leaf, type, [...others, MISSING])] };
  }
  if (values.length === 0) return loose(NUMBERS);
  const rest: Atom = { kind: 'anythingBut', values: values.map(String) };
  return { events: EVENT_NAMES, fields: [field(leaf, type, [rest, MISSING])], loose: type === 'N' ? NUMBERS : undefined };
}

const NUMBERS = 'AWS compares DynamoDB\'s numbers as text';

interface FieldAtoms {
  readonly atoms: readonly Atom[];
  readonly loose?: string;
}

function atomsOf(leaf: Exclude<AttributeLeaf, { node: 'absent' }>): FieldAtoms {
  switch (leaf.node) {
    case 'exists': return { atoms: [PRESENT] };
    case 'equals': return oneOf(leaf.oneOf);
    case 'equalsIgnoringCase': {
      const ascii = leaf.oneOf.every((value) => /^[\x00-\x7f]*$/.test(value));
      return ascii
        ? { atoms: leaf.oneOf.map((value) => ({ kind: 'ignoreCase', value })) }
        : { atoms: [PRESENT], loose: 'AWS folds letters beyond A to Z in its own way' };
    }
    case 'equalsSet': {
      const [type, members] = Object.entries(leaf.value)[0] as [string, readonly string[]];
      const first = equalTo({ [type[0]]: members[0] } as FilterValue);
      return { atoms: first.atoms ?? [PRESENT], loose: 'a pattern can look for one member of a set only' };
    }
    case 'beginsWith': return leaf.value.S === undefined ? beginsWithBytes(leaf.value.B ?? '') : part('prefix', leaf.value.S, leaf.value.S.endsWith('"'));
    case 'endsWith': return part('suffix', leaf.value.S ?? '', leaf.value.S?.startsWith('"') ?? false);
    case 'compare': return { atoms: [isBelowZero(leaf) ? { kind: 'prefix', value: '-' } : PRESENT], loose: leaf.value.N === undefined ? ORDER : NUMBERS };
    case 'contains': return leaf.in === 'S' ? { atoms: [PRESENT], loose: 'a pattern cannot look inside a text' } : oneOf([leaf.value]);
    case 'size': return { atoms: [PRESENT], loose: 'a pattern cannot count' };
  }
}

const ORDER = 'a pattern cannot order text or binary';

/** AWS looks at a text with its quotes around it: `x"` is a prefix of `x` to it. */
function part(kind: 'prefix' | 'suffix', value: string, meetsQuote: boolean): FieldAtoms {
  return { atoms: [{ kind, value }], loose: meetsQuote ? 'AWS takes the quote for the end of the text' : undefined };
}

function oneOf(values: readonly FilterValue[]): FieldAtoms {
  const each = values.map(equalTo);
  if (each.some(({ atoms }) => atoms === undefined)) return { atoms: [PRESENT], loose: NUMBERS };
  return { atoms: each.flatMap(({ atoms }) => atoms ?? []) };
}

function equalTo({ S, N, B, BOOL }: FilterValue): { readonly atoms?: readonly Atom[] } {
  if (N === undefined) return { atoms: [{ kind: 'equal', value: S ?? B ?? BOOL ?? '' }] };
  return { atoms: spellingsOf(N)?.map((value) => ({ kind: 'equal', value })) };
}

/** Three bytes are four characters of base64: a whole number of threes has a prefix of its own. */
function beginsWithBytes(base64: string): FieldAtoms {
  const value = base64.slice(0, Math.floor(Buffer.from(base64, 'base64').length / 3) * 4);
  if (value === base64) return { atoms: [{ kind: 'prefix', value }] };
  return { atoms: [value === '' ? PRESENT : { kind: 'prefix', value }], loose: 'in base64 a pattern sees bytes by threes' };
}

/** However a number below zero is printed, it begins with a minus. */
function isBelowZero({ op, value: { N } }: Extract<Leaf, { node: 'compare' }>): boolean {
  if (N === undefined) return false;
  const order = compareDecimals(N, '0');
  return (op === 'LT' && order <= 0) || (op === 'LE' && order < 0);
}

function field(place: Place, type: FilterAttributeType, atoms: readonly Atom[]): Field {
  return { path: [...documentPath(place), type], atoms, many: type === 'SS' || type === 'NS' || type === 'BS' };
}

function documentPath({ image, path }: Place): string[] {
  return ['dynamodb', MEMBER[image], ...path.flatMap((name, depth) => (depth === 0 ? name : ['M', name]))];
}

/** AWS joins names with dots, and reads `$or` as an operator. */
function isReachable(path: readonly string[]): boolean {
  return path.every((name) => !name.includes('.') && name !== '$or');
}

/** Only a top-level attribute has a path that no other attribute, however it is called, can have as well. */
function isDistinct(path: readonly string[]): boolean {
  return path.length === 1;
}

function unreachable(path: readonly string[]): string {
  return path.includes('$or') ? 'AWS reads the name \'$or\' as an operator' : 'AWS takes the dot in a name for nesting';
}

function ambiguous(path: readonly string[]): string {
  return `an attribute named '${path.join('.M.')}' would look the same to AWS`;
}

function anything(loose: string): Pushdown {
  return { events: EVENT_NAMES, fields: [], loose };
}
