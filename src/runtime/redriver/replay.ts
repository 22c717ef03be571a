import { readMappingBatch } from './mapping-batch';
import { FunctionFailedError, StoredObjects } from './ports';
import { setAside } from './stored-change';
import { Summary } from './summary';
import { batchKeys } from './unpack';

export interface ReplayOptions {
  readonly store: StoredObjects;
  readonly subscriber: string;
  readonly mappings: readonly string[];
  readonly fn: { invoke(event: string): Promise<unknown> };
  readonly stop: AbortSignal;
}

/**
 * Replays batches to a function without the library's runtime: the event as it was, judged by the response as the mapping would. Nothing knows what such
 * a function has done, so a batch is repeated whole, and later changes of its items may have been applied meanwhile.
 */
export async function replayBatches(options: ReplayOptions, summary: Summary): Promise<Summary> {
  const { fn, store, stop, subscriber } = options;
  for await (const key of batchKeys(options)) {
    const text = await store.get(key);
    if (text === undefined) continue;
    const batch = readMappingBatch(text);
    if (batch === undefined) {
      await setAside(store, subscriber, key);
      summary.setAside += 1;
      continue;
    }
    const error = await failureOf(fn, batch.payload);
    for (const _record of batch.records) summary.count(error === undefined ? { outcome: 'APPLIED' } : { outcome: 'FAILED', error });
    if (error !== undefined) continue;
    await store.remove([key]);
    summary.batches += 1;
  }
  summary.interrupted = stop.aborted;
  return summary;
}

async function failureOf(fn: ReplayOptions['fn'], payload: string): Promise<string | undefined> {
  try {
    const answer = await fn.invoke(payload) as { batchItemFailures?: unknown } | null | undefined;
    const failures = answer?.batchItemFailures;
    return failures === undefined || failures === null || (Array.isArray(failures) && failures.length === 0) ? undefined : 'BatchItemFailures';
  } catch (error) {
    if (error instanceof FunctionFailedError) return error.kind;
    throw error;
  }
}
