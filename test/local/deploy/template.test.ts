import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { requireLocalEndpoint } from '../../../src/local/deploy';
import { localTemplate } from '../../../src/local/deploy/template';
import { zipDirectory } from '../../../src/local/deploy/zip';

const PASSES_EVERYTHING_OVER = { Filters: [{ Pattern: '{"eventName":["NONE"]}' }] };

test('stream mappings are on and pass everything over in a copy, queues\' mappings are as they were, and the bootstrap check is gone', () => {
  const template = {
    Resources: {
      Stream: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { StartingPosition: 'LATEST', Enabled: true } },
      Queue: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { BatchSize: 10 } },
    },
    Parameters: { BootstrapVersion: {}, Mine: { Type: 'String' } },
    Rules: { CheckBootstrapVersion: {} },
    Outputs: { Kept: { Value: 1 } },
  };
  const before = structuredClone(template);

  const local = localTemplate(template);

  expect(template).toEqual(before);
  expect(local).toEqual({
    Resources: {
      Stream: { ...before.Resources.Stream, Properties: { StartingPosition: 'LATEST', Enabled: true, FilterCriteria: PASSES_EVERYTHING_OVER } },
      Queue: before.Resources.Queue,
    },
    Parameters: { Mine: { Type: 'String' } },
    Outputs: { Kept: { Value: 1 } },
  });
});

test('a filter that only deployment knows has to be deployed, so its mapping is off', () => {
  const FilterCriteria = { Filters: [{ Pattern: { 'Fn::Join': ['', ['{"eventName":["', { Ref: 'Name' }, '"]}']] } }] };
  const template = { Resources: { Stream: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { StartingPosition: 'LATEST', FilterCriteria } } } };

  expect(localTemplate(template).Resources.Stream.Properties).toEqual({ StartingPosition: 'LATEST', FilterCriteria, Enabled: false });
});

describe('where the driver is to run queues\' mappings', () => {
  const localMapping = (EventSourceArn: unknown, Properties: object = {}) => {
    const mapping = { Type: 'AWS::Lambda::EventSourceMapping', Properties: { BatchSize: 10, EventSourceArn, ...Properties } };
    const queues = { Fifo: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } }, Other: { Type: 'AWS::SQS::Queue' } };
    return localTemplate({ Resources: { ...queues, Mapping: mapping } }, { driveQueues: true }).Resources.Mapping.Properties;
  };
  const arnOf = (queue: string) => ({ 'Fn::GetAtt': [queue, 'Arn'] });

  test('that of a FIFO queue stays as it is, on or off, and takes nothing', () => {
    expect(localMapping(arnOf('Fifo'))).toEqual({ BatchSize: -1, EventSourceArn: arnOf('Fifo') });
    expect(localMapping(arnOf('Fifo'), { Enabled: false })).toEqual({ BatchSize: -1, EventSourceArn: arnOf('Fifo'), Enabled: false });
  });

  test.each([
    ['a queue of another stack', { 'Fn::ImportValue': 'queue' }, {}],
    ['a queue that is not FIFO, from which the emulator would take something', arnOf('Other'), {}],
    ['a batch size that only deployment knows, and has to be read from what is deployed', arnOf('Fifo'), { BatchSize: { Ref: 'Size' } }],
  ])('that of %s is off', (_case, arn, properties) => {
    expect(localMapping(arn, properties)).toEqual({ BatchSize: 10, EventSourceArn: arn, ...properties, Enabled: false });
  });
});

test('whoever may use PartiQL may call it under the names the emulator checks, and nobody else', () => {
  const policy = (...actions: string[]) => ({ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: 'table' }] } });
  const template = {
    Resources: {
      Uses: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy('dynamodb:GetItem', 'dynamodb:PartiQLUpdate')] } },
      UsesNot: { Type: 'AWS::IAM::Policy', Properties: policy('dynamodb:UpdateItem') },
    },
  };

  const { Uses, UsesNot } = localTemplate(template).Resources;

  expect(Uses.Properties.Policies[0].PolicyDocument.Statement).toContainEqual(expect.objectContaining({
    Action: expect.arrayContaining(['dynamodb:BatchExecuteStatement']),
  }));
  expect(UsesNot).toEqual(template.Resources.UsesNot);
});

