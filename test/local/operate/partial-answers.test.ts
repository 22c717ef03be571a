import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { Answer, awsError, awsThatAnswers, QUEUE_URL, STREAM } from './aws-answers';
import { subscribersOf } from '../../../src/local/cli/failures/subscribers';
import { DeployedReader } from '../../../src/local/operate/deployed-reader';
import { findReaders } from '../../../src/local/operate/find-readers';
import { measure } from '../../../src/local/operate/measure';
import { explained } from '../../../src/local/operate/refusals';
import { concerns, readerStatus } from '../../../src/local/operate/status';
import { switchReader } from '../../../src/local/operate/switch';
import { LambdaFunction } from '../../../src/runtime/redriver/lambda-function';
import { S3StoredObjects } from '../../../src/runtime/redriver/s3-stored-objects';

type Clients = ReturnType<typeof awsThatAnswers>;

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/k';
const QUEUE_MAPPING = { UUID: 'uuid-1', EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:search.fifo', FunctionArn: 'arn:fn', State: 'Enabled' };
const denied = (action: string) => awsError('AccessDeniedException', `User: arn:aws:iam::111122223333:user/o is not authorized to perform: ${action}`, 403);
const undecryptable = { FunctionName: 'audit', KMSKeyArn: KEY, Environment: { Error: { ErrorCode: 'AccessDeniedException', Message: 'Lambda was unable to decrypt' } } };

/** What the command prints: what it found, or the sentence that it stops with. */
async function told(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return (explained(error) as Error).message;
  }
}

const reader = { name: 'Audit', kind: 'STREAM', mappingId: 'uuid-1', functionName: 'audit', state: 'Enabled', failureBucket: 'failures', maxAgeSeconds: 43_200, timeoutSeconds: 60 } as DeployedReader;
const queueReader = { ...reader, kind: 'QUEUE', queueUrl: QUEUE_URL } as DeployedReader;

const find = ({ clients }: Clients) => findReaders(clients, 'Stack').then((readers) => readers.map(({ kind, name }) => `${kind} ${name}`));
const failures = ({ clients }: Clients) => findReaders(clients, 'Stack').then(subscribersOf).then(([{ isRelay }]) => isRelay);
const status = (of: DeployedReader) => async ({ clients }: Clients) => concerns(readerStatus(of, (await measure(clients, [of]))[0], 0));
const stored = ({ client }: Clients) => new S3StoredObjects(s3, client as unknown as s3.S3Client, 'failures');
const invoke = ({ client }: Clients) => new LambdaFunction(lambda, client as unknown as lambda.LambdaClient, 'audit').invoke('{}');
const pause = ({ client }: Clients) => switchReader(client as unknown as lambda.LambdaClient, reader, false, { limitMillis: 5, pollMillis: 1 });
const body = (text: string, ContentLength?: number) => ({ Body: { transformToByteArray: async () => Buffer.from(text) }, ContentLength });

const oneOf = (...answers: Answer[]): Answer => () => (answers.length > 1 ? answers.shift() : answers[0]) as object;
const pages = (...all: object[]): Answer => {
  const next = [...all];
  return () => next.shift() ?? new Error('a page after the last');
};

