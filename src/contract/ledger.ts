/**
 * The ledger's row: what one subscriber has done with one item (or partition key). Version 1.
 *
 * | attribute  | type | meaning |
 * |------------|------|---------|
 * | `pk`       | S    | hash of subscriber, table and keys, so that no partition runs hot |
 * | `v`        | N    | format version of the row |
 * | `sub`      | S    | subscriber name, for people |
 * | `mark`     | S    | position (see position.ts) of the last settled change, empty before the first; it never moves back |
 * | `failing`  | M    | `{ at, n, first, unfinished?, due?, refused?, postponed?, passed? }`: position being attempted, attempts so far, epoch milliseconds of the first failure, whether the last one never ended, epoch milliseconds before which the handler asked not to be called again, since when a refused permission has held it, since when it has been postponed, and whether other items have succeeded meanwhile |
 * | `parked`   | M    | `{ at, since, tail }`: position of the poison, epoch milliseconds, last position stored behind it |
 * | `outage`   | M    | `{ signature, at }` in the subscriber's own row: most items fail alike since then |
 * | `alone`    | S    | in a row of its own, for one change taken out of its item's order: `skipped`, and once a redrive has dealt with it `applied` |
 * | `claim`    | M    | `{ owner, message, receives }`, only for work that takes long: who works on the item's changes, random for each delivery, and what the queue calls that delivery |
 * | `fence`    | N    | grows with each claim; whoever has an older one may not write the row |
 * | `lease`    | M    | `{ owner, until }` in a row of its own (see auto-redrive.ts): which invocation of auto-redrive works for the subscriber, and epoch milliseconds until which it may |
 * | `latest`   | S    | position of the newest change that is on its way, empty before the first; written only where changes may be superseded |
 * | `exp`      | N    | epoch seconds when DynamoDB may delete the row; absent while parked |
 *
 * A row with a larger `v` was written by a newer library: this one refuses it rather than guess.
 */

export const LEDGER_VERSION = 1;

export const LEDGER = {
  KEY: 'pk',
  VERSION: 'v',
  SUBSCRIBER: 'sub',
  MARK: 'mark',
  FAILING: 'failing',
  PARKED: 'parked',
  OUTAGE: 'outage',
  ALONE: 'alone',
  CLAIM: 'claim',
  FENCE: 'fence',
  LATEST: 'latest',
  LEASE: 'lease',
  EXPIRES: 'exp',
} as const;

/** Rows outlive the stream's retention and every record age by far; older marks protect from nothing. */
export const LEDGER_ROW_SECONDS = 14 * 24 * 60 * 60;

/** What a redrive must remember of one change outlives the change's object in the failure store, unless that is kept for longer than this. */
export const LEDGER_ALONE_SECONDS = 400 * 24 * 60 * 60;

export type AloneState = 'skipped' | 'applied';

export interface FailingState {
  /** Position of the change being attempted. */
  readonly at: string;
  /** Attempts that count so far. */
  readonly n: number;
  /** Epoch milliseconds of the first counted failure. */
  readonly first: number;
  /** The last attempt was counted before it was made, and nothing has been heard of it since: the process died, or the time was up. */
  readonly unfinished?: boolean;
  /** Epoch milliseconds: the handler asked not to be called before, and that is later than its invocation lasted. */
  readonly due?: number;
  /** Epoch milliseconds: a permission was refused for this change, and has held it since, as an outage that costs no attempts. */
  readonly refused?: number;
  /** Epoch milliseconds: the change has been postponed since then, by a RetryLaterError, a throttle or a store that did not answer. */
  readonly postponed?: number;
  /** Another item has succeeded since. */
  readonly passed?: boolean;
}

export interface ParkedState {
  /** Position of the first change in the failure store. */
  readonly at: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Position of the last change stored behind it. */
  readonly tail: string;
}

/** Who works on an item. A message id with the number of its receives names a delivery: the queue grows the number when it hands the message out again. */
export interface ClaimState {
  readonly owner: string;
  readonly message: string;
  readonly receives: number;
}

/** What is remembered of an outage between invocations, in the subscriber's own row. */
export interface OutageState {
  /** What the failures had in common. */
  readonly signature: string;
  /** Epoch milliseconds when most items were last seen to fail alike. */
  readonly at: number;
}

export interface LedgerRow {
  readonly pk: string;
  readonly v: number;
  readonly mark?: string;
  readonly failing?: FailingState;
  readonly parked?: ParkedState;
  readonly outage?: OutageState;
  readonly alone?: AloneState;
  readonly claim?: ClaimState;
  readonly fence?: number;
  readonly latest?: string;
}
