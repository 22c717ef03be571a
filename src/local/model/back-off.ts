import { RETRY_BACK_OFF_MILLIS } from '../../contract/limits';

/** Wait before the next try after `failures` consecutive ones. Without jitter: the model must be deterministic. */
export function backOffMillis(failures: number): number {
  return Math.min(RETRY_BACK_OFF_MILLIS.max, RETRY_BACK_OFF_MILLIS.first * 2 ** Math.min(failures - 1, 30));
}
