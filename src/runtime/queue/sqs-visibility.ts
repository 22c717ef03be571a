import { Visibility, VisibilityChange } from './ports';
import { QUEUE_BATCH_ENTRIES } from '../../contract/limits';
import { ApiError, JsonApi } from '../aws/json-api';

/** ChangeMessageVisibilityBatch on the subscriber's own queue. */
export class SqsVisibility implements Visibility {
  public constructor(private readonly sqs: JsonApi, private readonly queueUrl: string) {}

  public async change(messages: readonly VisibilityChange[]): Promise<void> {
    for (let start = 0; start < messages.length; start += QUEUE_BATCH_ENTRIES) {
      const Entries = messages.slice(start, start + QUEUE_BATCH_ENTRIES).map(({ receiptHandle, seconds }, index) => ({
        Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: seconds,
      }));
      const { Failed = [] } = await this.sqs.call<{ Failed?: { Code?: string }[] }>(
        'AmazonSQS.ChangeMessageVisibilityBatch', JSON.stringify({ QueueUrl: this.queueUrl, Entries }),
      );
      if (Failed.length > 0) throw new ApiError(Failed[0].Code ?? 'Failed', `${Failed.length} of ${Entries.length} messages keep their visibility`);
    }
  }
}
