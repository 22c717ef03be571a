/**
 * Every AWS limit the library relies on, once: the synth checks, docs/limits.md (which gives the sources) and the
 * tests read these constants.
 */

/** DynamoDB Streams keep a record for 24 hours. */
export const STREAM_RETENTION_SECONDS = 24 * 60 * 60;
/** Readers one shard serves without throttling; one is advised for a global table. */
export const MAX_STREAM_READERS = 2;
export const ADVISED_GLOBAL_TABLE_READERS = 1;

/** A mapping polls each shard four times a second. */
export const POLL_INTERVAL_MILLIS = 250;
/** LATEST takes hold later than the mapping is enabled: a record written this long after it was never delivered. */
export const LATEST_DELAY_SECONDS = 70;
/** How the model spaces the retries of a batch; AWS does not say. */
export const RETRY_BACK_OFF_MILLIS = { first: 1000, max: 60_000 } as const;

export const BATCH_SIZE = { min: 1, max: 10_000 } as const;
/** A batch is also closed by payload size. */
export const BATCH_PAYLOAD_BYTES = 6 * 1024 * 1024;
export const BATCHING_WINDOW_SECONDS = { min: 0, max: 300 } as const;
export const PARALLELIZATION_FACTOR = { min: 1, max: 10 } as const;
export const RETRY_ATTEMPTS = { min: 0, max: 10_000 } as const;
export const MAX_RECORD_AGE_SECONDS = { min: 60, max: 604_800 } as const;
export const FILTER_PATTERNS = 5;
/** What AWS grants on request. */
export const MAX_FILTER_PATTERNS = { min: 1, max: 10 } as const;
export const FILTER_PATTERN_CHARACTERS = 4096;

export const LAMBDA_TIMEOUT_SECONDS = { min: 1, max: 900 } as const;
/** Of a function for which none is set. */
export const LAMBDA_DEFAULT_TIMEOUT_SECONDS = 3;
/** Request and response of a synchronous invocation. */
export const LAMBDA_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Concurrent invocations of all functions of an account in a region, before a quota increase. New accounts may start with fewer. */
export const ACCOUNT_CONCURRENCY = 1000;
/** What a function may reserve. With 0 it never runs; the upper bound is the account's quota, which can be raised to tens of thousands. */
export const RESERVED_CONCURRENCY = { min: 1, max: 1_000_000 } as const;
export const LAMBDA_MEMORY_MIB = { min: 128, max: 10_240 } as const;
/** Keys and values of all environment variables of one function together. */
export const LAMBDA_ENVIRONMENT_BYTES = 4096;

/** Names and values of one item. */
export const ITEM_BYTES = 400 * 1024;
export const BATCH_GET_ITEMS = 100;
/** Of one answer: what comes behind is left as unprocessed keys. */
export const BATCH_GET_BYTES = 16 * 1024 * 1024;
export const BATCH_STATEMENTS = 25;
/** Of one expression, such as an UpdateExpression. */
export const EXPRESSION_BYTES = 4096;
export const TRANSACTION_ITEMS = 100;
/** Of all items of a transaction together. */
export const TRANSACTION_BYTES = 4 * 1024 * 1024;
/** One place of a transaction is the ledger's mark. */
export const COMMIT_WRITES = TRANSACTION_ITEMS - 1;

/** Sequence numbers are integers of 21 to 40 digits. */
export const SEQUENCE_NUMBER_DIGITS = 40;
/** Emulators have longer ones, LocalStack of 56 digits; this is ours. */
export const LONGEST_SEQUENCE_NUMBER = 128;

/** A batch of SendMessageBatch, and one of a FIFO mapping. */
export const QUEUE_BATCH_ENTRIES = 10;
/** Of one message, and of all messages of a batch together. */
export const QUEUE_BATCH_BYTES = 1024 * 1024;
export const QUEUE_RETENTION_SECONDS = { min: 60, max: 14 * 24 * 60 * 60 } as const;
export const QUEUE_VISIBILITY_SECONDS = { min: 0, max: 12 * 60 * 60 } as const;
/** AWS advises a visibility timeout of six times the function's timeout, and refuses one below it. */
export const ADVISED_VISIBILITY_TIMEOUTS = 6;
export const QUEUE_RECEIVES = { min: 1, max: 1000 } as const;
/** AWS advises so many receives at least before a message goes to the dead-letter queue, since throttled invocations count as well. */
export const ADVISED_RECEIVES = 5;
export const QUEUE_MAPPING_CONCURRENCY = { min: 2, max: 1000 } as const;
/** A message sent again under the same deduplication id is accepted and dropped for this long. */
export const DEDUPLICATION_SECONDS = 5 * 60;
/** A queue looks for deliverable groups among this many messages; behind a larger backlog of blocked groups others wait. */
export const FIFO_SEARCHED_MESSAGES = 120_000;
export const GROUP_ID_CHARACTERS = 128;
/** All inline policies of a role together; white space does not count. */
export const ROLE_INLINE_CHARACTERS = 10_240;
export const MANAGED_POLICY_CHARACTERS = 6_144;
/** The quota without asking for more. */
export const MANAGED_POLICIES_A_ROLE = 10;
/** Targets of a rule of EventBridge. Each rule also takes a part of the 20 KB that a function's own policy may have. */
export const RULE_TARGETS = 5;
/** A widget of a dashboard lists so many alarms. */
export const ALARM_WIDGET_ALARMS = 100;
/** A dashboard holds so many widgets. */
export const DASHBOARD_WIDGETS = 500;
/** A standard alarm is billed for each metric that it evaluates: USD a month, in us-east-1. */
export const ALARM_METRIC_USD = 0.10;
/** A Standard parameter of Systems Manager. */
export const PARAMETER_BYTES = 4096;
/** AWS takes a signature whose time is this far from its own. */
export const SIGNATURE_SECONDS = 5 * 60;
/** An event of CloudWatch Logs from a function, less what CloudWatch adds to each; a longer line is split. */
export const LOG_EVENT_BYTES = 256 * 1024 - 26;
