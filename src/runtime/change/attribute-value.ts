/** DynamoDB's attribute values as they stand in a stream event (binary as base64 text), and their lossless reading. */

import { ExactNumber, readNumber, sameDecimal } from './exact-number';

export interface RawValue {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly B?: string;
  readonly M?: RawItem;
  readonly L?: readonly RawValue[];
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
}

export type RawItem = { readonly [name: string]: RawValue };

/** What an attribute reads as. A number too precise for JavaScript is an ExactNumber, binary is a Uint8Array, a set a Set. */
export type AttributeValue =
  | string
  | number
  | ExactNumber
  | boolean
  | null
  | Uint8Array
  | ReadonlySet<string>
  | ReadonlySet<number | ExactNumber>
  | ReadonlySet<Uint8Array>
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue };

export function readItem(item: RawItem): { [name: string]: AttributeValue } {
  const result: { [name: string]: AttributeValue } = {};
  for (const name in item) {
    // An attribute may be named __proto__, which plain assignment would swallow.
    if (name === '__proto__') Object.defineProperty(result, name, { value: readValue(item[name]), enumerable: true, configurable: true, writable: true });
    else result[name] = readValue(item[name]);
  }
  return result;
}

export function readValue(value: RawValue): AttributeValue {
  // The order is that of frequency in common tables.
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return readNumber(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.M !== undefined) return readItem(value.M);
  if (value.L !== undefined) return value.L.map(readValue);
  if (value.NULL !== undefined) return null;
  if (value.B !== undefined) return readBinary(value.B);
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.NS !== undefined) return new Set(value.NS.map(readNumber));
  if (value.BS !== undefined) return new Set(value.BS.map(readBinary));
  throw new TypeError(`unknown attribute type ${Object.keys(value).join(', ') || '(none)'}`);
}

function readBinary(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}

/** Equality in DynamoDB's sense: numbers by value, sets without order. */
export function sameValue(a: RawValue | undefined, b: RawValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  const type = Object.keys(a)[0] as keyof RawValue;
  if (type === undefined || !(type in b)) return false;
  switch (type) {
    case 'N': return sameDecimal(a.N!, b.N!);
    case 'L': return a.L!.length === b.L!.length && a.L!.every((value, index) => sameValue(value, b.L![index]));
    case 'M': {
      const names = Object.keys(a.M!);
      return names.length === Object.keys(b.M!).length && names.every((name) => Object.hasOwn(b.M!, name) && sameValue(a.M![name], b.M![name]));
    }
    case 'SS':
    case 'BS': return sameMembers(a[type]!, b[type]!, (left, right) => left === right);
    case 'NS': return sameMembers(a.NS!, b.NS!, sameDecimal);
    default: return a[type] === b[type];
  }
}

function sameMembers(a: readonly string[], b: readonly string[], same: (left: string, right: string) => boolean): boolean {
  return a.length === b.length && a.every((left) => b.some((right) => same(left, right)));
}
