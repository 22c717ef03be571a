import { HOLD_AT, risk, Transaction } from './rules';
import type { Change, ChangeContext } from 'cdk-dynamodb-cdc/runtime';

/** Scores a transaction, raises an alert and holds the account when the risk is too high: one hold per transaction, however often it is delivered. */
export const onChange = async (change: Change<Transaction>, context: ChangeContext): Promise<void> => {
  if (change.newImage === undefined) return;
  const score = risk(change.newImage);
  const held = score >= HOLD_AT;
  if (held) await alert(change.newImage, score, context);
  await context.commit([{
    Update: {
      TableName: process.env.ACCOUNTS_TABLE!,
      Key: { accountId: change.newImage.accountId },
      UpdateExpression: 'SET scored = if_not_exists(scored, :zero) + :one, holds = if_not_exists(holds, :zero) + :hold',
      ExpressionAttributeValues: { ':zero': 0, ':one': 1, ':hold': held ? 1 : 0 },
    },
  }]);
};

/** The alert service drops repeats by the key. */
async function alert(transaction: Transaction, score: number, context: ChangeContext): Promise<void> {
  const response = await fetch(process.env.ALERTS_URL!, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': context.idempotencyKey },
    body: JSON.stringify({ accountId: transaction.accountId, transactionId: transaction.transactionId, score }),
    signal: context.signal,
  });
  if (!response.ok) throw new Error(`the alert service answered ${response.status}`);
}
