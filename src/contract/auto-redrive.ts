/** The function that redrives parked items by itself, on a schedule: one for the subscribers of a table in a stack. */

/** Name of the prebuilt file, and what Lambda is told to call. */
export const AUTO_REDRIVE_FILE = 'auto-redrive.mjs';
export const AUTO_REDRIVE_HANDLER = 'auto-redrive.handler';

/** The function in alarm policies, where subscribers stand by their names, none of which may hold a dot. */
export const AUTO_REDRIVE_NAME = 'cdc.auto-redrive';

/** How often it looks; an item is redriven at the look at which it has become due. */
export const AUTO_REDRIVE_EVERY_MINUTES = 5;
/** Least and most of the first delay and of the age at which it gives an item up. */
export const AUTO_REDRIVE_SECONDS = { min: 5 * 60, max: 90 * 24 * 60 * 60 } as const;
export const AUTO_REDRIVE_DEFAULTS = { firstDelaySeconds: 15 * 60, maxAgeSeconds: 24 * 60 * 60 } as const;

/** Subscribers of one event: they are redriven at the same time, and none waits for another. */
export const AUTO_REDRIVE_SUBSCRIBERS = 10;

/** Begins the ledger keys of leases, and of no other row: those of items are hashes, without a colon. */
export const LEASE_PREFIX = 'auto-redrive:';

/** Ledger key of the lease under which one invocation at a time redrives a subscriber's items. */
export function leaseKey(subscriber: string): string {
  return `${LEASE_PREFIX}${subscriber}`;
}

/** Added to the longest time of an invocation, for clocks that differ; and how long the row stays after that. */
export const AUTO_REDRIVE_LEASE_SECONDS = { toSpare: 10, kept: 24 * 60 * 60 } as const;

/** What the schedule sends. */
export interface AutoRedriveEvent {
  readonly bucket: string;
  /** Table of the ledger, for the leases. Absent from what the rule of an older version sends while it is replaced. */
  readonly ledger?: string;
  readonly subscribers: readonly AutoRedriveSubscriber[];
}

export interface AutoRedriveSubscriber {
  readonly subscriber: string;
  readonly functionName: string;
  readonly firstDelaySeconds: number;
  readonly maxAgeSeconds: number;
}
