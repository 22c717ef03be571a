import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { jsonApi } from '../aws/json-api';
import { invocationOf, runtimePorts } from '../create-handler';
import { QueueRecord } from './message';
import { WorkerPorts } from './ports';
import { settleMessages } from './settle-messages';
import { SqsVisibility } from './sqs-visibility';
import { isRedriveRequest, RedriveAnswer, RedriveRequest } from '../../contract/redrive';
import { ENV } from '../../contract/settings';
import { logged } from '../observe/invocation-log';
import { Invocation } from '../ports';
import { settleRedrive } from '../redrive/settle-redrive';
import { S3Objects } from '../relay/s3-objects';
import { required } from '../settings';

export type QueueHandler = (event: SQSEvent | RedriveRequest, context: Context) => Promise<SQSBatchResponse | RedriveAnswer>;

/** Builds what Lambda calls for the messages of a subscriber's queue. */
export async function createWorker(root: string): Promise<QueueHandler> {
  const ports = await workerPorts(root);
  return queueHandler(ports, settleMessages);
}

/** What a worker works with, from the environment and the files beside the bootstrap in `root`. */
export async function workerPorts(root: string): Promise<WorkerPorts> {
  const queueUrl = required(ENV.QUEUE_URL);
  return {
    ...await runtimePorts(root),
    claims: new S3Objects(required(ENV.FAILURE_BUCKET)),
    visibility: new SqsVisibility(jsonApi('sqs', queueUrl), queueUrl),
  };
}

/** Answers the mapping with the ids of the messages that are not settled, and a redrive with what became of its changes. */
export function queueHandler<P extends WorkerPorts>(
  lasting: P, settle: (ports: P, records: readonly QueueRecord[], invocation: Invocation) => Promise<readonly string[]>,
): QueueHandler {
  return async (event, context) => {
    const ports = logged(lasting, context);
    const invocation = invocationOf(context);
    if (isRedriveRequest(event)) return settleRedrive(ports, event, invocation);
    const failed = await settle(ports, event.Records ?? [], invocation);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
