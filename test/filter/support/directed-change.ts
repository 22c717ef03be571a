import * as fc from 'fast-check';
import { change, printedNumber } from './arbitraries';
import { FilterImage, FilterNode, FilterValue } from '../../../src/contract/filter';
import { leavesOf, Leaf } from '../../../src/filter/plan/leaf';

type Json = any; // eslint-disable-line @typescript-eslint/no-explicit-any

/** How a leaf's own value is put into the change: at its place, or where AWS may take it for that. */
type Disguise = 'AT_ITS_PLACE' | 'UNDER_A_DOTTED_NAME' | 'AS_A_LIST_BY_NAME' | 'IN_ANOTHER_CASE' | 'IN_A_LIST';

interface Planting {
  readonly leaf: number;
  readonly value: number;
  readonly disguise: Disguise;
  readonly number: string;
}

const planting: fc.Arbitrary<Planting> = fc.record({
  leaf: fc.nat(20),
  value: fc.nat(3),
  disguise: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Disguise>('AT_ITS_PLACE') },
    { weight: 4, arbitrary: fc.constantFrom<Disguise>('UNDER_A_DOTTED_NAME', 'AS_A_LIST_BY_NAME', 'IN_ANOTHER_CASE', 'IN_A_LIST') },
  ),
  number: printedNumber,
});

/** Changes that hold what the filter looks for: random ones seldom do, and agreement on what matches nothing proves little. */
export function changeFor(root: FilterNode): fc.Arbitrary<Json> {
  const leaves = leavesOf(root).filter((leaf) => 'path' in leaf);
  if (leaves.length === 0) return change;
  return fc.tuple(change, fc.array(planting, { maxLength: 5 })).map(([record, plantings]) => {
    for (const each of plantings) plant(record, leaves[each.leaf % leaves.length], each);
    return JSON.parse(JSON.stringify(record)) as Json;
  });
}

const MEMBER: { readonly [image in FilterImage]: string } = { NEW_IMAGE: 'NewImage', OLD_IMAGE: 'OldImage', KEYS: 'Keys' };

function plant(record: Json, leaf: Leaf, { value, disguise, number }: Planting): void {
  if (!('path' in leaf)) return;
  const image = 'image' in leaf ? MEMBER[leaf.image] : value % 2 === 0 ? 'NewImage' : 'OldImage';
  const held = record.dynamodb[image];
  if (held === undefined || image === 'Keys') return;
  const found = disguised(satisfying(leaf, value, number), disguise);
  if (disguise === 'UNDER_A_DOTTED_NAME') put(held, [leaf.path.join('.M.')], found);
  else if (disguise === 'AS_A_LIST_BY_NAME') put(held, [`${leaf.path[0]}.L`], 'L' in found ? (found.L[0] ?? found) : found);
  else put(held, leaf.path, found);
}

/** Defined rather than assigned: a name may be __proto__. */
function put(item: Json, [name, ...inner]: readonly string[], value: Json): void {
  const held = Object.hasOwn(item, name) ? item[name] : undefined;
  let next = value;
  if (inner.length > 0) {
    next = { M: held?.M ?? {} };
    put(next.M, inner, value);
  } else if (held) {
    // Two leaves on one set or list are both to be satisfied.
    for (const type of ['SS', 'BS', 'L']) if (held[type] && value[type]) next = { [type]: [...new Set([...held[type], ...value[type]])] };
  }
  Object.defineProperty(item, name, { value: next, enumerable: true, configurable: true, writable: true });
}

/** A value for which the leaf is true, or nearly. */
function satisfying(leaf: Leaf, index: number, number: string): Json {
  switch (leaf.node) {
    case 'equals': return printed(leaf.oneOf[index % leaf.oneOf.length], index);
    case 'equalsIgnoringCase': return { S: leaf.oneOf[index % leaf.oneOf.length] };
    case 'equalsSet': return leaf.value;
    case 'beginsWith': return leaf.value.S === undefined ? leaf.value : { S: index === 0 ? leaf.value.S.replace(/"$/, '') : `${leaf.value.S}x` };
    case 'endsWith': return { S: index === 0 ? leaf.value.S!.replace(/^"/, '') : `x${leaf.value.S}` };
    case 'compare': return printed(leaf.value, index);
    case 'contains': return holding(leaf.in, leaf.value, index);
    case 'exists': return sample(leaf.type ?? 'L');
    case 'size': return sample(leaf.type);
    case 'absent': return [{ L: [] }, { M: {} }, { N: number }, { BS: ['AA=='] }][index];
    default: return { N: number };
  }
}

function holding(type: string, value: FilterValue, index: number): Json {
  const inner = Object.values(printed(value, index))[0];
  switch (type) {
    case 'S': return { S: `x${inner}y` };
    case 'L': return { L: [{ S: 'first' }, printed(value, index)] };
    default: return { [type]: [inner, { SS: 'other', NS: '424242', BS: 'Kioq' }[type]] };
  }
}

/** The same number, printed in a form that a stream may choose. */
function printed(value: FilterValue, index: number): Json {
  const { N } = value;
  if (N === undefined || !/^-?[1-9]\d{0,14}$/.test(N)) return value;
  const [mantissa, power] = Number(N).toExponential().split('e+');
  return { N: [N, `${N}.0`, power === '0' ? N : `${mantissa}E${power}`, power === '0' ? N : `${mantissa}e+${power}`][index] };
}

function sample(type: string): Json {
  const samples: { readonly [type: string]: Json } = {
    S: 'x', N: '1', B: 'AAE=', BOOL: false, NULL: true, SS: ['x', 'y'], NS: ['1', '2'], BS: ['AA==', 'AAE='], L: [{ S: 'x' }, { N: '1' }], M: { b: { S: 'x' } },
  };
  return { [type]: samples[type] };
}

function disguised(value: Json, disguise: Disguise): Json {
  if (disguise === 'IN_A_LIST') return { L: [value] };
  if (disguise !== 'IN_ANOTHER_CASE' || typeof value.S !== 'string') return value;
  return { S: value.S.toUpperCase() === value.S ? value.S.toLowerCase() : value.S.toUpperCase() };
}
