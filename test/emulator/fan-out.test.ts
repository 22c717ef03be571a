import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { fanOutApp, FILTERED, POISON, POISONED, SUBSCRIBERS } from './fixtures/fan-out/app';
import { SqsProxy } from './fixtures/fan-out/sqs-proxy';
import { deployed, Deployment } from './harness';
import { bucketClientSettings, clientSettings } from '../../src/local/deploy';
import { Driver, startDriver } from '../../src/local/drive';

const CHANGES = Number(process.env.FAN_OUT_CHANGES ?? 200);
const ITEMS = 20;
const DOWN = 's7';
const FLAKY = 's8';
const LIMIT_MILLIS = 60_000 + CHANGES * 40;

interface Run {
  /** What each subscriber has seen of each item. */
  readonly seen: Map<string, number[]>;
  /** Milliseconds from write to effect, by subscriber. */
  readonly lags: Map<string, number[]>;
  readonly stored: readonly string[];
  readonly spilled: number;
  readonly relayed: SqsProxy;
}

let app: Deployment;
let driver: Driver;
let proxy: SqsProxy;

afterEach(async () => {
  await driver?.stop();
  await app?.stop();
  await proxy?.close();
});

async function run(withFaults: boolean): Promise<Run> {
  proxy = new SqsProxy();
  const sqsEndpoint = await proxy.listen();
  app = await deployed('fan-out', (outdir) => fanOutApp(outdir, { sqsEndpoint, slowMillis: 20, withFaults }));
  proxy.forwardTo(app.emulator.endpoint);
  const [{ target }] = app.stacks;
  const documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(target)));
  const s3 = new S3Client(bucketClientSettings(target));
  driver = await startDriver({ mappings: app.stacks.flatMap(({ mappings }) => mappings) });
  if (withFaults) {
    proxy.down = [DOWN];
    proxy.flaky.set(FLAKY, 0.2);
  }
  const { ItemsTable, EffectsTable, FailureBucket } = app.outputs;
  const write = async (from: number, to: number) => {
    for (let index = from; index < to; index += ITEMS) {
      await Promise.all(Array.from({ length: ITEMS }, (_, item) => documents.put({
        TableName: ItemsTable,
        Item: { id: `item-${item}`, n: index / ITEMS, kind: (index / ITEMS) % 2 === 0 ? 'even' : 'odd', writtenAt: Date.now() },
      })));
    }
  };
  const half = Math.floor(CHANGES / 2 / ITEMS) * ITEMS;
  await write(0, half);
  const list = async (Prefix: string) => (await s3.send(new ListObjectsV2Command({ Bucket: FailureBucket, Prefix }))).Contents ?? [];
  await driver.drain(LIMIT_MILLIS);
  const spilled = (await list(`spill/${DOWN}/`)).length;
  proxy.down = [];
  await write(half, CHANGES);
  await driver.drain(LIMIT_MILLIS);

  const wanted = expected(withFaults);
  const end = Date.now() + LIMIT_MILLIS;
  let rows: Record<string, any>[] = [];
  for (;;) {
    rows = (await documents.scan({ TableName: EffectsTable, ConsistentRead: true })).Items ?? [];
    const done = rows.reduce((sum, { seen }) => sum + seen.length, 0);
    if (done >= [...wanted.values()].reduce((sum, { length }) => sum + length, 0) || Date.now() > end) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  // What would come twice has the time to come.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  rows = (await documents.scan({ TableName: EffectsTable, ConsistentRead: true })).Items ?? [];
  const lags = new Map<string, number[]>();
  for (const { id, lags: some } of rows) lags.set(String(id).split('/')[0], [...lags.get(String(id).split('/')[0]) ?? [], ...some]);
  const stored = (await list('changes/')).map(({ Key }) => Key!);
  documents.destroy();
  s3.destroy();
  return { seen: new Map(rows.map(({ id, seen }) => [id, seen])), lags, stored, spilled, relayed: proxy };
}

/** What each subscriber must have seen of each item, in order. */
function expected(withFaults: boolean): Map<string, number[]> {
  const all = Array.from({ length: CHANGES / ITEMS }, (_, n) => n);
  const rows = new Map<string, number[]>();
  for (const name of SUBSCRIBERS) {
    for (let item = 0; item < ITEMS; item += 1) {
      const id = `item-${item}`;
      const wanted = FILTERED.includes(name) ? all.filter((n) => n % 2 === 0) : all;
      rows.set(`${name}/${id}`, withFaults && name === POISONED && id === POISON.id ? wanted.filter((n) => n < POISON.n) : wanted);
    }
  }
  return rows;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

test('ten subscribers, one queue down for a while, one failing entry by entry, one slow, one poisoned: each has its changes, in order, once', async () => {
  const faulty = await run(true);
  expect([...faulty.seen].sort()).toEqual([...expected(true)].sort());
  expect(faulty.spilled).toBeGreaterThan(0);
  expect(faulty.stored).toHaveLength(CHANGES / ITEMS - POISON.n);
  expect(faulty.stored.every((key) => key.startsWith(`changes/${POISONED}/`))).toBe(true);
  console.log(SUBSCRIBERS.map((name) => `${name}: median lag ${median(faulty.lags.get(name)!)} ms`).join('\n'));
}, 2 * LIMIT_MILLIS + 60_000);
