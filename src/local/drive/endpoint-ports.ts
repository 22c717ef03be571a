import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { GetEventSourceMappingCommand, InvokeCommand, InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { failurePrefix } from '../../contract/failure-record';
import { SPILL_PREFIX } from '../../contract/spill';
import { bucketClientSettings, clientSettings, DeployedStreamMapping, Target } from '../deploy';
import { destinationPort } from './destinations';
import { marksOf, withIdentity } from './expired-records';
import { FailureStorePort, FunctionPort, InvocationResult, MappingPorts } from './ports';
import { streamPort } from './stream-port';
import { thrownError } from './thrown-error';

const INVOKE_GRACE_MILLIS = 10_000;
/** As many lanes as ten mappings may have. */
const SOCKETS = 100;

/** The ports of one mapping at the endpoint it is deployed to. */
export function endpointPorts(mapping: DeployedStreamMapping): MappingPorts {
  const { target, config, failureBucket, subscriber } = mapping;
  const streams = new DynamoDBStreamsClient(clientSettings(target));
  const lambda = invokingClient(target, mapping.functionTimeoutSeconds);
  const s3 = new S3Client(bucketClientSettings(target));
  const destinations = destinationPort(target, s3);
  return {
    stream: streamPort(streams, config.streamArn, record => withIdentity(record, marksOf(target, s3), mapping.tableName)),
    fn: functionPort(lambda, config.functionArn),
    destination: destinations,
    failureStore: failureStorePort(s3, { failureBucket, subscriber }),
    ...(mapping.queueParameters && failureBucket && { overflow: objectsPort(s3, failureBucket, SPILL_PREFIX) }),
    ...(mapping.canPause && { enabled: () => isSwitchedOn(lambda, config.uuid) }),
    now: Date.now,
    close: () => [streams, lambda, s3, destinations].forEach(each => each.destroy()),
  };
}

/** A client that waits for as long as the function may run. */
export function invokingClient(target: Target, functionTimeoutSeconds: number): LambdaClient {
  const settings = clientSettings(target, functionTimeoutSeconds * 1000 + INVOKE_GRACE_MILLIS);
  // An invocation that the client repeats by itself would be one that the model does not know of.
  return new LambdaClient({ ...settings, maxAttempts: 1, requestHandler: { ...settings.requestHandler, httpAgent: { maxSockets: SOCKETS } } });
}

/** Whether the deployed mapping is on, or on the way there. */
export async function isSwitchedOn(lambda: LambdaClient, UUID: string): Promise<boolean> {
  const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
  return State === 'Enabled' || State === 'Enabling' || State === 'Updating';
}

export function functionPort(client: LambdaClient, FunctionName: string): FunctionPort {
  return {
    invoke: async payload => {
      const Payload = Buffer.from(JSON.stringify(payload));
      return client.send(new InvokeCommand({ FunctionName, Payload, LogType: 'Tail' })).then(resultOf, refusalOf);
    },
  };
}

type InvokeResponse = Pick<InvokeCommandOutput, 'FunctionError' | 'Payload' | 'ExecutedVersion' | 'LogResult' | '$metadata'>;

function resultOf(response: InvokeResponse): InvocationResult {
  const details = { requestId: response.$metadata.requestId, executedVersion: response.ExecutedVersion };
  const payload = parsed(response.Payload);
  const log = Buffer.from(response.LogResult ?? '', 'base64').toString('utf8');
  if (!response.FunctionError) {
    const mock = mockedBy(payload);
    return mock === undefined ? { outcome: { kind: 'returned', payload, ...details }, log } : { outcome: { kind: 'functionError', ...details }, message: mock };
  }
  const functionError = response.FunctionError === 'Handled' ? 'Handled' : 'Unhandled';
  const { errorType = 'Error', errorMessage = '' } = (payload ?? {}) as { errorType?: string; errorMessage?: string };
  const thrown = thrownError(log, errorMessage);
  return {
    outcome: { kind: 'functionError', functionError, ...details },
    message: thrown?.message ?? `${errorType}: ${errorMessage}`,
    stack: thrown?.stack,
    log: thrown?.before ?? log,
  };
}

/** What the emulator returns in place of a function that it cannot run; undefined for what a function returned. */
function mockedBy(payload: unknown): string | undefined {
  const { body } = (payload ?? {}) as { body?: unknown };
  return typeof body === 'string' && body.startsWith('Mock response - ') ? `The emulator did not run the function: ${body.slice('Mock response - '.length)}` : undefined;
}

function refusalOf(error: Error): InvocationResult {
  const throttled = ['TooManyRequestsException', 'ThrottlingException', 'EC2ThrottledException'].includes(error.name);
  // The function may have run for longer than its timeout allows: Lambda would report that as the function's error.
  if (error.name === 'TimeoutError') return { outcome: { kind: 'functionError' }, message: error.message };
  return { outcome: { kind: throttled ? 'throttled' : 'serviceError' }, message: `${error.name}: ${error.message}` };
}

function parsed(payload: Uint8Array | undefined): unknown {
  const text = Buffer.from(payload ?? []).toString('utf8');
  try {
    return text === '' ? undefined : JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What a function of this library's runtime has stored; undefined for any other function. */
export function failureStorePort(
  client: S3Client, { failureBucket, subscriber }: Pick<DeployedStreamMapping, 'failureBucket' | 'subscriber'>,
): FailureStorePort | undefined {
  return failureBucket && subscriber ? objectsPort(client, failureBucket, failurePrefix(subscriber)) : undefined;
}

function objectsPort(client: S3Client, Bucket: string, Prefix: string): FailureStorePort {
  return {
    count: async () => {
      let objects = 0;
      for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix })) objects += page.Contents?.length ?? 0;
      return objects;
    },
  };
}
