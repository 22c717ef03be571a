/** The longest that Node.js waits: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args. */
const LONGEST_TIMER_MILLIS = 2 ** 31 - 1;

/**
 * A delay that `setTimeout` keeps. Node.js takes a longer one for a millisecond, so that a loop that
 * waits for a month does not wait at all.
 */
export function timerMillis(millis: number): number {
  return Math.min(Math.max(millis, 0), LONGEST_TIMER_MILLIS);
}
