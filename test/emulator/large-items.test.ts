import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { largeItemsApp, SUBSCRIBERS } from './fixtures/large-items/app';
import { deployed, Deployment, synthesize } from './harness';
import { readAll } from '../../scripts/demo/documents';
import { bucketClientSettings, clientSettings, deployAssembly } from '../../src/local/deploy';
import { Driver, startDriver } from '../../src/local/drive';

const LIMIT_MILLIS = 120_000;
/** What DynamoDB lets an item have, names and values counted. */
const ITEM_BYTES = 400 * 1024;

let app: Deployment;
let driver: Driver;
let documents: DynamoDBDocument;
let s3: S3Client;

afterEach(async () => {
  documents?.destroy();
  s3?.destroy();
  await driver?.stop();
  await app?.stop();
});

async function start(mayClaim: boolean): Promise<void> {
  app = await deployed('large-items', (outdir) => largeItemsApp(outdir, { mayClaim }), { enforcePermissions: true });
  const [{ target }] = app.stacks;
  documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(target)));
  s3 = new S3Client(bucketClientSettings(target));
  driver = await startDriver({ mappings: app.stacks.flatMap(({ mappings }) => mappings) });
}

/** As large as an item may be, half text that takes escaping, half bytes. */
function largeItem(id: string) {
  const names = ['id', 'kind', 'text', 'bytes'].join('').length + id.length + 'large'.length;
  const half = Math.floor((ITEM_BYTES - names) / 2);
  const text = '"\\\n'.repeat(half).slice(0, half - '\uFFFEé'.length * 3) + '\uFFFEé';
  const bytes = randomBytes(ITEM_BYTES - names - Buffer.byteLength(text));
  return { id, kind: 'large', text, bytes };
}

const digest = ({ text, bytes }: { text: string; bytes: Uint8Array }) => createHash('sha256').update(text).update(bytes).digest('hex');

async function effects(rows: number): Promise<Map<string, unknown[]>> {
  const read = async () => {
    const all = await readAll<{ id: string; seen: unknown[] }>(documents, app.outputs.EffectsTable);
    return new Map(all.map(({ id, seen }) => [id, seen]));
  };
  for (const end = Date.now() + LIMIT_MILLIS; Date.now() < end; await sleep(200)) {
    const found = await read();
    if (found.size === rows && [...found.values()].every(({ length }) => length === 2)) return found;
  }
  return read();
}

async function objects(Prefix: string): Promise<string[]> {
  return ((await s3.send(new ListObjectsV2Command({ Bucket: app.outputs.FailureBucket, Prefix }))).Contents ?? []).map(({ Key }) => Key!);
}

/** An item that is made and changed, with both images as large as can be. Returns what every subscriber should have seen. */
async function write(id: string): Promise<unknown[]> {
  const [first, second] = [largeItem(id), largeItem(id)];
  for (const Item of [first, second]) await documents.put({ TableName: app.outputs.ItemsTable, Item });
  return [{ before: null, after: digest(first) }, { before: digest(first), after: digest(second) }];
}

test('a 400 KB item with both images arrives byte for byte at every subscriber, in order', async () => {
  await start(true);
  const seen = await write('item');
  await driver.drain(LIMIT_MILLIS);
  const found = await effects(SUBSCRIBERS.length);
  expect([...found].sort()).toEqual(SUBSCRIBERS.map((name) => [`${name}/item`, seen]));
  // Once for all of them.
  expect(await objects('claims/')).toHaveLength(2);
  expect(await objects('spill/')).toEqual([]);
}, 2 * LIMIT_MILLIS + 60_000);

test('without permission on the claims nothing is lost: it waits in the spills, and arrives when the permission is given', async () => {
  await start(false);
  const seen = await write('item');
  await driver.drain(LIMIT_MILLIS);
  expect(await objects('claims/')).toEqual([]);
  for (const name of SUBSCRIBERS) expect((await objects(`spill/${name}/`)).length).toBeGreaterThan(0);
  expect((await effects(0)).size).toBe(0);

  const cloudAssemblyDir = synthesize((outdir) => largeItemsApp(outdir, { mayClaim: true }), `${app.cloudAssemblyDir}.permitted`);
  await deployAssembly({ cloudAssemblyDir, endpoint: app.emulator.endpoint });
  const found = await effects(SUBSCRIBERS.length);
  expect([...found].sort()).toEqual(SUBSCRIBERS.map((name) => [`${name}/item`, seen]));
  expect(await objects('spill/')).toEqual([]);
}, 2 * LIMIT_MILLIS + 60_000);
