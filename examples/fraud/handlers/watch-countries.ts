import type { Transaction } from './rules';
import type { Change, ChangeContext } from 'cdk-dynamodb-cdc/runtime';

/** Counts payments from watched countries per account, exactly. */
export const onChange = async (change: Change<Transaction>, context: ChangeContext): Promise<void> => {
  if (change.newImage === undefined) return;
  await context.commit([{
    Update: {
      TableName: process.env.ACCOUNTS_TABLE!,
      Key: { accountId: change.newImage.accountId },
      UpdateExpression: 'SET watched = if_not_exists(watched, :zero) + :one',
      ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
    },
  }]);
};
