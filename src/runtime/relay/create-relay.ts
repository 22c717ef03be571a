import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { isRelayRedriveRequest, RelayRedriveAnswer, RelayRedriveRequest } from '../../contract/relay-redrive';
import { RELAY_ENV, RELAY_NAME, Routes, ROUTES_FILE, ROUTES_VERSION } from '../../contract/routes';
import { ENV } from '../../contract/settings';
import { documentClient } from '../aws/dynamodb';
import { jsonApi } from '../aws/json-api';
import { StreamRecord } from '../change/record';
import { retryStore } from '../ledger/store-retry';
import { functionFrame, logged } from '../observe/invocation-log';
import { Logger } from '../observe/logger';
import { required } from '../settings';
import { systemClock } from '../system';
import { RelayMemory, RelayPorts } from './ports';
import { ParameterQueueUrls } from './queue-urls';
import { redriveBatch } from './redrive-batch';
import { drainAll, relayBatch } from './relay-batch';
import { S3Objects } from './s3-objects';
import { SqsSender } from './sqs-sender';
import { targetOf } from './target';

/** Of the ten seconds that a function has for its start: without its queues the relay is of no use. */
const FIND_QUEUES_MILLIS = 5_000;

/** A batch of the stream, the schedule's word to drain, or a batch that the mapping gave up. */
export type RelayEvent = (Partial<DynamoDBStreamEvent> & { readonly drain?: string }) | RelayRedriveRequest;
export type RelayHandler = (event: RelayEvent, context: Context) => Promise<DynamoDBBatchResponse | RelayRedriveAnswer | undefined>;

/** Builds what Lambda calls, from the environment, the routes beside the bootstrap in `root`, and the deployment's parameters. */
export async function createRelay(root: string): Promise<RelayHandler> {
  const writeLine = (line: string) => void process.stdout.write(`${line}\n`);
  const routes = readRoutes(join(root, ROUTES_FILE));
  const queues = new ParameterQueueUrls(jsonApi('ssm'), required(RELAY_ENV.QUEUE_PARAMETERS).split(','));
  await retryStore({ clock: systemClock, random: Math.random, signal: AbortSignal.timeout(FIND_QUEUES_MILLIS) }, () => queues.refresh());
  const lasting: RelayPorts = {
    targets: routes.targets.map(targetOf),
    partitionKey: routes.partitionKey,
    queues,
    sender: new SqsSender(jsonApi('sqs', queues.any)),
    objects: new S3Objects(required(ENV.FAILURE_BUCKET)),
    client: documentClient(),
    ledgerTable: required(ENV.LEDGER_TABLE),
    clock: systemClock,
    random: Math.random,
    writeLine,
    logger: new Logger(writeLine, 'INFO', functionFrame(RELAY_NAME)),
    memory: new RelayMemory(),
  };
  return async (event, context) => {
    const ports = logged(lasting, context);
    const invocation = { requestId: context.awsRequestId, remainingMillis: () => context.getRemainingTimeInMillis() };
    if (isRelayRedriveRequest(event)) return redriveBatch(ports, event, invocation);
    if (event.drain !== undefined) {
      await drainAll(ports, event.drain, invocation);
      return undefined;
    }
    const from = await relayBatch(ports, (event.Records ?? []) as readonly StreamRecord[], invocation);
    return { batchItemFailures: from === undefined ? [] : [{ itemIdentifier: from }] };
  };
}

/** @throws Error when the routes were written by another version than this runtime's */
function readRoutes(file: string): Routes {
  const routes = JSON.parse(readFileSync(file, 'utf8')) as Routes;
  if (routes.version !== ROUTES_VERSION) {
    throw new Error(`routes have version ${String(routes.version)}, this relay understands ${ROUTES_VERSION}: deploy construct and runtime from one version of cdk-dynamodb-cdc`);
  }
  return routes;
}
