import type { QueueEntry, QueueSender, SendAnswer } from './ports';
import { JsonApi } from '../aws/json-api';

/** SendMessageBatch. Bodies are JSON strings already, made once for all queues. */
export class SqsSender implements QueueSender {
  public constructor(private readonly sqs: JsonApi) {}

  public async send(queueUrl: string, entries: readonly QueueEntry[]): Promise<SendAnswer> {
    const answer = await this.sqs.call<{ Successful?: { Id: string }[]; Failed?: { Id: string; Code?: string }[] }>(
      'AmazonSQS.SendMessageBatch', requestBody(queueUrl, entries),
    );
    return {
      accepted: (answer.Successful ?? []).map(({ Id }) => Id),
      failed: (answer.Failed ?? []).map(({ Id, Code }) => ({ id: Id, code: Code ?? 'Failed' })),
    };
  }
}

/** Groups and ids hold nothing that JSON would escape. */
function requestBody(queueUrl: string, entries: readonly QueueEntry[]): string {
  let text = '';
  for (const { id, group, deduplicationId, body } of entries) {
    text += `${text === '' ? '' : ','}{"Id":"${id}","MessageGroupId":"${group}","MessageDeduplicationId":"${deduplicationId}","MessageBody":${body.quoted}}`;
  }
  return `{"QueueUrl":${JSON.stringify(queueUrl)},"Entries":[${text}]}`;
}
