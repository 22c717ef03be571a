import type { AttributeValue, RawItem, RawValue } from './attribute-value';
import { ExactNumber } from './exact-number';
import { normalizeDecimal } from '../../filter/model';

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

const SHORT_INTEGER = /^-?[1-9]\d{0,14}$/;

/**
 * A JavaScript number where it holds the same decimal, the exact digits otherwise. An integer beyond 2^53 - 1 is never a JavaScript number, not even one that happens
 * to be exact: its type does not depend on its digits, arithmetic with its neighbours would lose digits, and the document client refuses to write it.
 */
export function readNumber(text: string): number | ExactNumber {
  const value = Number(text);
  if (SHORT_INTEGER.test(text) || text === '0') return value;
  const isExact = Math.abs(value) <= Number.MAX_SAFE_INTEGER && normalizeDecimal(text) === normalizeDecimal(String(value));
  return isExact ? value : new ExactNumber(text);
}
