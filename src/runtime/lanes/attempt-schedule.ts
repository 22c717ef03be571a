import { Random } from '../ports';

/** How much longer than planned a wait may be, so that items that failed together do not try again together. */
const JITTER = 0.2;

export interface AttemptLimits {
  readonly maxAttempts: number;
  readonly attemptSpanMillis: number;
}

/**
 * When, in milliseconds after the first failure, the attempt after `failed` failures is due. The waits double, and the last attempt
 * is due no earlier than the span: a short hiccup of whatever the handler calls does not use up all attempts.
 */
export function dueAfter(failed: number, limits: AttemptLimits, random: Random): number {
  const gaps = limits.maxAttempts - 1;
  if (gaps < 1) return 0;
  const share = (2 ** Math.min(failed, gaps) - 1) / (2 ** gaps - 1);
  return limits.attemptSpanMillis * share * (1 + JITTER * random());
}

const FIRST_RETRY_LATER_MILLIS = 1_000;
const LONGEST_RETRY_LATER_MILLIS = 30_000;

/** Back-off with full jitter for attempts that do not count; what the API asked for is the least. */
export function retryLaterDelay(times: number, asked: number | undefined, random: Random): number {
  const backOff = random() * Math.min(LONGEST_RETRY_LATER_MILLIS, FIRST_RETRY_LATER_MILLIS * 2 ** times);
  return asked === undefined ? backOff : asked + random() * Math.min(asked, FIRST_RETRY_LATER_MILLIS);
}
