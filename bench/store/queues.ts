import { createHash, randomUUID } from 'node:crypto';
import { RELAY_TARGETS } from '../settings';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

/** Requests that queues have taken. */
export const queueCounts = { queueRequests: 0 };

/** As much of SQS and Systems Manager as the relay uses. */
export const QUEUE_OPERATIONS = {
  SendMessageBatch: ({ Entries }: { Entries: readonly Entry[] }) => {
    queueCounts.queueRequests += 1;
    return {
      Successful: Entries.map(({ Id, MessageBody }) => ({
        Id, MessageId: randomUUID(), MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'), SequenceNumber: '18849496460467696128',
      })),
    };
  },
  GetParameters: () => ({ Parameters: [{ Value: JSON.stringify(Object.fromEntries(relayTargets().map((name) => [name, queueUrl(name)]))) }] }),
};

/** Names of the relay's subscribers. */
export function relayTargets(): string[] {
  return Array.from({ length: RELAY_TARGETS }, (_, index) => `Subscriber${index}`);
}

function queueUrl(name: string): string {
  return `https://sqs.us-east-1.amazonaws.com/000000000000/${name}.fifo`;
}
