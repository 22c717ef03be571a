/**
 * What travels through a subscriber's queue: the body of one message, as JSON. The message's group is the hash of the key by which
 * the subscriber's changes are ordered, so a queue hands out one message of it at a time, in order.
 *
 * A function without the library's runtime reads it so: `changes` holds stream records as Lambda delivers them, consecutive changes of one
 * item, oldest first. Where `claim` stands instead, the one stream record was too large for a message: it is the JSON in that S3 object.
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
 * Part of every deduplication id: what is sent again on purpose within five minutes needs a larger one, or the queue accepts and drops it.
 */
export const FIRST_GENERATION = 0;
