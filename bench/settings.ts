import { RELAY_ENV } from '../src/contract/routes';
import { DEFAULTS, RuntimeSettings, SETTINGS_VERSION } from '../src/contract/settings';

/** One setting for all rows: the library's defaults, a store that answers after five milliseconds. */
export const STORE_MILLIS = 5;
export const SUBSCRIBER = 'Bench';
export const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-11-23T18:31:00.000';

export const TABLES = {
  /** The library's ledger. */
  LEDGER: 'Ledger',
  /** Powertools' idempotency records. */
  IDEMPOTENCY: 'Idempotency',
} as const;

/** Records of a batch, and subscribers, in the relay's case. */
export const RELAY_BATCH = 100;
export const RELAY_TARGETS = 10;

const RUNTIME_SETTINGS: RuntimeSettings = {
  version: SETTINGS_VERSION,
  subscriber: SUBSCRIBER,
  handler: 'index.onChange',
  orderBy: 'ITEM',
  concurrency: DEFAULTS.concurrency,
  flushSize: DEFAULTS.flushSize,
  maxAttempts: DEFAULTS.maxAttempts,
  attemptSpanMillis: DEFAULTS.attemptSpanSeconds * 1000,
  onPoison: 'PARK_ITEM',
  maxRecordAgeSeconds: DEFAULTS.maxRecordAgeSeconds,
  logLevel: 'INFO',
  logErrorMessages: false,
};

/** The environment of a measured process: the same for every variant, and nothing of the caller's that could change Node's behaviour. */
export function functionEnvironment(endpoint: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_LAMBDA_FUNCTION_NAME: SUBSCRIBER,
    // Lambda's Node is newer than the SDK warns of.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL: endpoint,
    CDC_SETTINGS: JSON.stringify(RUNTIME_SETTINGS),
    CDC_LEDGER_TABLE: TABLES.LEDGER,
    CDC_FAILURE_BUCKET: 'failures',
  };
}

/** The same for the relay, whose queues are found in a parameter. */
export function relayEnvironment(endpoint: string): NodeJS.ProcessEnv {
  return { ...functionEnvironment(endpoint), [RELAY_ENV.QUEUE_PARAMETERS]: '/bench/queues' };
}
