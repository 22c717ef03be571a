/**
 * What synth tells the runtime. Environment variables hold deploy-time names (4 KB in all, shared with the user's own),
 * files in the asset hold what can grow.
 */

export const ENV = {
  /** JSON of RuntimeSettings. */
  SETTINGS: 'CDC_SETTINGS',
  /** Name of the ledger's table. */
  LEDGER_TABLE: 'CDC_LEDGER_TABLE',
  /** Name of the failure store's bucket. */
  FAILURE_BUCKET: 'CDC_FAILURE_BUCKET',
  /** URL of the queue, for a subscriber that has one. */
  QUEUE_URL: 'CDC_QUEUE_URL',
} as const;

/** Files the library adds to the asset of a handler, beside the user's own. */
export const ASSET_FILES = {
  BOOTSTRAP: 'cdk-dynamodb-cdc-bootstrap.mjs',
  /** The client of the failure store: loaded when the first change fails, so that starting up does not pay for it. */
  S3_CLIENT: 'cdk-dynamodb-cdc-s3.mjs',
  /** AWS's own client of DynamoDB: loaded at the first commit, attempt to be remembered or item to be parked. */
  SDK_DYNAMODB: 'cdk-dynamodb-cdc-dynamodb.mjs',
  /** Serialized filter; absent when everything is wanted. */
  FILTER: 'cdk-dynamodb-cdc-filter.json',
} as const;

/** What Lambda is told to call. */
export const BOOTSTRAP_HANDLER = 'cdk-dynamodb-cdc-bootstrap.handler';
export const DEFAULT_EXPORT = 'onChange';

export const SETTINGS_VERSION = 1;

export interface RuntimeSettings {
  readonly version: typeof SETTINGS_VERSION;
  readonly subscriber: string;
  /** `module.export` of the user's function, relative to the asset's root, without extension. */
  readonly handler: string;
  readonly orderBy: 'ITEM' | 'PARTITION_KEY';
  /** Name of the partition key; present when ordering by it. */
  readonly partitionKey?: string;
  readonly concurrency: number;
  readonly flushSize: number;
  readonly maxAttempts: number;
  /** The attempts of one change are spread over at least this time. */
  readonly attemptSpanMillis: number;
  /**
   * How long one change may be postponed while other items succeed.
   * @default - until its record is too old
   */
  readonly maxPostponementMillis?: number;
  readonly onPoison: 'PARK_ITEM' | 'SKIP_RECORD';
  readonly maxRecordAgeSeconds: number;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** Error messages of the user's code may quote table data; they are logged only when asked for. */
  readonly logErrorMessages: boolean;
  /** For a queue: how long a message that failed waits at most, so that its receives last as long as its age. */
  readonly longestPauseSeconds?: number;
  /** For work that takes long. */
  readonly longWork?: LongWorkSettings;
}

export interface LongWorkSettings {
  /** What one change's work may take; then its signal is aborted. */
  readonly workMillis: number;
  /** How long a worker that is not heard of keeps its item from others. */
  readonly leaseSeconds: number;
  readonly onNewerChange: 'PROCESS_EACH' | 'SKIP_SUPERSEDED';
}

/** Defaults of subscribers with a queue, where they differ. */
export const QUEUE_DEFAULTS = {
  batchSize: 10,
  timeoutSeconds: 60,
  retentionSeconds: 14 * 24 * 60 * 60,
  maxRecordAgeSeconds: 4 * 24 * 60 * 60,
  maxReceiveCount: 1000,
  /** With ten of them, a fifth of the 1,000 invocations that an account may have at once by default. */
  maxConcurrency: 20,
  /** A change that is postponed holds up its own item only. */
  maxPostponementSeconds: 6 * 60 * 60,
} as const;

/** Defaults of LongRunningSubscriber, where they differ from those. */
export const LONG_WORK_DEFAULTS = {
  timeoutSeconds: 5 * 60,
  maxConcurrency: 10,
  leaseSeconds: 60,
  maxRecordAgeSeconds: 24 * 60 * 60,
} as const;

/** What the function is given beyond the work, to claim the change before and to settle it afterwards. */
export const LONG_WORK_MARGIN_SECONDS = 10;

/** A heartbeat every third of it must leave time for a request and another try. */
export const LEASE_SECONDS = { min: 10, max: 900 } as const;

/** Retries of a stream's batch by a function without the runtime. Bisecting has isolated a record that always fails before these are used up. */
export const RAW_RETRY_ATTEMPTS = 10;

/** Messages are handed out this much more often than their age needs, so that receives end nothing that age has not. */
export const RECEIVES_TO_SPARE = 2;

/** Defaults shared by synth, the runtime's tests and the docs. */
export const DEFAULTS = {
  batchSize: 100,
  batchingWindowSeconds: 0,
  parallelizationFactor: 1,
  concurrency: 100,
  flushSize: 150,
  maxAttempts: 5,
  attemptSpanSeconds: 60,
  /** Below the lag that alarms. */
  maxPostponementSeconds: 30 * 60,
  maxRecordAgeSeconds: 12 * 60 * 60,
  timeoutSeconds: 300,
  memoryMiB: 512,
  logRetentionDays: 30,
  failureRetentionDays: 90,
  lagAlarmSeconds: 60 * 60,
} as const;

/** The stream forgets after 24 hours: what grows older than this could be dropped before the mapping stores it. */
export const MAX_RECORD_AGE_HELD_SECONDS = { min: 60, max: 23 * 60 * 60 } as const;

export const CONCURRENCY = { min: 1, max: 1000 } as const;
export const FLUSH_SIZE = { min: 1, max: 1000 } as const;
export const MAX_ATTEMPTS = { min: 1, max: 100 } as const;

/** A share of the record age is kept back, so that the runtime stores and parks before the mapping discards. */
export const AGE_SHARE_BEFORE_STORING = 0.9;

/** Subscriber names are part of ledger keys, object keys, metrics and resource ids. */
export const SUBSCRIBER_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
