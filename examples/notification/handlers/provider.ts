import { RetryLaterError, type ChangeContext } from 'cdk-dynamodb-cdc/runtime';

/** Posts to a provider of messages, which knows a repeated one by its key. */
export async function post(path: string, content: object, context: ChangeContext): Promise<void> {
  const response = await fetch(`${process.env.PROVIDERS_URL}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': context.idempotencyKey },
    body: JSON.stringify(content),
    signal: context.signal,
  });
  if (response.ok) return;
  // Busy or down is no fault of the change, so it costs no attempt.
  if (response.status === 429 || response.status >= 500) {
    const after = Number(response.headers.get('retry-after') ?? 1) * 1000;
    throw new RetryLaterError(`${path} answered ${response.status}`, { after });
  }
  throw new Error(`${path} answered ${response.status}`);
}
