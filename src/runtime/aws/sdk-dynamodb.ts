import { loadSdk } from './load-sdk';
import { Credentials } from './signature';
import { documentWrite } from '../change/write-value';
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
  const [{ DynamoDBClient }, { DynamoDBDocumentClient, NumberValue, TransactWriteCommand, UpdateCommand }] = await loadSdk();
  // No retries of the SDK's, so that one policy decides, and no request that hangs.
  const client = new DynamoDBClient({
    maxAttempts: 1, requestHandler: { requestTimeout: 3_000, connectionTimeout: 1_000, throwOnRequestTimeout: true },
  });
  const document = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const exact = (digits: string) => NumberValue.from(digits);
  return {
    credentials: () => client.config.credentials(),
    update: (input) => document.send(new UpdateCommand(input)),
    transactWrite: ({ TransactItems, ...rest }) => document.send(new TransactWriteCommand({
      ...rest, TransactItems: TransactItems.map((write) => documentWrite(write, exact)) as never,
    })),
  };
}
