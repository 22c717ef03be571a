/**
 * Where changes wait for a subscriber whose queue does not take them: objects in the failure store, in order per item, each with
 * consecutive changes of one item; and the row that says so, in the table's ledger.
 */

export const SPILL_VERSION = 1;
export const SPILL_PREFIX = 'spill/';

export interface SpilledChanges {
  readonly formatVersion: typeof SPILL_VERSION;
  readonly subscriber: string;
  readonly table: string;
  /** Message group of the changes. */
  readonly group: string;
  /** False when the filter could not be evaluated: it is, before they are sent. */
  readonly filtered: boolean;
  /** ISO 8601. */
  readonly storedAt: string;
  /** Stream records as they were delivered, in order. */
  readonly changes: readonly unknown[];
}

export function spillPrefix(subscriber: string, group?: string): string {
  return `${SPILL_PREFIX}${subscriber}/${group === undefined ? '' : `${group}/`}`;
}

/** Sorts behind all of a group's objects. */
export function behindSpillGroup(subscriber: string, group: string): string {
  return `${spillPrefix(subscriber, group)}~`;
}

/**
 * Names sort by item and position, so a list is in order per item. The digest tells what the object holds: what is spilled again with more or
 * fewer changes is another object, so that who has sent the one may delete it.
 */
export function spillKey(subscriber: string, group: string, firstPosition: string, digest: string): string {
  return `${spillPrefix(subscriber, group)}${firstPosition}.${digest}.json`;
}

/**
 * The relay's row in the ledger: one for all subscribers, so that an invocation reads one row however many there are. For each subscriber
 * that has a spill, or had one:
 *
 * | attribute        | type | meaning |
 * |------------------|------|---------|
 * | `open.<name>`    | N    | epoch milliseconds since when changes of the subscriber are spilled; absent when they are sent |
 * | `version.<name>` | N    | grows with every spill; who closes must have listed the spill at the current version |
 * | `answers.<name>` | BOOL | the queue takes messages again: items without a spill need not wait |
 */
export const RELAY_ROW = {
  OPEN: 'open.',
  VERSION: 'version.',
  ANSWERS: 'answers.',
} as const;

/** Key of the row; hashes of items cannot look like it. */
export function relayRowKey(table: string): string {
  return `relay/${table}`;
}
