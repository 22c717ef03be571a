import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand, BatchGetCommand, DynamoDBDocumentClient, TransactWriteCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { documentWrite } from './change/write-value';
import { Clock, DocumentClient } from './ports';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (millis, signal) => {
    // Being woken early is not an error here.
    await wait(millis, undefined, { signal }).catch(() => undefined);
  },
};

/** DynamoDB as the runtime uses it: no retries of the SDK's, so that one policy decides, and no request that hangs. */
export function documentClient(): DocumentClient {
  const document = DynamoDBDocumentClient.from(
    new DynamoDBClient({ maxAttempts: 1, requestHandler: { requestTimeout: 3_000, connectionTimeout: 1_000, throwOnRequestTimeout: true } }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return {
    batchGet: (input) => document.send(new BatchGetCommand(input)) as ReturnType<DocumentClient['batchGet']>,
    batchExecuteStatement: (input) => document.send(new BatchExecuteStatementCommand(input)),
    update: (input) => document.send(new UpdateCommand(input)),
    transactWrite: ({ TransactItems, ...rest }) => document.send(new TransactWriteCommand({
      ...rest, TransactItems: TransactItems.map(documentWrite) as never,
    })),
  };
}
