import { isTransient } from './transient';
import { Clock, Random } from '../ports';
import { errorName } from '../thrown';
import { NoAnswerInTimeError, within } from '../within';

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
/** An error that nobody has listed may be a fault of our own side of the call: trying that again for long would hide it. */
const UNKNOWN_TRIES = 3;

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Runs a request until it succeeds, is refused or the time is up; waits with full jitter in between.
 * Only errors that are known to pass are waited out: any other is thrown on, immediately where it is
 * known, and after a few tries where it is not. A request that is under way when the time is up is not
 * waited for.
 */
export async function retryStore<T>(options: RetryOptions, request: () => Promise<T>): Promise<T> {
  if (options.signal.aborted) throw new StoreUnavailableError(new NoAnswerInTimeError());
  let unknown = 0;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await within(options.signal, request());
    } catch (error) {
      const transient = isTransient(error);
      if (transient === undefined) unknown += 1;
      if (transient === false || unknown === UNKNOWN_TRIES) throw error;
      if (options.signal.aborted) throw new StoreUnavailableError(error);
      await options.clock.sleep(options.random() * Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** attempt), options.signal);
      if (options.signal.aborted) throw new StoreUnavailableError(error);
    }
  }
}
