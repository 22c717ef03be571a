import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IChangeSource } from '../publish/change-source';
import { keyStatements } from '../publish/source-policy';

/** What the mapping needs of the function's role, and the runtime to say when a message is due. */
export function consumeStatement(queue: sqs.IQueue): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ConsumeQueue',
    actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    resources: [queue.queueArn],
  });
}

/** What a raw function needs: its messages, what they point to, and the key. */
export function rawStatements(source: IChangeSource, queue: sqs.IQueue): iam.PolicyStatement[] {
  return [consumeStatement(queue), source.failureStore._claimStatement(), ...keyStatements(source)];
}

/** What a function with the runtime needs besides the ledger. */
export function workerStatements(source: IChangeSource, queue: sqs.IQueue, subscriberName: string): iam.PolicyStatement[] {
  return [consumeStatement(queue), ...source.failureStore._workerStatements(subscriberName), ...keyStatements(source)];
}
