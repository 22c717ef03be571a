import { loadSdk } from './load-sdk';
import { Credentials } from './signature';
import { writeOf } from '../change/write-value';
import { DocumentClient } from '../ports';

/** What of DynamoDB is left to AWS's own client. */
export interface SdkDynamoDb extends Pick<DocumentClient, 'update' | 'transactWrite'> {
  /** As the SDK finds them, keeps them and renews them. */
  credentials(): Promise<Credentials>;
}

let loaded: Promise<SdkDynamoDb> | undefined;

/** One client a process, made when it is first needed. */
export function sdkDynamoDb(): Promise<SdkDynamoDb> {
  return (loaded ??= load());
}

async function load(): Promise<SdkDynamoDb> {
  const [{ DynamoDBClient, TransactWriteItemsCommand }, { DynamoDBDocumentClient, UpdateCommand }] = await loadSdk();
  // No retries of the SDK's, so that one policy decides, and no request that hangs.
  const client = new DynamoDBClient({
    maxAttempts: 1, requestHandler: { requestTimeout: 3_000, connectionTimeout: 1_000, throwOnRequestTimeout: true },
  });
  const document = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    credentials: () => client.config.credentials(),
    update: (input) => document.send(new UpdateCommand(input)),
    // Values are marshalled by us (write-value.ts says why).
    transactWrite: async ({ TransactItems, ...rest }) => client.send(new TransactWriteItemsCommand({
      ...rest, TransactItems: TransactItems.map(writeOf) as never,
    })),
  };
}
