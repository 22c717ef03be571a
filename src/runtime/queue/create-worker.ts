import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { jsonApi } from '../aws/json-api';
import { invocationOf, runtimePorts } from '../create-handler';
import { WorkerPorts } from './ports';
import { settleMessages } from './settle-messages';
import { SqsVisibility } from './sqs-visibility';
import { isRedriveRequest, RedriveAnswer, RedriveRequest } from '../../contract/redrive';
import { ENV } from '../../contract/settings';
import { settleRedrive } from '../redrive/settle-redrive';
import { S3Objects } from '../relay/s3-objects';
import { required } from '../settings';

export type QueueHandler = (event: SQSEvent | RedriveRequest, context: Context) => Promise<SQSBatchResponse | RedriveAnswer>;

/** Builds what Lambda calls for the messages of a subscriber's queue. */
export async function createWorker(root: string): Promise<QueueHandler> {
  const queueUrl = required(ENV.QUEUE_URL);
  const ports: WorkerPorts = {
    ...await runtimePorts(root),
    claims: new S3Objects(required(ENV.FAILURE_BUCKET)),
    visibility: new SqsVisibility(jsonApi('sqs', queueUrl), queueUrl),
  };
  return async (event, context) => {
    const invocation = invocationOf(context);
    if (isRedriveRequest(event)) return settleRedrive(ports, event, invocation);
    const failed = await settleMessages(ports, event.Records ?? [], invocation);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
