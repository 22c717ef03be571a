import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { DIRECT, hostileApp, LONG } from './fixtures/hostile/app';
import { KINDS } from './fixtures/hostile/handlers';
import { deployed, Deployment } from './harness';
import { FailureRecord } from '../../src/contract/failure-record';
import { bucketClientSettings, clientSettings } from '../../src/local/deploy';
import { Driver, QueueDriver, startDriver, startQueueDriver } from '../../src/local/drive';

/** The promise, whatever the machine: what no hostile change may take longer than. */
const HEALTHY_MILLIS = 60_000;
const LIMIT_MILLIS = 240_000;
const HEALTHY = ['healthy-0', 'healthy-1', 'healthy-2', 'healthy-3', 'healthy-4'];
/**
 * Those of the shorter list, for work that takes long. Not the handler that asks for time for ever:
 * that others succeed is known per process, so there it may wait until the record's age.
 */
const FOR_LONG_WORK: readonly string[] = [
  'a-date-in-commit', 'too-many-writes', 'throws-null', 'throws-the-item', 'throws-a-revoked-proxy', 'throws-a-cyclic-name',
  'mutates-its-change', 'overflows-the-stack',
];

let app: Deployment | undefined;
let driver: Driver | undefined;
let queues: QueueDriver | undefined;

afterEach(async () => {
  await Promise.all([driver?.stop(), queues?.stop()]);
  await app?.stop();
  app = driver = queues = undefined;
});

async function logLines({ stacks: [{ target, physicalIds }] }: Deployment, name: string): Promise<string> {
  const [, logGroupName] = Object.entries(physicalIds).find(([logical]) => logical.startsWith(name) && /Log/.test(logical))!;
  const response = await fetch(target.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
      'authorization': `AWS4-HMAC-SHA256 Credential=test/20260101/${target.region}/logs/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify({ logGroupName, limit: 10_000 }),
  });
  const { events = [] } = await response.json() as { events?: { message: string }[] };
  return events.map(({ message }) => message).join('\n');
}

describe.each<[typeof DIRECT | typeof LONG, readonly string[]]>([[DIRECT, KINDS], [LONG, FOR_LONG_WORK]])('%s', (kind, hostile) => {
  test(`${hostile.length} kinds of hostile code beside five healthy items: these are applied, those are stored with their reasons, and nothing is silent`, async () => {
    app = await deployed('hostile', hostileApp(kind), { driveQueues: true });
    const [{ target, mappings, queueMappings }] = app.stacks;
    const documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(target)));
    const s3 = new S3Client(bucketClientSettings(target));
    const Bucket = app.outputs.FailureBucket;
    const applied = async () => {
      const { Items = [] } = await documents.scan({ TableName: app!.outputs.EffectsTable, ConsistentRead: true });
      return Items.map(({ id }) => id as string).sort();
    };
    const stored = async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `changes/${kind}/` }));
      return Promise.all(Contents.map(async ({ Key }) => (
        JSON.parse(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()) as FailureRecord & { record: any })));
    };
    const until = async (what: string, millis: number, isSo: () => Promise<boolean>) => {
      for (const end = Date.now() + millis; !(await isSo());) {
        if (Date.now() > end) {
          const ids = (await stored()).map(({ record }) => record.dynamodb.Keys.id.S as string);
          throw new Error(`not so after ${millis / 1000} seconds: ${what}; applied ${(await applied()).join(' ')}; stored ${ids.join(' ')}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    };
    // GIVEN one healthy item for every few hostile ones
    const every = Math.ceil(hostile.length / HEALTHY.length);
    const order = HEALTHY.flatMap((healthy, index) => [...hostile.slice(index * every, (index + 1) * every), healthy]);
    for (const id of order) await documents.put({ TableName: app.outputs.ItemsTable, Item: { id, text: 'canary-text' } });

    // WHEN
    driver = await startDriver({ mappings });
    queues = startQueueDriver({ mappings: queueMappings });

    // THEN
    await until('every healthy item is applied', HEALTHY_MILLIS, async () => (await applied()).length === HEALTHY.length);
    await until('every hostile item is stored', LIMIT_MILLIS, async () => (await stored()).length === hostile.length);
    expect(await applied()).toEqual(HEALTHY);
    const records = await stored();
    expect(records.map(({ record }) => record.dynamodb.Keys.id.S).sort()).toEqual([...hostile].sort());
    const log = await logLines(app, kind);
    for (const { reason, error, keyHash, sequenceNumber, record } of records) {
      const id = record.dynamodb.Keys.id.S as string;
      expect([id, reason]).toEqual([id, id === 'asks-for-time-for-ever' ? 'POSTPONED_TOO_LONG' : 'ATTEMPTS_EXHAUSTED']);
      const stack = error?.stack === undefined ? {} : { stack: expect.any(String) };
      expect([id, error]).toEqual([id, { name: expect.any(String), message: expect.any(String), ...stack }]);
      expect(record.dynamodb.NewImage).toEqual({ id: { S: id }, text: { S: 'canary-text' } });
      const told = log.split('\n').filter((line) => line.includes(keyHash) && line.includes(sequenceNumber) && line.includes('stored in the failure store'));
      expect([id, told.length > 0]).toEqual([id, true]);
    }
    const metrics = log.split('\n').filter((line) => line.includes('"StoredChanges"')).map((line) => JSON.parse(line.slice(line.indexOf('{'))) as { StoredChanges: number });
    expect(metrics.reduce((sum, { StoredChanges }) => sum + StoredChanges, 0)).toBeGreaterThanOrEqual(hostile.length);
    // What the runtime itself says holds nothing of a change; what Node prints of a process that a handler has ended is not its own.
    expect(log.split('\n').filter((line) => line.startsWith('{') && line.includes('canary'))).toEqual([]);
    documents.destroy();
    s3.destroy();
  }, LIMIT_MILLIS + 2 * HEALTHY_MILLIS);
});
