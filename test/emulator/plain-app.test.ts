import { DescribeContinuousBackupsCommand, DescribeTimeToLiveCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { plainApp } from './fixtures/plain-app/app';
import { deployed, Deployment } from './harness';
import { bucketClientSettings, clientSettings, deployAssembly } from '../../src/local/deploy';
import { DriverEvent, startDriver } from '../../src/local/drive';

const ITEMS = 40;
const POISON = 17;

describe.each([['with', true], ['without', false]])('an app of plain CDK, %s enforced permissions', (_, enforcePermissions) => {
  let app: Deployment;
  let dynamodb: DynamoDBClient;
  let s3: S3Client;

  beforeAll(async () => {
    app = await deployed('plain', plainApp, { enforcePermissions });
    const [{ target }] = app.stacks;
    dynamodb = new DynamoDBClient(clientSettings(target));
    s3 = new S3Client(bucketClientSettings(target));
  });

  afterAll(async () => {
    dynamodb?.destroy();
    s3?.destroy();
    await app?.stop();
  });

  test('the mapping is found with its settings as synthesized, over a stack boundary', () => {
    const mappings = app.stacks.flatMap(stack => stack.mappings);

    expect(mappings).toHaveLength(1);
    expect(mappings[0]).toMatchObject({
      name: 'Apply',
      enabled: true,
      tableName: app.outputs.OrdersTable,
      functionTimeoutSeconds: 10,
      config: {
        batchSize: 10,
        bisectBatchOnFunctionError: true,
        retryAttempts: 1,
        parallelizationFactor: 2,
        maxRecordAgeSeconds: -1,
        reportBatchItemFailures: false,
        onFailure: { type: 'S3', arn: `arn:aws:s3:::${app.outputs.FailuresBucket}` },
      },
    });
  });

  test('poison is isolated, its payload is in the bucket, the rest is applied once', async () => {
    const events: DriverEvent[] = [];
    const driver = await startDriver({ mappings: app.stacks.flatMap(stack => stack.mappings), onEvent: event => events.push(event), pollMillis: 50 });
    try {
      for (let index = 0; index < ITEMS; index += 1) {
        const id = index === POISON ? 'poison' : `order-${index}`;
        await dynamodb.send(new PutItemCommand({ TableName: app.outputs.OrdersTable, Item: { id: { S: id }, raw: { B: Buffer.from('raw') } } }));
      }
      const { drained, mappings: [status] } = await driver.drain(30_000);

      expect({ drained, ...status }).toMatchObject({
        drained: true, read: ITEMS, applied: ITEMS - 1, failed: 1, lost: 0, failureStore: 1, waiting: 0, inFlight: 0,
      });
      expect(status.retried).toBeGreaterThan(0);
    } finally {
      await driver.stop();
    }
    const applied = await dynamodb.send(new ScanCommand({ TableName: app.outputs.AppliedTable }));
    expect(applied.Items?.map(item => item.id.S)).not.toContain('poison');
    expect(applied.Count).toBe(ITEMS - 1);

    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: app.outputs.FailuresBucket }));
    expect(Contents).toHaveLength(1);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: app.outputs.FailuresBucket, Key: Contents[0].Key }));
    const failure = JSON.parse(await Body!.transformToString()) as { requestContext: object; payload: string };
    expect(failure.requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 });
    const { Records } = JSON.parse(failure.payload) as { Records: Array<{ dynamodb: { NewImage: unknown } }> };
    expect(Records.map(record => record.dynamodb.NewImage)).toEqual([{ id: { S: 'poison' }, raw: { B: Buffer.from('raw').toString('base64') } }]);
    expect(events.filter(event => event.type === 'settled' && event.fate === 'DELIVERED')).toHaveLength(1);
  });

  test('what the emulator\'s CloudFormation drops is applied, and a second deployment changes nothing', async () => {
    const again = await deployAssembly({ cloudAssemblyDir: app.cloudAssemblyDir, endpoint: app.emulator.endpoint });

    expect(again).toEqual(app.stacks);
    const TableName = app.outputs.OrdersTable;
    const ttl = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(ttl.TimeToLiveDescription).toMatchObject({ AttributeName: 'expires', TimeToLiveStatus: 'ENABLED' });
    const backups = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('ENABLED');
    const lambda = new LambdaClient(clientSettings(app.stacks[0].target));
    const concurrency = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: again[1].mappings[0].functionName }));
    lambda.destroy();
    expect(concurrency.ReservedConcurrentExecutions).toBe(20);
  });
});
