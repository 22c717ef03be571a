import { Interaction, sentence } from './interaction';
import { sendMail } from './smtp';
import type { ChangeContext, InsertChange } from 'cdk-dynamodb-cdc/runtime';

export const onChange = async (change: InsertChange<Interaction>, context: ChangeContext): Promise<void> => {
  const { newImage } = change;
  await sendMail(process.env.SMTP_ADDRESS!, {
    to: newImage.email,
    subject: `[${newImage.interactionId}] ${newImage.from}`,
    text: sentence(newImage),
    messageId: context.idempotencyKey,
  }, context.signal);
};
