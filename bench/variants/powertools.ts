/** The same function with stock Powertools: batch and idempotency together, as its documentation recommends. */

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { effect } from './effects';
import { TABLES } from '../settings';

const processor = new BatchProcessor(EventType.DynamoDBStreams);
const config = new IdempotencyConfig({ eventKeyJmesPath: 'eventID' });
const processRecord = makeIdempotent(async (record: DynamoDBRecord) => effect(record.eventID!), {
  persistenceStore: new DynamoDBPersistenceLayer({ tableName: TABLES.IDEMPOTENCY }),
  config,
});

export const handler = async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
  config.registerLambdaContext(context);
  return processPartialResponse(event, processRecord, processor, { context });
};
