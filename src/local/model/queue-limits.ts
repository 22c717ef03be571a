import type { FifoEntry } from './fifo-queue';
import { GROUP_ID_CHARACTERS, QUEUE_BATCH_BYTES, QUEUE_BATCH_ENTRIES } from '../../contract/limits';

/** What SQS says of a batch that it refuses as a whole; undefined for one that it takes. */
export function refusalOfBatch(entries: readonly FifoEntry[]): string | undefined {
  if (entries.length === 0) return 'AWS.SimpleQueueService.EmptyBatchRequest';
  if (entries.length > QUEUE_BATCH_ENTRIES) return 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest';
  const bytes = entries.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  if (bytes > QUEUE_BATCH_BYTES) return 'AWS.SimpleQueueService.BatchRequestTooLong';
  return entries.some(({ deduplicationId, group }) => !isId(deduplicationId) || !isId(group)) ? 'InvalidParameterValue' : undefined;
}

/** Letters, digits and punctuation. */
const ID = new RegExp(`^[!-~]{1,${GROUP_ID_CHARACTERS}}$`);

function isId(text: string): boolean {
  return ID.test(text);
}
