import { Interaction } from './interaction';
import type { ChangeContext, InsertChange } from 'cdk-dynamodb-cdc/runtime';

/** Adds to the inbox in the app, each interaction once, whatever crashes or is delivered twice. */
export const onChange = async ({ newImage }: InsertChange<Interaction>, context: ChangeContext): Promise<void> => {
  await context.commit([{
    Update: {
      TableName: process.env.INBOXES_TABLE!,
      Key: { userId: newImage.userId },
      UpdateExpression: 'SET entries = list_append(if_not_exists(entries, :none), :entry), unread = if_not_exists(unread, :zero) + :one',
      ExpressionAttributeValues: { ':none': [], ':entry': [newImage.interactionId], ':zero': 0, ':one': 1 },
    },
  }]);
};
