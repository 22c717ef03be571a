import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ChangeFilter, ChangeHandler, LogLevel, OrderBy, PoisonPolicy, StreamSubscriberProps } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { hideAssetHashes } from '../support/hide-asset-hashes';
import { FIXTURES, logicalIds, newStack, numberToken, only, orders, resources, subscribe } from '../support/stacks';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
const FUNCTION = 'AWS::Lambda::Function';

expect.addSnapshotSerializer(hideAssetHashes);
beforeAll(() => useBootstrap());

function fraudCheck(props: Partial<StreamSubscriberProps> = {}) {
  const stack = newStack();
  const source = orders(stack);
  const subscriber = subscribe(stack, 'FraudCheck', source, props);
  return { stack, source, subscriber };
}

const settingsOf = (stack: Stack) => JSON.parse(only(stack, FUNCTION).Properties.Environment.Variables.CDC_SETTINGS);

describe('template', () => {
  test('of a subscriber with defaults', () => {
    expect(resources(fraudCheck().stack)).toMatchSnapshot();
  });

  test('logical ids', () => {
    expect(logicalIds(fraudCheck().stack)).toMatchSnapshot();
  });

  test('a second subscriber changes nothing of the first', () => {
    const one = newStack();
    subscribe(one, 'FraudCheck', orders(one));
    const two = newStack();
    const source = orders(two);
    // Also when it is made before.
    subscribe(two, 'Audit', source);
    subscribe(two, 'FraudCheck', source);
    expect(resources(two)).toMatchObject(resources(one));
  });

  test('a subscriber is at most 13 resources', () => {
    const ids = (stack: Stack) => Object.keys(logicalIds(stack)).filter((id) => id.startsWith('FraudCheck'));
    expect(ids(fraudCheck().stack)).toHaveLength(11);

    const stack = newStack();
    const source = orders(stack);
    const vpc = new ec2.Vpc(stack, 'Vpc');
    subscribe(stack, 'FraudCheck', source, { vpc, tracing: lambda.Tracing.ACTIVE, orderBy: OrderBy.PARTITION_KEY });
    source.table.grantReadData(stack.node.findChild('FraudCheck') as unknown as iam.IGrantable);
    expect(ids(stack)).toHaveLength(13);
  });
});

describe('mapping', () => {
  test('keeps what stock CDK loses', () => {
    Template.fromStack(fraudCheck().stack).hasResourceProperties(MAPPING, {
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 43200,
      MaximumRetryAttempts: -1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('OrdersFailuresDiscards'), 'Arn'] } } },
      MetricsConfig: { Metrics: ['EventCount'] },
      Enabled: true,
      FilterCriteria: Match.absent(),
      KmsKeyArn: Match.absent(),
    });
  });

  test('takes its options', () => {
    const { stack } = fraudCheck({
      batchSize: 10,
      maxBatchingWindow: Duration.minutes(1),
      parallelizationFactor: 10,
      maxRecordAge: Duration.hours(2),
      startingPosition: lambda.StartingPosition.LATEST,
      enabled: false,
    });
    Template.fromStack(stack).hasResourceProperties(MAPPING, {
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 60,
      ParallelizationFactor: 10,
      MaximumRecordAgeInSeconds: 7200,
      StartingPosition: 'LATEST',
      Enabled: false,
    });
  });

  test('gets what of a filter can be pushed down', () => {
    Template.fromStack(fraudCheck({ filter: ChangeFilter.inserts() }).stack).hasResourceProperties(MAPPING, {
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    });
  });
});

