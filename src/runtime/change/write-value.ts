import { convertToAttr } from '@aws-sdk/util-dynamodb';
import type { CommitWrite } from './context';
import { ExactNumber } from './exact-number';

/** An attribute value as a request holds it: as in a stream event, but with binary as bytes. */
export interface WrittenValue {
  readonly [type: string]: unknown;
}

export type WrittenItem = { readonly [name: string]: WrittenValue };

const OPTIONS = { removeUndefinedValues: true } as const;
/** DynamoDB refuses what is nested deeper than 32 levels; this only stops at what contains itself. */
const MAX_DEPTH = 200;

/**
 * The value as DynamoDB takes it. Single values are the SDK's, so what it refuses is refused here with its words. Lists, maps and sets are not: the SDK takes a map
 * with an attribute `constructor` for an instance of a class, loses one called `__proto__`, and tells a set's type by its first member alone.
 *
 * @throws Error when the value is none that DynamoDB can hold
 */
export function writeValue(value: unknown, depth = 0): WrittenValue {
  if (typeof value !== 'object' || value === null) return convertToAttr(value, OPTIONS) as unknown as WrittenValue;
  const number = digitsOf(value);
  if (number !== undefined) return { N: number };
  if (ArrayBuffer.isView(value)) return { B: Buffer.from(value.buffer, value.byteOffset, value.byteLength) };
  if (depth > MAX_DEPTH) throw new Error(`a value contains itself, or is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return { L: value.filter(isWritten).map((member) => writeValue(member, depth + 1)) };
  if (value instanceof Set) return writeSet([...value as Set<unknown>].filter((member) => member !== undefined));
  if (value instanceof Map) return { M: writeEntries([...value as Map<string, unknown>], depth + 1) };
  return isPlain(value) ? { M: writeEntries(Object.entries(value), depth + 1) } : convertToAttr(value as never, OPTIONS) as unknown as WrittenValue;
}

/** An item, a key, or the values of an expression. */
export function writeItem(item: object): WrittenItem {
  return writeEntries(Object.entries(item), 0);
}

/** `Object.fromEntries` makes any name a property of its own, also `__proto__`. */
function writeEntries(entries: readonly (readonly [string, unknown])[], depth: number): WrittenItem {
  return Object.fromEntries(entries.filter(([, member]) => isWritten(member)).map(([name, member]) => [name, writeValue(member, depth)]));
}

function isWritten(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function';
}

function writeSet(members: readonly unknown[]): WrittenValue {
  const written = members.map((member) => writeValue(member));
  const types = new Set(written.map((member) => Object.keys(member)[0]));
  const [type] = types;
  if (types.size > 1) throw new Error('a set holds members of one type: text, numbers or binary');
  if (type !== 'S' && type !== 'N' && type !== 'B') return convertToAttr(new Set(members) as never, OPTIONS) as unknown as WrittenValue;
  return { [`${type}S`]: written.map((member) => member[type]) };
}

/** Of an ExactNumber, or of a number of the SDK's (`NumberValue`), from any copy of either class. */
function digitsOf(value: object): string | undefined {
  if (ExactNumber.is(value)) return value.value;
  const { toAttributeValue } = value as { toAttributeValue?: unknown };
  if (typeof toAttributeValue !== 'function' || isPlain(value)) return undefined;
  const { N } = toAttributeValue.call(value) as { N?: unknown };
  return typeof N === 'string' ? N : undefined;
}

/** True for objects of any realm that no class made. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'));
}

const VALUE_MEMBERS = ['Item', 'Key', 'ExpressionAttributeValues'] as const;

/** One write of a commit, with its values as DynamoDB takes them. */
export function writeOf(write: CommitWrite): { readonly [kind: string]: { readonly [member: string]: unknown } } {
  return Object.fromEntries(Object.entries(write).map(([kind, input]: [string, { readonly [member: string]: unknown }]) => {
    const given = VALUE_MEMBERS.filter((member) => input[member] !== undefined);
    return [kind, { ...input, ...Object.fromEntries(given.map((member) => [member, writeItem(input[member] as object)])) }];
  }));
}
