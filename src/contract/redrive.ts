/**
 * How stored changes are handed back to a subscriber's function. Whoever redrives (the command line, or AutoRedrive) reads the failure store and
 * invokes the function with a RedriveRequest instead of a batch; the function never reads the store. It answers for each change what became of it,
 * after the ledger has been told, and only then may the stored object be deleted.
 */

import { FailureRecord } from './failure-record';

export const REDRIVE_VERSION = 1;

/** A stored change without what only people need to know of it. */
export type RedriveChange = Omit<FailureRecord, 'error' | 'subscriber' | 'table' | 'attempts' | 'firstFailedAt'>;

export interface RedriveRequest {
  /** Tells the event from a batch, and says how it is to be understood. */
  readonly cdcRedrive: typeof REDRIVE_VERSION;
  /** The subscriber that is meant; another one refuses. */
  readonly subscriber: string;
  /** `DISCARD` takes the changes off the ledger's hands without running the handler. */
  readonly action: 'REDRIVE' | 'DISCARD';
  /** Applies changes whose item has gone on without them. */
  readonly outOfOrder: boolean;
  /** Applies changes of which nobody can say whether they have been applied, or whether those before them have. */
  readonly applyUnknown: boolean;
  /** In order per item. */
  readonly changes: readonly RedriveChange[];
  /** With DISCARD: ledger keys of items to be released although the store holds nothing of them any more. */
  readonly release?: readonly string[];
}

export type RedriveOutcome =
  /** The handler has applied it, and the ledger knows. */
  | 'APPLIED'
  /** It had been applied before. */
  | 'ALREADY_APPLIED'
  /** The subscriber's filter does not want it any more: it is passed over. */
  | 'NOT_WANTED'
  /** Taken off without the handler, because the request says so. */
  | 'DISCARDED'
  /** Its item has gone on without it: only `outOfOrder` applies it. */
  | 'SUPERSEDED'
  /** Whether it has been applied, or whether its turn has come, cannot be told: only `applyUnknown` applies it. */
  | 'UNKNOWN'
  /** The handler failed, or its time was up. It stays where it is. */
  | 'FAILED'
  /** Not tried: a change before it in its item was not settled, or the time was up. */
  | 'NOT_TRIED';

export type UnknownReason =
  /** A change of the item between the last one applied and this one is missing in the request. */
  | 'EARLIER_CHANGE_MISSING'
  /** The mapping gave it up, and a later change of its item has been applied: it may have been applied before that. */
  | 'LATER_CHANGE_APPLIED'
  /** The ledger's row of the item has expired since it was stored. */
  | 'LEDGER_FORGOT'
  /** Its keys cannot be read, so it belongs to no item. */
  | 'KEYS_UNREADABLE'
  /** The filter failed on it and cannot be evaluated here, so nobody knows whether it is wanted. */
  | 'FILTER_FAILED';

export interface RedriveResult {
  readonly outcome: RedriveOutcome;
  /** Of UNKNOWN; `NO_TIME` of what was not tried because the invocation ended. */
  readonly why?: UnknownReason | 'NO_TIME';
  /** Name of the handler's error; never its message. */
  readonly error?: string;
  /** The item is still parked behind this change: there is more of it in the store, or on its way there. */
  readonly parked?: boolean;
}

export interface RedriveAnswer {
  readonly cdcRedrive: typeof REDRIVE_VERSION;
  /** One for each change of the request, in its order. */
  readonly results: readonly RedriveResult[];
}

/** The ledger knows of it: the stored object has done its work. */
const SETTLED: ReadonlySet<RedriveOutcome> = new Set(['APPLIED', 'ALREADY_APPLIED', 'NOT_WANTED', 'DISCARDED']);

export function isSettled({ outcome }: RedriveResult): boolean {
  return SETTLED.has(outcome);
}

const NOT_SETTLED: ReadonlySet<RedriveOutcome> = new Set(['SUPERSEDED', 'UNKNOWN', 'FAILED', 'NOT_TRIED']);

/** Whether an answer says something that this version knows. */
export function isOutcome(outcome: unknown): outcome is RedriveOutcome {
  return SETTLED.has(outcome as RedriveOutcome) || NOT_SETTLED.has(outcome as RedriveOutcome);
}

export function isRedriveRequest(event: unknown): event is RedriveRequest {
  return typeof event === 'object' && event !== null && 'cdcRedrive' in event;
}
