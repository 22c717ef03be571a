import { Interaction, sentence } from './interaction';
import { post } from './provider';
import type { ChangeContext, InsertChange } from 'cdk-dynamodb-cdc/runtime';

export const onChange = async ({ newImage }: InsertChange<Interaction>, context: ChangeContext): Promise<void> => {
  await post('/sms', { userId: newImage.userId, interactionId: newImage.interactionId, to: newImage.phone, text: sentence(newImage) }, context);
};
