import { Entry } from './entry';

/** The response could not be used: the batch counts as failed. */
export const WHOLE_BATCH = 0;

/**
 * How many leading records of the batch the response settles: all of them, those before the lowest reported one, or none.
 * Lambda takes everything it cannot read for a failure of the whole batch, except a response that holds nothing.
 */
export function settledByResponse(payload: unknown, batch: readonly Entry[]): number {
  if (payload === undefined || payload === null || payload === '') return batch.length;
  if (typeof payload !== 'object') return WHOLE_BATCH;
  if (Array.isArray(payload)) return payload.length === 0 ? batch.length : WHOLE_BATCH;
  const failures = (payload as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return batch.length;
  if (!Array.isArray(failures)) return WHOLE_BATCH;
  return failures.length === 0 ? batch.length : lowestReported(failures, batch);
}

function lowestReported(failures: readonly unknown[], batch: readonly Entry[]): number {
  const positions = new Map(batch.map((entry, index) => [entry.offered.sequenceNumber, index]));
  let lowest = batch.length;
  for (const failure of failures) {
    const identifier = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    const position = typeof identifier === 'string' ? positions.get(identifier) : undefined;
    if (position === undefined) return WHOLE_BATCH;
    lowest = Math.min(lowest, position);
  }
  return lowest;
}
