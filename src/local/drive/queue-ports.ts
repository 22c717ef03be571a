import { S3Client } from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand, GetQueueAttributesCommand, GetQueueUrlCommand, MessageSystemAttributeName, QueueAttributeName, ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { bucketClientSettings, clientSettings, DeployedQueueMapping, WatchedQueue } from '../deploy';
import { FifoMessage } from '../model';
import { failureStorePort, functionPort, invokingClient, isSwitchedOn } from './endpoint-ports';
import { FailureStorePort, FunctionPort } from './ports';

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

/** What a queue and what became of its messages look like from outside. */
export interface QueueWatchPorts {
  readonly failureStore?: FailureStorePort;
  readonly now: () => number;
  /** Messages that are there, whether visible or not. */
  depth(): Promise<number>;
  /** Messages in its dead-letter queue. */
  deadLetters(): Promise<number>;
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

/** How one queue is looked at where it is deployed. */
export function endpointWatchPorts({ target, queueUrl, ...subscriber }: WatchedQueue & Partial<DeployedQueueMapping>): QueueWatchPorts {
  const sqs = new SQSClient(clientSettings(target));
  const s3 = new S3Client(bucketClientSettings(target));
  let deadLetterUrl: Promise<string | undefined> | undefined;
  return {
    depth: () => messagesIn(sqs, queueUrl),
    deadLetters: async () => {
      const url = await (deadLetterUrl ??= deadLetterQueue(sqs, queueUrl));
      return url === undefined ? 0 : messagesIn(sqs, url);
    },
    failureStore: failureStorePort(s3, subscriber),
    now: Date.now,
    close: () => [sqs, s3].forEach(client => client.destroy()),
  };
}

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;

async function messagesIn(client: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] }));
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

async function deadLetterQueue(client: SQSClient, QueueUrl: string): Promise<string | undefined> {
  const AttributeNames: QueueAttributeName[] = ['RedrivePolicy'];
  const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  const { deadLetterTargetArn } = JSON.parse(Attributes.RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string };
  if (deadLetterTargetArn === undefined) return undefined;
  const [,,,, account, QueueName] = deadLetterTargetArn.split(':');
  return (await client.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId: account }))).QueueUrl;
}
