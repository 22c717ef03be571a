import type { Change, ChangeContext } from 'cdk-dynamodb-cdc/runtime';

/** What a warehouse writes: so many pieces of a product came (positive) or went (negative). */
export interface Movement {
  readonly productId: string;
  readonly movementId: string;
  readonly warehouse: string;
  readonly quantity: number;
}

/** Keeps the number of available pieces per product exact: each movement counts once, whatever crashes or is delivered twice. */
export const onChange = async (change: Change<Movement>, context: ChangeContext): Promise<void> => {
  // Old movements are archived by their time to live, which moves no stock.
  if (change.expiredByTtl) return;
  const delta = pieces(change.newImage) - pieces(change.oldImage);
  const keepHistory = process.env.KEEP_HISTORY === 'true';
  await context.commit([{
    Update: {
      TableName: process.env.AVAILABILITY_TABLE!,
      Key: { productId: change.keys.productId },
      UpdateExpression: [
        'SET available = if_not_exists(available, :zero) + :delta',
        'movements = if_not_exists(movements, :zero) + :one',
        ...(keepHistory ? ['history = list_append(if_not_exists(history, :none), :movement)'] : []),
      ].join(', '),
      ExpressionAttributeValues: {
        ':delta': delta,
        ':zero': 0,
        ':one': 1,
        ...(keepHistory && { ':none': [], ':movement': [change.keys.movementId] }),
      },
    },
  }]);
};

function pieces(movement: Movement | undefined): number {
  if (movement === undefined) return 0;
  if (typeof movement.quantity !== 'number') throw new TypeError(`quantity is a ${typeof movement.quantity}`);
  return movement.quantity;
}