describe('function', () => {
  test('runs the bootstrap on a pinned runtime, and knows its settings and stores', () => {
    const { stack } = fraudCheck();
    Template.fromStack(stack).hasResourceProperties(FUNCTION, {
      Runtime: 'nodejs24.x', Handler: 'cdk-dynamodb-cdc-bootstrap.handler', Timeout: 300, MemorySize: 512, Architectures: ['arm64'],
    });
    const { CDC_SETTINGS, ...stores } = only(stack, FUNCTION).Properties.Environment.Variables;
    expect(Object.keys(stores)).toEqual(['CDC_LEDGER_TABLE', 'CDC_FAILURE_BUCKET']);
    expect(JSON.parse(CDC_SETTINGS)).toEqual({
      version: 1,
      subscriber: 'FraudCheck',
      handler: 'index.onChange',
      orderBy: 'ITEM',
      concurrency: 100,
      flushSize: 150,
      maxAttempts: 5,
      attemptSpanMillis: 60_000,
      maxPostponementMillis: 30 * 60_000,
      onPoison: 'PARK_ITEM',
      maxRecordAgeSeconds: 43_200,
      logLevel: 'INFO',
      logErrorMessages: false,
    });
  });

  test('is told what was chosen', () => {
    const { stack } = fraudCheck({
      subscriberName: 'fraud',
      handler: ChangeHandler.fromDirectory(path.join(FIXTURES, 'esm'), 'orders.audit'),
      orderBy: OrderBy.PARTITION_KEY,
      onPoison: PoisonPolicy.SKIP_RECORD,
      concurrency: 1,
      flushSize: 1,
      maxAttempts: 1,
      attemptSpan: Duration.millis(0),
      maxPostponement: Duration.minutes(2),
      maxRecordAge: Duration.hours(1),
      logLevel: LogLevel.DEBUG,
      logErrorMessages: true,
    });
    expect(settingsOf(stack)).toEqual({
      version: 1,
      subscriber: 'fraud',
      handler: 'orders.audit',
      orderBy: 'PARTITION_KEY',
      partitionKey: 'orderId',
      concurrency: 1,
      flushSize: 1,
      maxAttempts: 1,
      attemptSpanMillis: 0,
      maxPostponementMillis: 120_000,
      onPoison: 'SKIP_RECORD',
      maxRecordAgeSeconds: 3600,
      logLevel: 'DEBUG',
      logErrorMessages: true,
    });
  });

  test('takes its options', () => {
    const stack = newStack();
    const layer = lambda.LayerVersion.fromLayerVersionArn(stack, 'Layer', 'arn:aws:lambda:eu-west-1:111111111111:layer:l:1');
    subscribe(stack, 'FraudCheck', orders(stack), {
      memorySize: 1024,
      timeout: Duration.seconds(30),
      environment: { STAGE: 'test' },
      architecture: lambda.Architecture.X86_64,
      tracing: lambda.Tracing.ACTIVE,
      layers: [layer],
      logRetention: logs.RetentionDays.ONE_DAY,
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(FUNCTION, {
      MemorySize: 1024,
      Timeout: 30,
      Environment: { Variables: { STAGE: 'test' } },
      Architectures: ['x86_64'],
      TracingConfig: { Mode: 'Active' },
      Layers: [layer.layerVersionArn],
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 1 });
  });

  test('settings hold tokens', () => {
    const stack = newStack();
    subscribe(stack, 'FraudCheck', orders(stack), { concurrency: numberToken(stack) });
    const [, parts] = only(stack, FUNCTION).Properties.Environment.Variables.CDC_SETTINGS['Fn::Join'];
    expect(parts).toContainEqual({ Ref: 'Number' });
    expect(JSON.parse(parts.map((part: unknown) => typeof part === 'string' ? part : '7').join(''))).toMatchObject({ concurrency: 7 });
  });
});

test('every L2 is there to be changed', () => {
  const { subscriber } = fraudCheck();
  expect(subscriber.function).toBeInstanceOf(lambda.Function);
  expect(subscriber.role).toBeInstanceOf(iam.Role);
  expect(subscriber.logGroup).toBeInstanceOf(logs.LogGroup);
  expect(subscriber.eventSourceMapping).toBeInstanceOf(lambda.EventSourceMapping);
});

describe('a handler that may write to its own table', () => {
  const warning = Match.stringLikeRegexp('may write to the table it subscribes to');

  test('is warned of', () => {
    const { stack, source, subscriber } = fraudCheck();
    source.table.grantReadWriteData(subscriber);
    Annotations.fromStack(stack).hasWarning('/Stack/FraudCheck', warning);
  });

  test('is not suspected for reading it, or writing to another', () => {
    const { stack, source, subscriber } = fraudCheck();
    source.table.grantReadData(subscriber);
    orders(new Stack(stack.node.root as App, 'Other')).table.grantWriteData(subscriber);
    Annotations.fromStack(stack).hasNoWarning('/Stack/FraudCheck', warning);
  });
});

test('the order in which environment variables are given makes no difference', () => {
  const template = (environment: { [name: string]: string }) => {
    const stack = newStack();
    subscribe(stack, 'FraudCheck', orders(stack), { environment });
    return JSON.stringify(Template.fromStack(stack).toJSON());
  };
  expect(template({ B: 'b', A: 'a' })).toBe(template({ A: 'a', B: 'b' }));
});

test('reserves concurrency for its function, as the runbook advises', () => {
  const stack = newStack();
  subscribe(stack, 'Sub', orders(stack), { reservedConcurrentExecutions: 20 });
  expect(only(stack, 'AWS::Lambda::Function').Properties.ReservedConcurrentExecutions).toBe(20);
});
