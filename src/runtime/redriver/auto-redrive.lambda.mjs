import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { autoRedrive } from './auto-redrive';
import { LambdaFunction } from './lambda-function';
import { S3StoredObjects } from './s3-stored-objects';
import { systemClock } from '../system';

const functions = new lambda.LambdaClient({ requestHandler: { requestTimeout: 900_000 } });
const objects = new s3.S3Client({});

export const handler = (event, context) => autoRedrive(event, {
  clock: systemClock,
  writeLine: (line) => void process.stdout.write(`${line}\n`),
  remainingMillis: () => context.getRemainingTimeInMillis(),
  store: (bucket) => new S3StoredObjects(s3, objects, bucket),
  fn: (name) => new LambdaFunction(lambda, functions, name),
});
