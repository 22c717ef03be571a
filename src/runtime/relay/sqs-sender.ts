import type { QueueEntry, QueueSender, SendAnswer } from './ports';
import { sendRequest } from './send-request';
import { JsonApi } from '../aws/json-api';

/** SendMessageBatch. Bodies are JSON strings already, made once for all queues. */
export class SqsSender implements QueueSender {
  public constructor(private readonly sqs: JsonApi) {}

  public async send(queueUrl: string, entries: readonly QueueEntry[]): Promise<SendAnswer> {
    const answer = await this.sqs.call<{ Successful?: { Id: string }[]; Failed?: { Id: string; Code?: string }[] }>(
      'AmazonSQS.SendMessageBatch', sendRequest(queueUrl, entries),
    );
    return {
      accepted: (answer.Successful ?? []).map(({ Id }) => Id),
      failed: (answer.Failed ?? []).map(({ Id, Code }) => ({ id: Id, code: Code ?? 'Failed' })),
    };
  }
}
