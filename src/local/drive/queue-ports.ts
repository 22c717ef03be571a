import { DeleteMessageCommand, MessageSystemAttributeName, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, DeployedQueueMapping } from '../deploy';
import { FifoMessage } from '../model';
import { functionPort, invokingClient, isSwitchedOn } from './endpoint-ports';
import { FunctionPort } from './ports';

/** One FIFO queue, as its API shows it. */
export interface QueuePort {
  /** Up to so many messages, each invisible from now on for as long as the queue says. */
  receive(most: number): Promise<readonly FifoMessage[]>;
  delete(receiptHandle: string): Promise<void>;
}

export interface QueueMappingPorts {
  readonly queue: QueuePort;
  readonly fn: FunctionPort;
  /** Whether the mapping is switched on just now. @default - as it is deployed */
  readonly enabled?: () => Promise<boolean>;
  readonly now: () => number;
  close(): void;
}

/** The ports of one queue's mapping at the endpoint it is deployed to. */
export function endpointQueuePorts(mapping: DeployedQueueMapping): QueueMappingPorts {
  const sqs = new SQSClient(clientSettings(mapping.target));
  const lambda = invokingClient(mapping.target, mapping.functionTimeoutSeconds);
  return {
    queue: queuePort(sqs, mapping.queueUrl),
    fn: functionPort(lambda, mapping.functionName),
    ...(mapping.canPause && { enabled: () => isSwitchedOn(lambda, mapping.uuid) }),
    now: Date.now,
    close: () => [sqs, lambda].forEach(client => client.destroy()),
  };
}

function queuePort(client: SQSClient, QueueUrl: string): QueuePort {
  const MessageSystemAttributeNames: MessageSystemAttributeName[] = ['All'];
  return {
    receive: async MaxNumberOfMessages => {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames }));
      return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }): FifoMessage => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        group: Attributes.MessageGroupId ?? '',
        deduplicationId: Attributes.MessageDeduplicationId ?? '',
        sentAt: Number(Attributes.SentTimestamp ?? 0),
        receiveCount: Number(Attributes.ApproximateReceiveCount ?? 1),
      }));
    },
    delete: async ReceiptHandle => {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })).catch((error: Error) => {
        // Received again meanwhile, so it is another's now.
        if (error.name !== 'ReceiptHandleIsInvalid') throw error;
      });
    },
  };
}