test('whoever may read some parameters may read them all, since the emulator looks for no names, and nobody else', () => {
  const policy = (...actions: string[]) => ({ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: 'parameter' }] } });
  const template = {
    Resources: {
      Reads: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy('ssm:GetParameters')] } },
      ReadsNot: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy('ssm:PutParameter')] } },
    },
  };

  const { Reads, ReadsNot } = localTemplate(template).Resources;

  expect(Reads.Properties.Policies[0].PolicyDocument.Statement).toContainEqual({ Effect: 'Allow', Action: 'ssm:GetParameters', Resource: '*' });
  expect(ReadsNot).toEqual(template.Resources.ReadsNot);
});

test.each(['SendMessage', 'DeleteMessage', 'ChangeMessageVisibility'])('what allows or denies sqs:%s does so to batches, for the same principal and queue', action => {
  const statement = { Effect: 'Allow', Action: `sqs:${action}`, Principal: { AWS: 'relay' }, Resource: 'queue' };
  const policy = { Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument: { Statement: statement } } };

  const { Policy } = localTemplate({ Resources: { Policy: policy } }).Resources;

  expect(Policy.Properties.PolicyDocument.Statement).toEqual([{ ...statement, Action: [`sqs:${action}`, `sqs:${action}Batch`] }]);
});

test('nobody is refused for want of TLS, and other refusals stay', () => {
  const refusal = { Effect: 'Deny', Action: 's3:*', Principal: '*', Resource: 'bucket' };
  const policy = {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      PolicyDocument: {
        Statement: [{ ...refusal, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, refusal],
      },
    },
  };

  const { Policy } = localTemplate({ Resources: { Policy: policy } }).Resources;

  expect(Policy.Properties.PolicyDocument.Statement).toEqual([refusal]);
});

describe('zip', () => {
  let root: string;
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'cdc-zip-')); });
  afterEach(() => { rmSync(root, { recursive: true, force: true }); });

  test('holds every file of the directory, whatever its depth', () => {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    writeFileSync(join(root, 'a/b/deep.js'), 'deep');
    writeFileSync(join(root, 'index.js'), 'top');

    const files = unzipSync(zipDirectory(root));

    expect(Object.entries(files).map(([name, content]) => [name, strFromU8(content)])).toEqual([['a/b/deep.js', 'deep'], ['index.js', 'top']]);
  });

  test('is the same for the same files at another time, and another for other files or modes', () => {
    writeFileSync(join(root, 'index.js'), 'one');
    const first = zipDirectory(root);
    utimesSync(join(root, 'index.js'), 1, 1);
    expect(zipDirectory(root)).toEqual(first);
    chmodSync(join(root, 'index.js'), 0o755);
    expect(zipDirectory(root)).not.toEqual(first);
  });
});

test('an endpoint is kept to its origin', () => {
  expect(requireLocalEndpoint('http://127.0.0.1:4566/')).toBe('http://127.0.0.1:4566');
});

test.each(['https://dynamodb.us-east-1.amazonaws.com', 'https://lambda.eu-west-1.api.aws', 'https://amazonaws.com.cn'])('fails on AWS itself: %s', endpoint => {
  expect(() => requireLocalEndpoint(endpoint)).toThrow('is AWS itself: give the URL of an emulator');
});

test.each(['localhost', 'ftp://127.0.0.1', ''])('fails on what is no endpoint: "%s"', endpoint => {
  expect(() => requireLocalEndpoint(endpoint)).toThrow('is not an endpoint');
});
