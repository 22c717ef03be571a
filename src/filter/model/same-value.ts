import { Value } from './attribute';
import { compareDecimals, normalizeDecimal } from './decimal';

/** Equality as DynamoDB sees it: numbers by value, sets and maps without order. A missing value equals only a missing one. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return b.N !== undefined && compareDecimals(a.N, b.N) === 0;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.M !== undefined) return b.M !== undefined && sameMembers(a.M, b.M);
  if (a.L !== undefined) return b.L !== undefined && a.L.length === b.L.length && a.L.every((value, index) => sameValue(value, b.L![index]));
  if (a.NULL !== undefined) return b.NULL !== undefined;
  if (a.B !== undefined) return a.B === b.B;
  if (a.SS !== undefined) return b.SS !== undefined && sameSet(a.SS, b.SS);
  if (a.BS !== undefined) return b.BS !== undefined && sameSet(a.BS, b.BS);
  return a.NS !== undefined && b.NS !== undefined && sameNumberSet(a.NS, b.NS);
}

function sameMembers(a: { readonly [name: string]: Value }, b: { readonly [name: string]: Value }): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]));
}

export function sameSet(a: readonly unknown[], b: readonly unknown[]): boolean {
  const members = new Set(a);
  return a.length === b.length && b.every((member) => members.has(member));
}

export function sameNumberSet(a: readonly string[], b: readonly string[]): boolean {
  return sameSet(a.map(normalizeDecimal), b.map(normalizeDecimal));
}
