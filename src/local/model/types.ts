/**
 * The vocabulary of the event source mapping's model. The model is a pure state machine: a driver tells it what happened
 * (records were read, an invocation ended, time passed) and it answers with actions for the driver to carry out.
 * All times are epoch milliseconds that the driver supplies; the model reads no clock.
 */

export type StartingPosition = 'TRIM_HORIZON' | 'LATEST';

export interface OnFailureDestination {
  readonly type: 'SQS' | 'SNS' | 'S3';
  readonly arn: string;
}

/** The settings of one mapping on a DynamoDB stream, complete: see `mappingConfig` for AWS's defaults. */
export interface MappingConfig {
  readonly uuid: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly startingPosition: StartingPosition;
  /** How long after the mapping is first enabled LATEST takes hold. */
  readonly latestDelaySeconds: number;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly parallelizationFactor: number;
  /** -1 retries until the record expires. */
  readonly retryAttempts: number;
  /** -1 never discards for age. */
  readonly maxRecordAgeSeconds: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly reportBatchItemFailures: boolean;
  /** FilterCriteria patterns, parsed. A record that matches any of them is wanted; no pattern wants everything. */
  readonly filters: readonly unknown[];
  readonly onFailure?: OnFailureDestination;
}

/** One stream record as a driver hands it to the model. */
export interface OfferedRecord {
  readonly sequenceNumber: string;
  /** When the change was made, for ages, retention and LATEST. */
  readonly arrivedAt: number;
  /** Size in the invocation's payload. */
  readonly bytes: number;
  /** Identity of the item, in any stable form: records of one key are kept in order. */
  readonly key: string;
  /** The record as Lambda's event carries it; filters look at it, the handler receives it. */
  readonly record: unknown;
}

export interface ShardDescription {
  readonly shardId: string;
  /** The child is not read before this shard is drained. A parent the model was never told of counts as drained. */
  readonly parentShardId?: string;
}

/** Call the function with `{ Records: records.map(r => r.record) }`, then report with `invocationEnded`. */
export interface InvokeAction {
  readonly type: 'invoke';
  readonly id: number;
  readonly shardId: string;
  /** 0 to parallelizationFactor - 1: each lane has one batch in flight at most. */
  readonly lane: number;
  readonly records: readonly OfferedRecord[];
}

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** Send the discarded records to the on-failure destination (see `failureDelivery`), then report with `deliveryEnded`. */
export interface DeliverAction {
  readonly type: 'deliver';
  readonly id: number;
  readonly shardId: string;
  readonly condition: DiscardCondition;
  readonly records: readonly OfferedRecord[];
  readonly approximateInvokeCount: number;
  /** What the last invocation said; absent where none was made (RecordAgeExceeded). */
  readonly lastInvocation?: InvocationDetails;
  readonly at: number;
}

export type MappingAction = InvokeAction | DeliverAction;

export interface InvocationDetails {
  readonly requestId?: string;
  readonly executedVersion?: string;
  /** Lambda's X-Amz-Function-Error; null for an invocation that returned. */
  readonly functionError: string | null;
}

interface OutcomeDetails {
  readonly requestId?: string;
  readonly executedVersion?: string;
}

export type InvocationOutcome =
  /** The function returned; `payload` is the parsed response, undefined where there was none. */
  | ({ readonly kind: 'returned'; readonly payload?: unknown } & OutcomeDetails)
  /** The function threw, timed out or its process died. */
  | ({ readonly kind: 'functionError'; readonly functionError?: 'Unhandled' | 'Handled' } & OutcomeDetails)
  /** The function was not run: retried without using up attempts. */
  | { readonly kind: 'throttled' }
  | { readonly kind: 'serviceError' };

/** The function was run. */
export type FunctionOutcome = Extract<InvocationOutcome, { kind: 'returned' | 'functionError' }>;

export type DropReason =
  /** Written before LATEST took hold. */
  | 'BEFORE_LATEST'
  /** Older than the stream's retention. */
  | 'RETENTION'
  /** Discarded by a mapping without an on-failure destination. */
  | 'NO_DESTINATION'
  /** The destination refused the delivery. */
  | 'DESTINATION_REFUSED';

export type Fate = 'ACKNOWLEDGED' | 'FILTERED_OUT' | 'DELIVERED' | DropReason;

/** Told once for every record that is settled (again, if the mapping was disabled and enabled above the checkpoint). */
export type SettledListener = (record: OfferedRecord, fate: Fate, now: number) => void;

/** Names are CloudWatch's. */
export interface MappingMetrics {
  PolledEventCount: number;
  FilteredOutEventCount: number;
  InvokedEventCount: number;
  FailedInvokeEventCount: number;
  DroppedEventCount: number;
  OnFailureDestinationDeliveredEventCount: number;
  DestinationDeliveryFailures: number;
  /** Milliseconds, as of the latest invocation. */
  IteratorAge: number;
  MaxIteratorAge: number;
  Invocations: number;
  Errors: number;
  Throttles: number;
}

export interface ShardCheckpoint {
  readonly shardId: string;
  /** Everything up to and including this record is settled; undefined before the first. */
  readonly sequenceNumber?: string;
  /** Records read and not settled. */
  readonly pending: number;
  /** No more records will come and all are settled. */
  readonly drained: boolean;
}

export type MappingState = 'Enabled' | 'Disabling' | 'Disabled';

/** What a driver needs of any kind of mapping; the stream's own inputs are on `StreamMapping`. */
export interface EventSourceMapping<Action extends { readonly id: number } = MappingAction> {
  readonly state: MappingState;
  readonly metrics: Readonly<MappingMetrics>;
  enable(now: number): void;
  disable(now: number): void;
  /** Everything there is to do now; each action is handed out once. */
  next(now: number): readonly Action[];
  /** When `next` is worth calling again though nothing else happened; undefined when only an input can change anything. */
  wakeAt(): number | undefined;
  invocationEnded(id: number, outcome: InvocationOutcome, now: number): void;
}
