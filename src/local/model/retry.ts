import { backOffMillis } from './back-off';
import { Batch } from './batch';
import { UNLIMITED } from './config';
import { Lane } from './lane';
import { MappingConfig } from './types';

/** Decides on the lane's failed batch: split it, give it up, or try it again later. */
export function retryOrGiveUp(config: MappingConfig, lane: Lane, batch: Batch, now: number): void {
  batch.invocations += 1;
  batch.refusals = 0;
  if (config.bisectBatchOnFunctionError && batch.entries.length > 1) {
    lane.replaceTop(batch.split());
  } else if (config.retryAttempts !== UNLIMITED && batch.invocations > config.retryAttempts) {
    batch.discard = 'RetryAttemptsExhausted';
  } else {
    batch.notBefore = now + backOffMillis(batch.invocations);
  }
}
