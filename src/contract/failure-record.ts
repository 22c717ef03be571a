/**
 * What the failure store holds: one object per change, whole, so that it can be replayed after the stream has forgotten it.
 * Objects the mapping itself writes (crashes, timeouts, record age) lie under `aws/lambda/` in AWS's own layout, in a bucket of their own; an older version had
 * them in the same bucket.
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
  /** The handler asked for more time, or was throttled, for longer than one change may be postponed while others succeed. */
  | 'POSTPONED_TOO_LONG'
  /** The record cannot be read as a change. */
  | 'MALFORMED'
  /**
   * The mapping gave its batch up (crash, timeout, record age): the subscriber's own, which a redrive has set down change by change; or the relay's, which a redrive has
   * sent to the subscriber's queue, when the item had gone on without the change.
   */
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

/** Of all stored changes of a subscriber, or of one item. Names sort by item and position, so a list is in order per item. */
export function failurePrefix(subscriber: string, keyHash?: string): string {
  return `${FAILURE_PREFIX}${subscriber}/${keyHash === undefined ? '' : `${keyHash}/`}`;
}

/** Storing a change twice writes the same key, so a crash between store and ledger costs nothing. */
export function failureKey(subscriber: string, keyHash: string, at: string): string {
  return `${failurePrefix(subscriber, keyHash)}${at}.json`;
}

const KEY = new RegExp(`^${FAILURE_PREFIX}([^/]+)/([^/]+)/([^/]+)\\.json$`);

/** What a key says; undefined for one that is none of a stored change. */
export function parseFailureKey(key: string): { readonly subscriber: string; readonly keyHash: string; readonly position: string } | undefined {
  const match = KEY.exec(key);
  return match ? { subscriber: match[1], keyHash: match[2], position: match[3] } : undefined;
}

/**
 * What redrives keep beside the changes, for as long as these are kept. No subscriber's name begins with a dot, so no subscriber's function may write here.
 * `set-aside` holds objects that cannot be read, `discarded` those taken off on purpose with who and why, `redrives` how far one has come.
 */
export function keptKey(what: 'set-aside' | 'discarded' | 'redrives', subscriber: string, rest = ''): string {
  return `${FAILURE_PREFIX}.${what}/${subscriber}/${rest}`;
}
