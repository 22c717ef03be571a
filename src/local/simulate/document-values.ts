import { marshall } from '@aws-sdk/util-dynamodb';
import { MemoryItem } from './expression';
import { RawItem, RawValue } from '../../runtime/change/attribute-value';
import type { CommitWrite } from '../../runtime/change/context';
import { ExactNumber } from '../../runtime/change/exact-number';
import { readItem } from '../../runtime/change/read-value';
import { writeOf, WrittenItem, WrittenValue } from '../../runtime/change/write-value';

/** As `src/runtime/aws/sdk-dynamodb.ts` configures the document client, with what that adds for single values. */
const OPTIONS = { removeUndefinedValues: true, convertTopLevelContainer: true } as const;
const VALUE_MEMBERS = ['Item', 'Key', 'ExpressionAttributeValues'] as const;

/** DynamoDB counts a container as three bytes, and one for each member. */
const CONTAINER_BYTES = 3;
const MEMBER_BYTES = 1;
const DIGITS_A_BYTE = 2;

/**
 * An update after its way through the document client and back: what the client refuses is refused here with its error, and what a caller does to its
 * objects afterwards changes nothing.
 */
export function updateThrough<T extends object>(input: T): T {
  return valuesRead(input, (values) => Object.fromEntries(Object.entries(values)
    .filter(([, value]) => value !== undefined && typeof value !== 'function')
    .map(([name, value]) => [name, marshall(value as never, OPTIONS) as unknown as WrittenValue])));
}

/** The writes of a transaction after the runtime's own marshalling, and back. */
export function writesThrough(writes: readonly CommitWrite[]): CommitWrite[] {
  return writes.map((write) => Object.fromEntries(Object.entries(writeOf(write)).map(([kind, input]) => [kind, valuesRead(input, (item) => item)])));
}

function valuesRead<T extends object>(input: T, written: (values: WrittenItem) => WrittenItem): T {
  const given = input as { readonly [member: string]: WrittenItem | undefined };
  const members = VALUE_MEMBERS.filter((member) => given[member] !== undefined);
  return { ...input, ...Object.fromEntries(members.map((member) => [member, read(written(given[member]!))])) };
}

function read(item: WrittenItem): MemoryItem {
  return readItem(Object.fromEntries(Object.entries(item).map(([name, value]) => [name, inJson(value)]))) as MemoryItem;
}

/** Requests hold binary as bytes, answers in base64. */
function inJson(value: WrittenValue): RawValue {
  const [[type, content]] = Object.entries(value) as [string, unknown][];
  const base64 = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString('base64');
  switch (type) {
    case 'B': return { B: base64(content) };
    case 'BS': return { BS: (content as unknown[]).map(base64) };
    case 'L': return { L: (content as WrittenValue[]).map(inJson) };
    case 'M': return { M: Object.fromEntries(Object.entries(content as WrittenItem).map(([name, member]) => [name, inJson(member)])) as RawItem };
    default: return value as unknown as RawValue;
  }
}

/** The size of an item as DynamoDB measures it: names and values, without indexes. */
export function itemBytes(item: MemoryItem): number {
  let bytes = 0;
  for (const name in item) bytes += Buffer.byteLength(name) + valueBytes(item[name]);
  return bytes;
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number' || typeof value === 'bigint' || ExactNumber.is(value)) return Math.ceil(String(value).length / DIGITS_A_BYTE) + 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (value instanceof Set) return [...value].reduce<number>((sum, member) => sum + valueBytes(member), 0);
  if (Array.isArray(value)) return value.reduce<number>((sum, member) => sum + valueBytes(member) + MEMBER_BYTES, CONTAINER_BYTES);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, member]) => sum + Buffer.byteLength(name) + valueBytes(member) + MEMBER_BYTES, CONTAINER_BYTES);
}
