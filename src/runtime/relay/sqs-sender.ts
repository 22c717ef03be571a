import type { QueueEntry, QueueSender, SendAnswer } from './ports';
import { readSendAnswer } from './send-answer';
import { sendRequest } from './send-request';
import { JsonApi } from '../aws/json-api';

/** SendMessageBatch. Bodies are JSON strings already, made once for all queues. */
export class SqsSender implements QueueSender {
  public constructor(private readonly sqs: JsonApi) {}

  public send(queueUrl: string, entries: readonly QueueEntry[]): Promise<SendAnswer> {
    return this.sqs.call('AmazonSQS.SendMessageBatch', sendRequest(queueUrl, entries), readSendAnswer);
  }
}
