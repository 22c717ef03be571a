/**
 * What a handler can tell the runtime by throwing. Errors are recognized by a brand under `Symbol.for`, never by
 * `instanceof`: the user's bundle holds its own copy of these classes.
 */

import { property } from './property';

const BRAND = Symbol.for('cdk-dynamodb-cdc.error');

export type ErrorKind =
  | 'PERMANENT'
  | 'RETRY_LATER'
  | 'ALREADY_APPLIED'
  | 'COMMIT_CONDITION'
  | 'COMMIT_MISUSE';

/** Base of all errors the runtime gives meaning to. */
export abstract class ChangeError extends Error {
  public constructor(kind: ErrorKind, name: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
    Object.defineProperty(this, BRAND, { value: kind });
  }
}

/** This change can never be applied: it goes to the failure store at once, whole, without further attempts. */
export class PermanentError extends ChangeError {
  public constructor(message: string, options?: { cause?: unknown }) {
    super('PERMANENT', 'PermanentError', message, options);
  }
}

export interface RetryLaterOptions {
  /**
   * How long to wait at least, in milliseconds; for example what a `Retry-After` header asks for. It is kept beyond the end of the invocation, until the
   * change has been postponed for `maxPostponement` while other items succeed, or reaches nine tenths of `maxRecordAge`.
   * @default - the runtime's own back-off
   */
  readonly after?: number;
  readonly cause?: unknown;
}

/** Not now: the change is tried again after a back-off, and this attempt does not count. */
export class RetryLaterError extends ChangeError {
  /** Milliseconds to wait at least; undefined leaves it to the runtime. */
  public readonly after?: number;

  public constructor(message: string, options: RetryLaterOptions = {}) {
    super('RETRY_LATER', 'RetryLaterError', message, { cause: options.cause });
    this.after = options.after;
  }
}

/** Thrown by `commit` when another delivery of the same change was faster. Let it pass: the change is settled. */
export class AlreadyAppliedError extends ChangeError {
  public constructor() {
    super('ALREADY_APPLIED', 'AlreadyAppliedError', 'this change was committed by another delivery');
  }
}

/** Thrown by `commit` when a condition of the handler's own writes did not hold. Nothing was written. */
export class CommitConditionError extends ChangeError {
  /** Positions, in the list handed to `commit`, of the writes whose condition failed. */
  public readonly failedWrites: readonly number[];

  public constructor(failedWrites: readonly number[], options?: { cause?: unknown }) {
    super('COMMIT_CONDITION', 'CommitConditionError', `condition failed for write ${failedWrites.join(', ')} of the commit`, options);
    this.failedWrites = failedWrites;
  }
}

/** Thrown by `commit` when what it is given cannot be written, or when it is called in a way that cannot be exactly once. Nothing was written. */
export class CommitMisuseError extends ChangeError {
  /** Which rule was broken, such as `ERR_COMMIT_VALUE_NUMBER`. Changes that break different rules do not count as failing alike. */
  public readonly code: string;

  public constructor(message: string, code = 'ERR_COMMIT_MISUSE') {
    super('COMMIT_MISUSE', 'CommitMisuseError', message);
    this.code = code;
  }
}

/** The brand of an error from any copy of this module. */
export function errorKind(error: unknown): ErrorKind | undefined {
  const kind = property(error, BRAND);
  return typeof kind === 'string' ? kind as ErrorKind : undefined;
}

/** On what `retryLaterIfUnavailable` makes of a call that was ended by a time-out or a signal, which may be `context.signal`. */
const OUT_OF_TIME = Symbol.for('cdk-dynamodb-cdc.out-of-time');

export function markOutOfTime(error: RetryLaterError): void {
  Object.defineProperty(error, OUT_OF_TIME, { value: true });
}

export function isOutOfTime(error: unknown): boolean {
  return property(error, OUT_OF_TIME) !== undefined;
}

/** Milliseconds an error of any copy asks to wait. */
export function retryAfter(error: unknown): number | undefined {
  const after = property(error, 'after');
  return typeof after === 'number' && after >= 0 && Number.isFinite(after) ? after : undefined;
}
