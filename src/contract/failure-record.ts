/**
 * What the failure store holds: one object per change, whole, so that it can be replayed after the stream has forgotten it.
 * Objects the mapping itself writes (crashes, timeouts, record age) lie under `aws/lambda/` in AWS's own layout.
 */

export const FAILURE_RECORD_VERSION = 1;
export const FAILURE_PREFIX = 'changes/';
export const AWS_FAILURE_PREFIX = 'aws/lambda/';

export type FailureReason =
  /** The handler failed as often as it may. */
  | 'ATTEMPTS_EXHAUSTED'
  /** The handler said so with a PermanentError. */
  | 'PERMANENT_ERROR'
  /** An earlier change of the same item is in the store; this one waits behind it. */
  | 'BEHIND_PARKED'
  /** The change is about to become too old for the mapping. */
  | 'RECORD_AGE'
  /** The record cannot be read as a change. */
  | 'MALFORMED'
  /** The mapping gave its batch up (crash, timeout, record age); a redrive has set the batch down change by change. */
  | 'MAPPING_GAVE_UP';

export interface FailureRecord {
  readonly formatVersion: typeof FAILURE_RECORD_VERSION;
  readonly subscriber: string;
  readonly table: string;
  readonly streamArn: string;
  /** Ledger key of the item. */
  readonly keyHash: string;
  readonly position: string;
  readonly sequenceNumber: string;
  readonly reason: FailureReason;
  /** Of a change behind a parked one: position of the change before it in its item, so that a gap is seen. */
  readonly after?: string;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
  readonly attempts: number;
  /** ISO 8601. */
  readonly storedAt: string;
  /** ISO 8601. */
  readonly firstFailedAt?: string;
  /** The stream record exactly as it was delivered. */
  readonly record: unknown;
}

/** Storing a change twice writes the same key, so a crash between store and ledger costs nothing. */
export function failureKey(subscriber: string, keyHash: string, at: string): string {
  return `${FAILURE_PREFIX}${subscriber}/${keyHash}/${at}.json`;
}
