import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { isRedriveRequest, RedriveAnswer, RedriveRequest } from '../contract/redrive';
import { ASSET_FILES, ENV } from '../contract/settings';
import { compileFilter } from '../filter/model';
import { documentClient } from './aws/dynamodb';
import { StreamRecord } from './change/record';
import { S3FailureStore } from './failure/s3-failure-store';
import { LaneProcessor } from './lanes/lane-processor';
import { Memory } from './lanes/memory';
import { RuntimePorts } from './lanes/run';
import { functionFrame, logged } from './observe/invocation-log';
import { Logger } from './observe/logger';
import { Invocation } from './ports';
import { settleRedrive } from './redrive/settle-redrive';
import { S3Objects } from './relay/s3-objects';
import { readSettings, required } from './settings';
import { systemClock } from './system';
import { loadHandler } from './user-handler';

export type StreamHandler = (event: DynamoDBStreamEvent | RedriveRequest, context: Context) => Promise<DynamoDBBatchResponse | RedriveAnswer>;

/** Builds what Lambda calls for the batches of a stream. */
export async function createHandler(root: string): Promise<StreamHandler> {
  const lasting = await runtimePorts(root);
  return async (event, context) => {
    const ports = logged(lasting, context);
    const invocation = invocationOf(context);
    if (isRedriveRequest(event)) return settleRedrive(ports, event, invocation);
    return processPartialResponse(event, ports.handler as never, new LaneProcessor(ports, invocation)) as Promise<DynamoDBBatchResponse>;
  };
}

export function invocationOf(context: Context): Invocation {
  return { requestId: context.awsRequestId, remainingMillis: () => context.getRemainingTimeInMillis() };
}

/** What the runtime works with, from the environment and the files beside the bootstrap in `root`. */
export async function runtimePorts(root: string): Promise<RuntimePorts> {
  // Lambda's own console decorates lines; the embedded metric format must stand alone.
  const writeLine = (line: string) => void process.stdout.write(`${line}\n`);
  const settings = readSettings(required(ENV.SETTINGS));
  return {
    settings,
    handler: await loadHandler(root, settings.handler),
    client: documentClient(),
    ledgerTable: required(ENV.LEDGER_TABLE),
    failures: new S3FailureStore(new S3Objects(required(ENV.FAILURE_BUCKET))),
    clock: systemClock,
    random: Math.random,
    writeLine,
    logger: new Logger(writeLine, settings.logLevel, functionFrame(settings.subscriber)),
    memory: new Memory(),
    filter: readFilter(join(root, ASSET_FILES.FILTER)),
  };
}

function readFilter(file: string): ((record: StreamRecord) => boolean) | undefined {
  return existsSync(file) ? compileFilter(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}
