/**
 * How batches that the relay's own mapping gave up are handed back to the relay. Whoever redrives reads them in the failure store, which the relay never does, and
 * invokes the relay with a RelayRedriveRequest instead of a batch. The relay sends what each subscriber wants to its queue, never to its spill, and answers how much
 * the queue has taken; the batch may be deleted when every queue has taken all of it.
 */

export const RELAY_REDRIVE_VERSION = 1;

export interface RelayRedriveRequest {
  /** Tells the event from a batch, and says how it is to be understood. */
  readonly cdcRelayRedrive: typeof RELAY_REDRIVE_VERSION;
  /**
   * Part of the messages' deduplication ids, the same whenever the batch is redriven and another than the relay's own: what is redriven twice within five minutes is
   * in the queue once, and nothing is taken for what the relay had sent before its mapping gave up. Letters, digits and hyphens, at most 24.
   */
  readonly generation: string;
  /** Stream records as the mapping stored them, in order. */
  readonly changes: readonly unknown[];
  /** Subscribers that are to get nothing of this: they have it, or have not taken what comes before it. */
  readonly except: readonly string[];
}

/** What one subscriber's queue has taken. */
export interface RelayRedriveResult {
  readonly name: string;
  /** Changes of the request that its filter, as deployed now, wants; undefined where that could not be told. */
  readonly wanted?: number;
  readonly sent: number;
  /** Why not all: `SPILLING` while its queue does not take what the relay sends, or the name of an error. */
  readonly error?: string;
}

export interface RelayRedriveAnswer {
  readonly cdcRelayRedrive: typeof RELAY_REDRIVE_VERSION;
  /** One for each subscriber that is not excepted. */
  readonly results: readonly RelayRedriveResult[];
}

/** The subscriber is open (src/contract/spill.ts): sent directly, a change would overtake those that wait for it. */
export const SPILLING = 'SPILLING';

export function isRelayRedriveRequest(event: unknown): event is RelayRedriveRequest {
  return typeof event === 'object' && event !== null && 'cdcRelayRedrive' in event;
}

/** The queue has all that it is to have. */
export function hasAll({ wanted, sent }: RelayRedriveResult): boolean {
  return wanted === sent;
}