test.each<[call: string, form: string, answers: Readonly<Record<string, Answer>>, run: (aws: Clients) => Promise<unknown>, expected: unknown]>([
  ['ListStackResources', 'next page', {
    ListStackResources: pages({ NextToken: 'a', StackResourceSummaries: [] }, { StackResourceSummaries: [{ ResourceType: 'AWS::Lambda::EventSourceMapping', PhysicalResourceId: 'uuid-1' }] }),
  }, find, ['STREAM Audit']],
  ['ListStackResources', 'a resource that is deleted', {
    ListStackResources: {
      StackResourceSummaries: [
        { ResourceType: 'AWS::Lambda::EventSourceMapping', PhysicalResourceId: 'old', ResourceStatus: 'DELETE_COMPLETE' },
        { ResourceType: 'AWS::Lambda::EventSourceMapping', PhysicalResourceId: 'uuid-1', ResourceStatus: 'UPDATE_COMPLETE' },
      ],
    },
    GetEventSourceMapping: ({ UUID }: { UUID: string }) => (UUID === 'old' ? awsError('ResourceNotFoundException') : { ...QUEUE_MAPPING, EventSourceArn: STREAM }),
  }, find, ['STREAM Audit']],
  ['ListStackResources', 'denied', { ListStackResources: denied('cloudformation:ListStackResources') }, find,
    expect.stringMatching(/^Access was denied: .*cloudformation:ListStackResources\. Use credentials/)],
  ['ListStackResources', 'throttled', { ListStackResources: awsError('Throttling', 'Rate exceeded') }, find, expect.stringMatching(/^AWS throttled the command \(Throttling\)/)],
  ['ListStackResources', 'a server\'s error', { ListStackResources: awsError('InternalFailure', 'x', 500) }, find, expect.stringMatching(/^AWS could not answer \(InternalFailure\)/)],
  ['GetEventSourceMapping', 'denied', { GetEventSourceMapping: denied('lambda:GetEventSourceMapping') }, find, expect.stringContaining('lambda:GetEventSourceMapping')],
  ['GetEventSourceMapping', 'without its function', { GetEventSourceMapping: { UUID: 'uuid-1', EventSourceArn: STREAM } }, find,
    'Lambda does not report which function event source mapping uuid-1 invokes: deploy the stack again.'],
  ['GetEventSourceMapping', 'of a source that is none of the library\'s', {
    GetEventSourceMapping: { UUID: 'uuid-1', EventSourceArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/s', FunctionArn: 'arn:fn' }, GetFunctionConfiguration: undecryptable,
  }, find, 'Nothing in stack Stack reads a table\'s changes: name the stack that the subscribers are in.'],
  ['GetFunctionConfiguration', 'variables that may not be decrypted', { GetFunctionConfiguration: undecryptable }, failures,
    `The environment variables of function audit cannot be read (AccessDeniedException): grant kms:Decrypt on ${KEY} to your credentials, in their policy and in the key's.`],
  ['GetFunctionConfiguration', 'variables that may not be decrypted, behind a queue', { GetEventSourceMapping: QUEUE_MAPPING, GetFunctionConfiguration: undecryptable }, failures,
    expect.stringContaining(`grant kms:Decrypt on ${KEY}`)],
  ['GetFunctionConfiguration', 'variables whose key is not named', { GetFunctionConfiguration: { ...undecryptable, KMSKeyArn: undefined } }, failures,
    expect.stringContaining('grant kms:Decrypt on the key of the function')],
  ['GetFunctionConfiguration', 'variables whose key is disabled', {
    GetFunctionConfiguration: { ...undecryptable, Environment: { Error: { ErrorCode: 'KMSDisabledException', Message: 'disabled' } } },
  }, failures, `The environment variables of function audit cannot be read (KMSDisabledException): check the state of ${KEY}.`],
  ['GetFunctionConfiguration', 'settings that cannot be read', {
    GetFunctionConfiguration: { FunctionName: 'audit', Environment: { Variables: { CDC_SETTINGS: '{"subscri' } } },
  }, failures, expect.stringMatching(/^The settings of function audit cannot be read/)],
  ['GetFunctionConfiguration', 'settings of a newer version', {
    GetFunctionConfiguration: { FunctionName: 'audit', Environment: { Variables: { CDC_SETTINGS: '{"version":2,"subscriber":"Audit"}' } } },
  }, failures, expect.stringMatching(/^The settings of function audit cannot be read/)],
  ['GetFunctionConfiguration', 'denied', { GetFunctionConfiguration: denied('lambda:GetFunctionConfiguration') }, find, expect.stringContaining('lambda:GetFunctionConfiguration')],
  ['GetFunctionConfiguration', 'no variables at all', { GetFunctionConfiguration: { FunctionName: 'raw' } }, find, ['STREAM raw']],
  ['GetParameter', 'without a value', {
    ListStackResources: { StackResourceSummaries: ['relay', 'raw'].map((id) => ({ ResourceType: 'AWS::Lambda::EventSourceMapping', PhysicalResourceId: id })) },
    GetEventSourceMapping: ({ UUID }: { UUID: string }) => ({ ...QUEUE_MAPPING, UUID, FunctionArn: UUID, ...(UUID === 'relay' && { EventSourceArn: STREAM }) }),
    GetFunctionConfiguration: ({ FunctionName }: { FunctionName: string }) => (
      { FunctionName, ...(FunctionName === 'relay' && { Environment: { Variables: { CDC_QUEUE_PARAMETERS: 'queues-0' } } }) }),
    GetParameter: { Parameter: { Name: 'queues-0' } },
  }, find, 'Parameter queues-0 does not hold the queues of a relay: deploy the stack again.'],
  ['GetMetricData', 'next page', {
    GetMetricData: pages(
      { NextToken: 'a', MetricDataResults: [{ Id: 'a0', StatusCode: 'PartialData', Timestamps: [new Date(1000)], Values: [1] }, { Id: 'c0', Values: [] }] },
      { MetricDataResults: [{ Id: 'a0', StatusCode: 'Complete', Timestamps: [new Date(2000)], Values: [42_000_000] }] },
    ),
  }, status(reader), ['Audit has little time left until changes are given up']],
  ['GetMetricData', 'a metric that is forbidden', { GetMetricData: { MetricDataResults: [{ Id: 'a0', StatusCode: 'Forbidden' }, { Id: 'c0', StatusCode: 'Complete', Values: [] }] } },
    status(reader), ['the metrics of Audit cannot be read']],
  ['GetMetricData', 'a metric that failed', { GetMetricData: { MetricDataResults: [{ Id: 'a0', StatusCode: 'InternalError' }, { Id: 'c0', Values: [] }] } },
    status(reader), ['the metrics of Audit cannot be read']],
  ['GetMetricData', 'a metric without an answer', { GetMetricData: { MetricDataResults: [] } }, status(reader), ['the metrics of Audit cannot be read']],
  ['GetMetricData', 'denied', { GetMetricData: denied('cloudwatch:GetMetricData') }, status(reader), expect.stringContaining('cloudwatch:GetMetricData')],
  ['GetQueueAttributes', 'without attributes', { GetQueueAttributes: {} }, status(queueReader), ['the attributes of the queue of Audit cannot be read']],
  ['GetQueueAttributes', 'one attribute is missing', { GetQueueAttributes: { Attributes: { ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '0' } } },
    status(queueReader), ['the attributes of the queue of Audit cannot be read']],
  ['ListObjectsV2', 'next page, counted', {
    ListObjectsV2: ({ Prefix, ContinuationToken }: { Prefix: string; ContinuationToken?: string }) => (Prefix !== 'changes/Audit/' ? { IsTruncated: false }
      : ContinuationToken === undefined ? { IsTruncated: true, NextContinuationToken: 'a' } : { CommonPrefixes: [{ Prefix: 'changes/Audit/k/' }] }),
  }, status(reader), ['Audit has 1 item in the failure store']],
  ['ListObjectsV2', 'an empty page before the last', {
    ListObjectsV2: oneOf({ IsTruncated: true, NextContinuationToken: 'a' }, { Contents: [{ Key: 'changes/Audit/k/1.json', Size: 1, LastModified: new Date(5) }], IsTruncated: false }),
  }, (aws) => stored(aws).list('changes/'), { objects: [{ key: 'changes/Audit/k/1.json', bytes: 1, storedAt: 5 }], more: false }],
  ['ListObjectsV2', 'truncated', { ListObjectsV2: { Contents: [{ Key: 'k', Size: 1, LastModified: new Date(5) }], IsTruncated: true, NextContinuationToken: 'a' } },
    (aws) => stored(aws).list('changes/'), { objects: [{ key: 'k', bytes: 1, storedAt: 5 }], more: true }],
  ['ListObjectsV2', 'truncated without a token', { ListObjectsV2: { IsTruncated: true } }, (aws) => stored(aws).list('changes/'), expect.stringMatching(/^S3 answered in part/)],
  ['ListObjectsV2', 'an object without a time', { ListObjectsV2: { Contents: [{ Key: 'k' }] } }, (aws) => stored(aws).list('changes/'), expect.stringMatching(/^S3 answered in part/)],
  ['ListObjectsV2', 'denied', { ListObjectsV2: denied('s3:ListBucket') }, status(reader), expect.stringContaining('s3:ListBucket')],
  ['GetObject', 'not there', { GetObject: awsError('NoSuchKey', 'x', 404) }, (aws) => stored(aws).get('k'), undefined],
  ['GetObject', 'without a body', { GetObject: {} }, (aws) => stored(aws).get('k'), expect.stringMatching(/^S3 answered in part/)],
  ['GetObject', 'cut short', { GetObject: body('{"a":', 9) }, (aws) => stored(aws).get('k'), expect.stringMatching(/^S3 answered in part/)],
  ['GetObject', 'whole', { GetObject: body('{"ä":1}', 8) }, (aws) => stored(aws).get('k'), '{"ä":1}'],
  ['GetObject', 'archived', { GetObject: awsError('InvalidObjectState', 'x', 403) }, (aws) => stored(aws).get('k'), expect.stringMatching(/^An object of the failure store is archived/)],
  ['GetObject', 'denied', { GetObject: awsError('AccessDenied', 'not authorized to perform: kms:Decrypt', 403) }, (aws) => stored(aws).get('k'), expect.stringContaining('kms:Decrypt')],
  ['PutObject', 'already there', { PutObject: awsError('PreconditionFailed', 'x', 412) }, (aws) => stored(aws).putIfAbsent('k', '{}'), false],
  ['PutObject', 'another write at the same time', { PutObject: oneOf(awsError('ConditionalRequestConflict', 'x', 409), {}) }, (aws) => stored(aws).putIfAbsent('k', '{}'), true],
  ['DeleteObjects', 'keys that are denied', { DeleteObjects: { Errors: [{ Key: 'k', Code: 'AccessDenied', Message: 'x' }] } }, (aws) => stored(aws).remove(['k', 'l']),
    expect.stringMatching(/^Access was denied: 1 of 2 objects of bucket failures were not deleted \(s3:DeleteObject\)/)],
  ['DeleteObjects', 'keys that fail for a moment', {
    DeleteObjects: oneOf({ Errors: [{ Key: 'k', Code: 'InternalError' }] }, {}),
  }, (aws) => stored(aws).remove(['k', 'l']).then(() => aws.asked.map(({ input }) => (input.Delete as { Objects: { Key: string }[] }).Objects.map(({ Key }) => Key))), [['k', 'l'], ['k']]],
  ['DeleteObjects', 'keys that keep failing', { DeleteObjects: { Errors: [{ Key: 'k', Code: 'SlowDown' }] } }, (aws) => stored(aws).remove(['k']),
    expect.stringMatching(/^AWS throttled the command \(SlowDown\)/)],
  ['DeleteObjects', 'keys that are gone', { DeleteObjects: { Errors: [{ Key: 'k', Code: 'NoSuchKey' }] } }, (aws) => stored(aws).remove(['k']), undefined],
  ['Invoke', 'FunctionError', { Invoke: { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from('{"errorType":"Runtime.ExitError"}') } }, invoke,
    'the function ended without an answer: Runtime.ExitError'],
  ['Invoke', 'an empty return', { Invoke: { StatusCode: 200, Payload: Buffer.from('') } }, invoke, undefined],
  ['Invoke', 'an answer that cannot be read', { Invoke: { StatusCode: 200, Payload: Buffer.from('{"batchItemFail') } }, invoke, 'the function ended without an answer: UnreadableAnswer'],
  ['Invoke', 'accepted, but not run', { Invoke: { StatusCode: 202 } }, invoke, 'the function ended without an answer: NotRun'],
  ['Invoke', 'throttled', { Invoke: awsError('TooManyRequestsException', 'x', 429) }, invoke, expect.stringMatching(/^AWS throttled the command/)],
  ['Invoke', 'a key that may not be used', { Invoke: awsError('KMSAccessDeniedException', 'x', 502) }, invoke, expect.stringMatching(/^A function's key cannot be used \(KMSAccessDeniedException\)/)],
  ['Invoke', 'a function that is being created', { Invoke: awsError('ResourceConflictException', 'The operation cannot be performed at this time', 409) }, invoke,
    expect.stringMatching(/^The function is being changed/)],
  ['UpdateEventSourceMapping', 'denied', { UpdateEventSourceMapping: denied('lambda:UpdateEventSourceMapping') }, pause, expect.stringContaining('lambda:UpdateEventSourceMapping')],
  ['UpdateEventSourceMapping', 'without a state', { UpdateEventSourceMapping: {}, GetEventSourceMapping: {} }, pause, expect.stringMatching(/^Audit is still in an unknown state after/)],
  ['UpdateEventSourceMapping', 'a mapping that is being deleted', { UpdateEventSourceMapping: { State: 'Deleting' } }, pause, 'Audit is being deleted: its event source mapping cannot be switched.'],
])('%s: %s', async (_call, _form, answers, run, expected) => {
  const aws = awsThatAnswers(answers);
  const result = await told(() => run(aws));
  if (typeof expected === 'string') expect(result).toBe(expected);
  else expect(result).toEqual(expected);
});
