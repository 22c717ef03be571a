import { FailureDelivery, InvocationOutcome, OfferedRecord, ShardDescription, StartingPosition } from '../model';

export type IteratorPosition = StartingPosition | { readonly after: string };

export interface StreamPage {
  readonly records: readonly OfferedRecord[];
  /** Absent when the shard is closed and this was all of it. */
  readonly next?: string;
}

/** One stream, as its API shows it. */
export interface StreamPort {
  shards(): Promise<readonly ShardDescription[]>;
  iterator(shardId: string, position: IteratorPosition): Promise<string | undefined>;
  /** Rejects with StaleIteratorError when the iterator has expired or its records are trimmed. */
  page(iterator: string): Promise<StreamPage>;
}

export class StaleIteratorError extends Error {
  constructor(readonly trimmed: boolean) {
    super(trimmed ? 'the records at the iterator are trimmed' : 'the iterator has expired');
  }
}

export interface InvocationResult {
  readonly outcome: InvocationOutcome;
  /** What went wrong, in the service's or the function's words. */
  readonly message?: string;
  /** Where the function threw it, as far as the service tells. */
  readonly stack?: readonly string[];
  /** What the function wrote to its log, or the end of it. */
  readonly log?: string;
}

export interface FunctionPort {
  /** Never rejects: a call that can't be made is an outcome too. */
  invoke(payload: unknown): Promise<InvocationResult>;
}

export interface DestinationPort {
  /** Resolves to where it went; rejects when it was refused. */
  deliver(delivery: FailureDelivery): Promise<string>;
}

/** Counts the records that the function itself has put into its failure store. */
export interface FailureStorePort {
  count(): Promise<number>;
}

export interface MappingPorts {
  readonly stream: StreamPort;
  readonly fn: FunctionPort;
  readonly destination: DestinationPort;
  readonly failureStore?: FailureStorePort;
  /** Of a relay: what its queues did not take yet. */
  readonly overflow?: FailureStorePort;
  /** Whether the mapping is switched on just now. @default - as it is deployed */
  readonly enabled?: () => Promise<boolean>;
  readonly now: () => number;
  close(): void;
}
