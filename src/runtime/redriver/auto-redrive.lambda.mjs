import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { autoRedrive } from './auto-redrive';
import { LambdaFunction } from './lambda-function';
import { RedriveLease } from './lease';
import { S3StoredObjects } from './s3-stored-objects';
import { systemClock } from '../system';

const functions = new lambda.LambdaClient({ requestHandler: { requestTimeout: 900_000 } });
const objects = new s3.S3Client({});
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const ledger = { update: (input) => documents.send(new UpdateCommand(input)) };

export const handler = (event, context) => autoRedrive(event, {
  clock: systemClock,
  writeLine: (line) => void process.stdout.write(`${line}\n`),
  remainingMillis: () => context.getRemainingTimeInMillis(),
  store: (bucket) => new S3StoredObjects(s3, objects, bucket),
  fn: (name) => new LambdaFunction(lambda, functions, name),
  lease: (table) => new RedriveLease(ledger, table, context.awsRequestId, systemClock),
});
