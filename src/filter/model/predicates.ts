import { Value } from './attribute';
import { comparerTo } from './decimal';
import { sameNumberSet, sameSet } from './same-value';
import { codePoints, compareText } from './text-order';
import {
  CompareNode, ContainsNode, EqualsNode, EqualsSetNode, FilterComparison, FilterValue, SizeNode,
} from '../../contract/filter';

export type ValueTest = (value: Value) => boolean;

/** True for a value equal to one of those given; another type is never equal. */
export function equalsTest({ oneOf }: Pick<EqualsNode, 'oneOf'>): ValueTest {
  if (oneOf.length === 1) return equalsOne(oneOf[0]);
  const texts = new Set(oneOf.flatMap(({ S }) => S ?? []));
  if (texts.size === oneOf.length) return ({ S }) => S !== undefined && texts.has(S);
  const tests = oneOf.map(equalsOne);
  return (value) => tests.some((test) => test(value));
}

function equalsOne({ S, N, B, BOOL }: FilterValue): ValueTest {
  if (S !== undefined) return (value) => value.S === S;
  if (N !== undefined) {
    const compare = comparerTo(N);
    return (value) => value.N !== undefined && compare(value.N) === 0;
  }
  if (BOOL !== undefined) return (value) => value.BOOL === BOOL;
  return (value) => value.B !== undefined && value.B === B;
}

export function equalsSetTest({ value: { SS, NS, BS } }: EqualsSetNode): ValueTest {
  if (SS) return (value) => value.SS !== undefined && sameSet(SS, value.SS);
  if (NS) return (value) => value.NS !== undefined && sameNumberSet(NS, value.NS);
  return (value) => value.BS !== undefined && sameSet(BS ?? [], value.BS);
}

export function beginsWithTest({ S, B }: FilterValue): ValueTest {
  if (S !== undefined) return (value) => value.S !== undefined && value.S.startsWith(S);
  const prefix = bytes(B ?? '');
  return (value) => value.B !== undefined && bytes(value.B).subarray(0, prefix.length).equals(prefix);
}

export function endsWithTest({ S = '' }: FilterValue): ValueTest {
  return (value) => value.S !== undefined && value.S.endsWith(S);
}

const HOLDS: { readonly [op in FilterComparison]: (order: number) => boolean } = {
  LT: (order) => order < 0,
  LE: (order) => order <= 0,
  GT: (order) => order > 0,
  GE: (order) => order >= 0,
};

export function compareTest({ op, value: { S, N, B } }: CompareNode): ValueTest {
  const holds = HOLDS[op];
  if (N !== undefined) {
    const compare = comparerTo(N);
    return (value) => value.N !== undefined && holds(compare(value.N));
  }
  if (S !== undefined) return (value) => value.S !== undefined && holds(compareText(value.S, S));
  const bound = bytes(B ?? '');
  return (value) => value.B !== undefined && holds(Buffer.compare(bytes(value.B), bound));
}

export function containsTest({ in: type, value }: ContainsNode): ValueTest {
  const { S = '', N = '', B = '' } = value;
  switch (type) {
    case 'S': return (whole) => whole.S !== undefined && whole.S.includes(S);
    case 'SS': return (set) => set.SS !== undefined && set.SS.includes(S);
    case 'BS': return (set) => set.BS !== undefined && set.BS.includes(B);
    case 'NS': {
      const compare = comparerTo(N);
      return (set) => set.NS !== undefined && set.NS.some((member) => compare(member) === 0);
    }
    case 'L': {
      const element = equalsOne(value);
      return (list) => list.L !== undefined && list.L.some(element);
    }
  }
}

export function sizeTest({ type, min, max = Infinity }: SizeNode): ValueTest {
  return (value) => {
    const size = sizeOf(value, type);
    return size !== undefined && size >= min && size <= max;
  };
}

function sizeOf(value: Value, type: SizeNode['type']): number | undefined {
  switch (type) {
    case 'S': return value.S === undefined ? undefined : codePoints(value.S);
    case 'B': return value.B === undefined ? undefined : bytes(value.B).length;
    case 'M': return value.M && Object.keys(value.M).length;
    case 'SS': case 'NS': case 'BS': case 'L': return value[type]?.length;
    default: return undefined;
  }
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
