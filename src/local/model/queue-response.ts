interface Message {
  readonly messageId: string;
}

/**
 * The messages that a response leaves in the queue. Whatever cannot be read as a list of the batch's own messages fails the whole batch, except a
 * response that holds nothing; without ReportBatchItemFailures no response fails anything.
 */
export function failedByResponse<T extends Message>(payload: unknown, messages: readonly T[], reportBatchItemFailures: boolean): ReadonlySet<T> {
  const all = new Set(messages);
  if (!reportBatchItemFailures || payload === undefined || payload === null || payload === '') return new Set();
  if (typeof payload !== 'object' || Array.isArray(payload)) return all;
  const failures = (payload as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const byId = new Map(messages.map((message) => [message.messageId, message]));
  const failed = new Set<T>();
  for (const failure of failures) {
    const message = byId.get((failure as { itemIdentifier?: string } | null)?.itemIdentifier ?? '');
    if (message === undefined) return all;
    failed.add(message);
  }
  return failed;
}
