import { Interaction } from './interaction';
import type { Change, ChangeContext } from 'cdk-dynamodb-cdc/runtime';

/** Keeps a line for every change, whatever it is. */
export const onChange = async (change: Change<Interaction>, context: ChangeContext): Promise<void> => {
  await context.commit([{
    Put: {
      TableName: process.env.AUDIT_TABLE!,
      Item: {
        changeId: change.eventID,
        what: change.eventName,
        interactionId: (change.keys as { interactionId: string }).interactionId,
        at: change.approximateCreationDateTime.toISOString(),
      },
    },
  }]);
};
