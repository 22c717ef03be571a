import { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { LAMBDA_DEFAULT_TIMEOUT_SECONDS, STREAM_RETENTION_SECONDS } from '../../contract/limits';
import { parseStreamArn } from '../../contract/position';
import { RELAY_ENV, RELAY_NAME } from '../../contract/routes';
import { ENV, RuntimeSettings, SETTINGS_VERSION } from '../../contract/settings';
import { UserError } from '../emulator';

export type ReaderKind = 'STREAM' | 'QUEUE' | 'RELAY';

/** What reads a stream or a subscriber's queue, as it is deployed: a mapping and its function. */
export interface DeployedReader {
  readonly name: string;
  readonly kind: ReaderKind;
  readonly mappingId: string;
  readonly functionName: string;
  readonly logGroup?: string;
  /** Of the mapping: Enabled, Disabled, or on the way. */
  readonly state: string;
  /** What Lambda reports of the mapping's last poll or invocation; undefined for a queue, of which it reports nothing. */
  readonly lastResult?: string;
  /** Epoch milliseconds. */
  readonly changedAt?: number;
  /** Not known for a queue whose relay is in another stack. */
  readonly table?: string;
  readonly queueUrl?: string;
  /** Of a relay: names of the parameters that hold the URLs of its queues. */
  readonly queueParameters?: readonly string[];
  readonly ledgerTable?: string;
  readonly failureBucket?: string;
  /** To which the event source mapping discards batches: the same for a stack that an older version deployed, and for a function of the user's own. */
  readonly discardBucket?: string;
  /** What synth has told the runtime; undefined for a function without it. */
  readonly settings?: RuntimeSettings;
  /** Of one invocation. */
  readonly timeoutSeconds: number;
  /** Age at which a stream's changes are given up. A queue keeps them as long as it says itself. */
  readonly maxAgeSeconds?: number;
}

/** What a relay knows of the queue that a function reads. */
export interface RelayedQueue {
  /** The subscriber's. */
  readonly name: string;
  readonly queueUrl: string;
  readonly relay: DeployedReader;
}

/**
 * Reads what a function's environment says. A function of the user's own says nothing: on a stream it goes by its name, and on a queue by what a relay knows of that.
 * Undefined for what is no subscriber, as far as can be told from what is given.
 */
export function deployedReader(
  mapping: EventSourceMappingConfiguration, fn: FunctionConfiguration, queue?: RelayedQueue,
): DeployedReader | undefined {
  const source = mapping.EventSourceArn ?? '';
  const stream = parseStreamArn(source);
  const variables = fn.Environment?.Variables ?? {};
  const settings = settingsOf(fn.FunctionName, variables[ENV.SETTINGS]);
  const queueParameters = variables[RELAY_ENV.QUEUE_PARAMETERS]?.split(',').filter(Boolean);
  const isRelay = queueParameters !== undefined;
  // Any queue may be read by anything; only the library's runtime and its relay say that it is a subscriber's.
  if (!stream && !settings && !queue) return undefined;
  return {
    name: isRelay ? RELAY_NAME : settings?.subscriber ?? queue?.name ?? fn.FunctionName ?? '',
    kind: isRelay ? 'RELAY' : stream ? 'STREAM' : 'QUEUE',
    mappingId: mapping.UUID ?? '',
    functionName: fn.FunctionName ?? '',
    logGroup: fn.LoggingConfig?.LogGroup ?? `/aws/lambda/${fn.FunctionName ?? ''}`,
    state: mapping.State ?? 'Unknown',
    lastResult: mapping.LastProcessingResult || undefined,
    changedAt: mapping.LastModified?.getTime(),
    table: stream?.tableName,
    queueUrl: variables[ENV.QUEUE_URL] ?? queue?.queueUrl,
    queueParameters,
    ledgerTable: variables[ENV.LEDGER_TABLE] ?? queue?.relay.ledgerTable,
    failureBucket: variables[ENV.FAILURE_BUCKET] ?? queue?.relay.failureBucket ?? destinationBucket(mapping),
    discardBucket: destinationBucket(mapping),
    settings,
    timeoutSeconds: fn.Timeout ?? LAMBDA_DEFAULT_TIMEOUT_SECONDS,
    maxAgeSeconds: stream && ageOf(mapping, settings),
  };
}

/** A relay and its subscribers share a ledger, so the relay tells whose changes a queue carries. */
export function withTables(readers: readonly DeployedReader[]): DeployedReader[] {
  const tables = new Map(readers.filter(({ table, ledgerTable }) => table && ledgerTable).map(({ ledgerTable, table }) => [ledgerTable, table]));
  return readers.map(reader => ({ ...reader, table: reader.table ?? tables.get(reader.ledgerTable) }));
}

/** To which the event source mapping discards batches. */
function destinationBucket({ DestinationConfig }: EventSourceMappingConfiguration): string | undefined {
  return /^arn:[^:]*:s3:::(.+)$/.exec(DestinationConfig?.OnFailure?.Destination ?? '')?.[1];
}

function ageOf({ MaximumRecordAgeInSeconds: age }: EventSourceMappingConfiguration, settings: RuntimeSettings | undefined): number {
  const given = age !== undefined && age > 0 ? age : settings?.maxRecordAgeSeconds;
  return Math.min(given ?? STREAM_RETENTION_SECONDS, STREAM_RETENTION_SECONDS);
}

/** A function without settings is the user's own. One whose settings cannot be understood must not be taken for such a function. */
function settingsOf(functionName: string | undefined, text: string | undefined): RuntimeSettings | undefined {
  if (text === undefined) return undefined;
  try {
    const settings = JSON.parse(text) as RuntimeSettings | null;
    if (typeof settings?.subscriber === 'string' && settings.version === SETTINGS_VERSION) return settings;
  } catch {
    // The sentence below says all that is known.
  }
  throw new UserError(`The settings of function ${functionName} cannot be read: use the command of the version of cdk-dynamodb-cdc that the stack is deployed with.`);
}
