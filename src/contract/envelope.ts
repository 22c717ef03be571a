/**
 * What travels through a subscriber's queue: the body of one message, as JSON. The message's group is the hash of the key by which
 * the subscriber's changes are ordered, so a queue hands out one message of it at a time, in order.
 *
 * A function without the library's runtime reads it so: `changes` holds stream records as Lambda delivers them, consecutive changes of one
 * item, oldest first. Where `claim` stands instead, the one stream record was too large for a message: it is the JSON in that S3 object. Where `givenUp` stands, somebody
 * has redriven what the relay could not relay in time: later changes of the item may have come before, and these may have come before as well. Compare with a version or a
 * time of your own before you overwrite anything.
 */

export const ENVELOPE_VERSION = 1;

export interface ChangeEnvelope {
  readonly v: typeof ENVELOPE_VERSION;
  /** Stream records, in order; at least one. */
  readonly changes?: readonly unknown[];
  /** Where the stream record lies, if it is too large for a message. */
  readonly claim?: ClaimReference;
  /** The subscriber's filter failed on the record, so nobody knows whether it is wanted: it goes to the failure store. */
  readonly filterError?: FilterError;
  /**
   * The relay's mapping gave the changes up, and a redrive has sent them: out of their turn, where the item has gone on meanwhile. The library's runtime applies what comes
   * after all that it has applied, and stores the rest for people to decide on. A reader that does not know the field takes older changes for repeated ones.
   * @default false
   */
  readonly givenUp?: boolean;
}

export interface ClaimReference {
  readonly bucket: string;
  readonly key: string;
}

export interface FilterError {
  readonly name: string;
  readonly message: string;
}

export const CLAIM_PREFIX = 'claims/';

/** One object for all subscribers of the table; written again it is the same. */
export function claimKey(at: string): string {
  return `${CLAIM_PREFIX}${at}.json`;
}

/**
 * Part of every deduplication id: what is sent again on purpose within five minutes needs another one, or the queue accepts and drops it (`generation` in relay-redrive.ts).
 */
export const FIRST_GENERATION = '0';
