import { AttributeValue } from './attribute-value';

/**
 * Structured log lines in JSON, each with the subscriber, key hash and sequence number, never with the item. Names are those of Powertools for AWS Lambda: `level`,
 * `message`, `timestamp`, `service`, `function_request_id`, `xray_trace_id`. A field of yours with such a name is logged under `fields`.
 *
 * Logging never throws. Errors are logged with name, message, stack and cause; what cannot be read is logged as `[unreadable]`, and a line is cut at 256 KB.
 */
export interface ChangeLogger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

type Values = { readonly [name: string]: WritableValue };

/** What can be written: everything a change reads as, and plain JavaScript values. */
export type WritableValue =
  | AttributeValue | bigint | undefined | Set<string> | Set<number> | Set<bigint> | WritableValue[] | { [name: string]: WritableValue };

interface Conditional {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: { readonly [name: string]: string };
  readonly ExpressionAttributeValues?: Values;
}

/** One write of a commit, in the form of the DynamoDB document client's TransactWrite. Exactly one member is set. */
export interface CommitWrite {
  readonly Put?: Conditional & { readonly Item: object };
  readonly Update?: Conditional & { readonly Key: Values; readonly UpdateExpression: string };
  readonly Delete?: Conditional & { readonly Key: Values };
  readonly ConditionCheck?: Conditional & { readonly Key: Values; readonly ConditionExpression: string };
}

/** What the runtime hands to the handler beside the change. */
export interface ChangeContext {
  /** Name of the subscriber, as in the construct. */
  readonly subscriberName: string;
  /** Aborted before the function's deadline, early enough to settle cleanly. Hand it to whatever you await. */
  readonly signal: AbortSignal;
  /** The same for every delivery of this change to this subscriber, 43 characters: hand it to the API you call. */
  readonly idempotencyKey: string;
  /** 1 for the first attempt that counts; attempts that do not count repeat the number. */
  readonly attempt: number;
  readonly logger: ChangeLogger;
  /** Milliseconds until `signal` is aborted. */
  remainingTimeMillis(): number;
  /**
   * Applies up to 99 DynamoDB writes and the ledger's mark in one transaction: exactly once for this subscriber and change,
   * whatever crashes or is delivered twice. Call it once, last, and wait for it. Transaction conflicts and throttles are retried and cost no attempt.
   *
   * @throws CommitConditionError when a condition of these writes does not hold; nothing was written
   * @throws AlreadyAppliedError when another delivery was faster; let it pass
   * @throws CommitMisuseError on a second commit, more than 99 writes, a value that the document client refuses, or after the attempt was given up
   */
  commit(writes: readonly CommitWrite[]): Promise<void>;
}
