import { DiscardCondition, Fate } from '../model';

/** Names a change without showing anything of it. */
export interface RecordReference {
  /** Hash of the item's key. */
  readonly key: string;
  readonly sequenceNumber: string;
}

interface OfMapping {
  /** Name of the mapping. */
  readonly mapping: string;
}

/** What a driver tells those who watch it. */
export type DriverEvent = OfMapping & (
  | { readonly type: 'polled'; readonly shardId: string; readonly records: number }
  | { readonly type: 'invoked'; readonly invocation: number; readonly records: readonly RecordReference[] }
  | { readonly type: 'returned'; readonly invocation: number; readonly millis: number; readonly records: number; readonly reported: number }
  | { readonly type: 'functionError'; readonly invocation: number; readonly millis: number; readonly records: number; readonly message: string; readonly stack?: readonly string[] }
  | { readonly type: 'refused'; readonly invocation: number; readonly kind: 'throttled' | 'serviceError'; readonly message: string }
  | { readonly type: 'delivered'; readonly condition: DiscardCondition; readonly records: readonly RecordReference[]; readonly where: string }
  | { readonly type: 'deliveryRefused'; readonly condition: DiscardCondition; readonly records: readonly RecordReference[]; readonly reason: string }
  | { readonly type: 'settled'; readonly record: RecordReference; readonly fate: Fate }
  | { readonly type: 'readFailed'; readonly message: string }
  /** What the function wrote to its log during an invocation. */
  | { readonly type: 'output'; readonly text: string }
);

export type DriverListener = (event: DriverEvent) => void;

/** How one subscriber stands. */
export interface MappingStatus {
  readonly name: string;
  /** The table whose changes it gets, where that is known. */
  readonly table?: string;
  /** It applies nothing itself, but sends changes to the queues of others. */
  readonly isRelay?: boolean;
  readonly enabled: boolean;
  /** Records read from the stream. */
  readonly read: number;
  readonly filteredOut: number;
  /** Acknowledged by the function and not put into its failure store. */
  readonly applied: number;
  /** Times a record was given to the function again. */
  readonly retried: number;
  /** Records given up: in the failure store, at a destination, or dropped. */
  readonly failed: number;
  /** Records given up of which nothing whole was kept. */
  readonly lost: number;
  /** Of those, records whose pointer was sent to a queue or topic. @default 0 */
  readonly atDestination?: number;
  /** Messages in the dead-letter queue. @default 0 */
  readonly deadLetters?: number;
  /** Records with the function now. */
  readonly inFlight: number;
  /** Records read and not settled. */
  readonly waiting: number;
  /** Age of the oldest record that is not settled. */
  readonly lagMillis: number;
  /** Records kept whole: by this library's runtime, or by the mapping's S3 destination. */
  readonly failureStore: number;
  readonly invocations: number;
  readonly functionErrors: number;
}

export interface DrainResult {
  readonly drained: boolean;
  readonly mappings: readonly MappingStatus[];
}
