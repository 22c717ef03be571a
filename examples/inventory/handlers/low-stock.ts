import { RetryLaterError, type Change, type ChangeContext } from 'cdk-dynamodb-cdc/runtime';

interface Availability {
  readonly productId: string;
  readonly available: number;
}

/** Tells the purchasing service when a product falls below its reorder point. */
export const onChange = async (change: Change<Availability>, context: ChangeContext): Promise<void> => {
  const reorderPoint = Number(process.env.REORDER_POINT);
  if (change.newImage === undefined || change.newImage.available >= reorderPoint) return;
  // Only the change that crosses the line is news.
  if (change.oldImage !== undefined && change.oldImage.available < reorderPoint) return;
  const response = await fetch(process.env.NOTICES_URL!, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': context.idempotencyKey },
    body: JSON.stringify({ productId: change.newImage.productId, available: change.newImage.available }),
    signal: context.signal,
  });
  if (response.status === 429 || response.status === 503) {
    throw new RetryLaterError('the purchasing service is busy', { after: Number(response.headers.get('retry-after') ?? 1) * 1000 });
  }
  if (!response.ok) throw new Error(`the purchasing service answered ${response.status}`);
};
