import { Clock, Random } from '../ports';
import { NoAnswerInTimeError, within } from '../within';

/** Answers that stay the same however often one asks. Everything else, known or not, is tried again until the time is up. */
const FINAL = new Set([
  'AccessDenied', 'AccessDeniedException', 'UnrecognizedClientException', 'InvalidSignatureException', 'ExpiredTokenException',
  'ResourceNotFoundException', 'ResourceNotFound', 'ValidationException', 'ValidationError', 'NoSuchBucket', 'InvalidBucketName',
  'ItemCollectionSizeLimitExceeded', 'ItemCollectionSizeLimitExceededException', 'CredentialsProviderError',
  'KMSAccessDeniedException', 'KMS.DisabledException', 'SerializationException', 'RangeError', 'TypeError', 'LedgerVersionError',
  'ConditionalCheckFailedException', 'TransactionCanceledException', 'IdempotentParameterMismatchException',
  'AlreadyAppliedError', 'CommitConditionError', 'ClaimHeldError', 'ClaimLostError',
]);

export function errorName(error: unknown): string {
  const name = (error as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : 'Error';
}

/** True when trying the same request again cannot help. */
export function isFinal(error: unknown): boolean {
  return FINAL.has(errorName(error));
}

export function isConditionFailure(error: unknown): boolean {
  return errorName(error) === 'ConditionalCheckFailedException';
}

/** The store could not be reached in time. The records concerned stay unsettled; no attempt of theirs is used up. */
export class StoreUnavailableError extends Error {
  public constructor(cause: unknown) {
    super(`the store did not answer in time: ${errorName(cause)}`, { cause });
    this.name = 'StoreUnavailableError';
  }
}

const FIRST_WAIT_MILLIS = 25;
const LONGEST_WAIT_MILLIS = 2_000;

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Runs a request until it succeeds, is refused for good or the time is up; waits with full jitter in
 * between. A request that is under way when the time is up is not waited for.
 */
export async function retryStore<T>(options: RetryOptions, request: () => Promise<T>): Promise<T> {
  if (options.signal.aborted) throw new StoreUnavailableError(new NoAnswerInTimeError());
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await within(options.signal, request());
    } catch (error) {
      if (isFinal(error)) throw error;
      if (options.signal.aborted) throw new StoreUnavailableError(error);
      await options.clock.sleep(options.random() * Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** attempt), options.signal);
      if (options.signal.aborted) throw new StoreUnavailableError(error);
    }
  }
}
