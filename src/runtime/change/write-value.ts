import type { CommitWrite } from './context';
import { ExactNumber } from './exact-number';

/** Makes a number of all its digits, as the document client takes it. */
export type MakeExact = (digits: string) => unknown;

/** The same value in the document client's terms: exact numbers keep their digits. Values without any are handed on as they are. */
export function writeValue(value: unknown, exact: MakeExact): unknown {
  if (ExactNumber.is(value)) return exact(value.value);
  if (Array.isArray(value)) return value.map((member) => writeValue(member, exact));
  if (value instanceof Set) {
    // The document client takes a set's type from its first member.
    return [...value].some((member) => ExactNumber.is(member)) ? new Set([...value].map((member) => exact(String(member)))) : value;
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, writeValue(member, exact)]));
}

const VALUE_MEMBERS = ['Item', 'Key', 'ExpressionAttributeValues'] as const;

/** One write of a commit as the document client takes it. */
export function documentWrite(write: CommitWrite, exact: MakeExact): CommitWrite {
  return Object.fromEntries(Object.entries(write).map(([kind, input]: [string, { [member: string]: unknown }]) => [kind, {
    ...input,
    ...Object.fromEntries(VALUE_MEMBERS.filter((member) => input[member] !== undefined).map((member) => [member, writeValue(input[member], exact)])),
  }]));
}
