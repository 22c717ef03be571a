import { Visibility, VisibilityChange } from './ports';
import { QUEUE_BATCH_ENTRIES } from '../../contract/limits';

type Change = (url: string, entries: { Id: string; ReceiptHandle: string; VisibilityTimeout: number }[]) => Promise<unknown>;

/** ChangeMessageVisibilityBatch. The client is loaded when the first message fails: starting up must not pay for it. */
export class SqsVisibility implements Visibility {
  private change_?: Promise<{ readonly change: Change; readonly urlOf: (name: string) => Promise<string> }>;
  private readonly urls = new Map<string, Promise<string>>();

  public async change(queueArn: string, messages: readonly VisibilityChange[]): Promise<void> {
    const { change, urlOf } = await this.load();
    const name = queueArn.slice(queueArn.lastIndexOf(':') + 1);
    let url = this.urls.get(name);
    if (url === undefined) this.urls.set(name, url = urlOf(name));
    for (let start = 0; start < messages.length; start += QUEUE_BATCH_ENTRIES) {
      const some = messages.slice(start, start + QUEUE_BATCH_ENTRIES);
      const entries = some.map(({ receiptHandle, seconds }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: seconds }));
      await change(await url, entries);
    }
  }

  private load() {
    return this.change_ ??= import('@aws-sdk/client-sqs').then(({ ChangeMessageVisibilityBatchCommand, GetQueueUrlCommand, SQSClient }) => {
      const client = new SQSClient({ maxAttempts: 2 });
      return {
        change: (QueueUrl, Entries) => client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })),
        urlOf: async (QueueName) => (await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl!,
      };
    });
  }
}
