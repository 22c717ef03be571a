import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { POISON, redriveApp } from './fixtures/redrive/app';
import { bundledCommandLine, deployed, Deployment, scratch } from './harness';
import { bucketClientSettings, clientSettings } from '../../src/local/deploy';
import { Driver, startDriver } from '../../src/local/drive';

const ITEMS = 50;
const CHANGES = Number(process.env.REDRIVE_CHANGES ?? 1_000);
const LIMIT_MILLIS = 180_000;

let app: Deployment;
let driver: Driver;
let documents: DynamoDBDocument;
let lambda: LambdaClient;
let s3: S3Client;
const home = scratch('redrive');
const runCommand = bundledCommandLine(home.path);

beforeEach(async () => {
  app = await deployed('redrive', redriveApp, { enforcePermissions: true });
  const [{ target }] = app.stacks;
  documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(target)));
  lambda = new LambdaClient(clientSettings(target));
  s3 = new S3Client(bucketClientSettings(target));
}, LIMIT_MILLIS);

afterEach(async () => {
  await driver?.stop();
  for (const client of [documents, lambda, s3]) client?.destroy();
  await app?.stop();
});
afterAll(() => home.remove());

/** What a deployment of broken or fixed code does. */
async function deployHandler(poison: string | undefined): Promise<void> {
  const { FunctionName } = app.outputs;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: app.outputs.FunctionName }));
  const { POISON: _before, ...others } = Environment?.Variables ?? {};
  await lambda.send(new UpdateFunctionConfigurationCommand({
    FunctionName: FunctionName ?? app.outputs.FunctionName, Environment: { Variables: { ...others, ...(poison && { POISON: poison }) } },
  }));
}

async function credentialsOf(RoleArn: string) {
  const sts = new STSClient(clientSettings(app.stacks[0].target));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ann' }));
  sts.destroy();
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return { AWS_ACCESS_KEY_ID: AccessKeyId!, AWS_SECRET_ACCESS_KEY: SecretAccessKey!, AWS_SESSION_TOKEN: SessionToken! };
}

/** The command as an operator runs it, with the credentials of somebody who may do what the documentation lists. */
async function failures(args: readonly string[], who = 'Operator') {
  const environment = { AWS_ENDPOINT_URL: app.emulator.endpoint, AWS_REGION: 'us-east-1', ...await credentialsOf(app.outputs[`${who}Role`]) };
  const command = runCommand(['failures', ...args, '--stack', 'Redrive'], environment);
  return { status: await command.ended, output: command.output() };
}

const write = (id: string, n: number) => documents.put({ TableName: app.outputs.ItemsTable, Item: { id, n } });

async function writeAll(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1) await Promise.all(Array.from({ length: ITEMS }, (_, item) => write(`item-${item}`, n)));
}

async function seen(): Promise<Map<string, number[]>> {
  const { Items = [] } = await documents.scan({ TableName: app.outputs.EffectsTable, ConsistentRead: true });
  return new Map(Items.map(({ id, seen: list }) => [id as string, list as number[]]));
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

async function driveAll(): Promise<number> {
  driver = await startDriver({ mappings: app.stacks.flatMap(({ mappings }) => mappings) });
  const { drained, mappings: [{ invocations }] } = await driver.drain(LIMIT_MILLIS);
  expect(drained).toBe(true);
  return invocations;
}

test('a poison among 1,000 changes of 50 items holds back its item only; after the fix all is applied in order while more arrives', async () => {
  const each = CHANGES / ITEMS;
  await writeAll(0, each);
  const undisturbed = await driveAll();
  await driver.stop();
  await app.stop();

  app = await deployed('redrive', redriveApp, { enforcePermissions: true });
  const [{ target }] = app.stacks;
  documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(target)));
  lambda = new LambdaClient(clientSettings(target));
  await deployHandler(`${POISON.id}/${POISON.n}`);
  await writeAll(0, each);
  const poisoned = await driveAll();
  expect(poisoned).toBeLessThanOrEqual(undisturbed * 1.1);
  for (const [id, list] of await seen()) expect({ id, list }).toEqual({ id, list: upTo(id === POISON.id ? POISON.n : each) });

  const list = await failures(['list', '--json']);
  expect(list).toMatchObject({ status: 0 });
  expect(JSON.parse(list.output)).toMatchObject({ subscriber: 'Ledger', changes: each - POISON.n, reason: 'ATTEMPTS_EXHAUSTED', error: 'TypeError', attempts: 2 });
  const early = await failures(['redrive']);
  expect(early.status).toBe(1);
  expect(early.output).toContain('failed: TypeError');
  expect(early.output).not.toContain(POISON.id);

  await deployHandler(undefined);
  let last = each;
  let writing = true;
  const writer = (async () => {
    for (; writing; last += 1) {
      await write(POISON.id, last);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const redrive = await failures(['redrive']);
  writing = false;
  await writer;
  expect(redrive).toMatchObject({ status: 0 });
  await driver.drain(LIMIT_MILLIS);
  // What was stored while the item was being released, if anything, is redriven like the rest.
  expect(await failures(['redrive'])).toMatchObject({ status: 0 });
  await driver.drain(LIMIT_MILLIS);
  expect((await seen()).get(POISON.id)).toEqual(upTo(last));
  const again = await failures(['redrive']);
  expect(again).toMatchObject({ status: 0 });
  expect(again.output).toContain('nothing to do');
}, 4 * LIMIT_MILLIS);

test('what the mapping sent to S3 is listed and redriven; a corrupt object is set aside; errors are sentences', async () => {
  await deployHandler('item-1/0');
  await Promise.all([write('item-1', 0), write('item-2', 0)]);
  await driveAll();
  const stored = JSON.parse((await failures(['list', '--json'])).output) as { id: string; item: string };
  const shown = await failures(['show', stored.id]);
  expect(shown.output).toContain('cannot read 0 of item-1');

  // The mapping's object, as AWS writes it, for a change the function never got.
  const [{ config }] = app.stacks.flatMap(({ mappings }) => mappings);
  const record = {
    eventID: 'x',
    eventName: 'INSERT',
    eventSourceARN: config.streamArn,
    dynamodb: { Keys: { id: { S: 'item-3' } }, NewImage: { id: { S: 'item-3' }, n: { N: '0' } }, SequenceNumber: '100000000000000000001', ApproximateCreationDateTime: 1 },
  };
  const put = (Key: string, Body: string, Bucket = app.outputs.FailureBucket) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const batch = { requestContext: { condition: 'RecordAgeExceeded' }, timestamp: new Date().toISOString(), payload: JSON.stringify({ Records: [record] }) };
  const key = `aws/lambda/${config.uuid}/shard/2026/11/25/a`;
  await put(key, JSON.stringify(batch), app.outputs.DiscardBucket);
  await put(`changes/Ledger/${stored.item}/0.json`, 'broken');
  expect((await failures(['list'])).output).toContain('RecordAgeExceeded');
  expect(JSON.parse((await failures(['show', key])).output)).toMatchObject({ key, condition: 'RecordAgeExceeded' });
  expect((await failures(['redrive', '--dry-run'])).output).toContain('1 batch that');
  await deployHandler(undefined);
  const redrive = await failures(['redrive']);
  expect(redrive.status).toBe(1);
  expect(redrive.output).toContain('2 applied, 1 set aside');
  expect((await failures(['list'])).output).toContain('changes/.set-aside/Ledger/');
  expect(await seen()).toEqual(new Map([['item-1', [0]], ['item-2', [0]], ['item-3', [0]]]));

  expect(await failures(['list'], 'Stranger')).toMatchObject({ status: 2, output: expect.stringMatching(/^error: Access was denied: .*docs\/redrive\.md list\.\n$/) });
  expect(await failures(['list', '--subscriber', 'Nobody'])).toMatchObject({ status: 2, output: expect.stringContaining('There is no subscriber Nobody in stack Redrive: it has Ledger.') });
}, 2 * LIMIT_MILLIS);

test('discarding the first change of an item lets the others be redriven, and keeps who and why', async () => {
  await deployHandler('item-1/1');
  for (let n = 0; n < 4; n += 1) await write('item-1', n);
  await driveAll();
  expect(await failures(['discard', '--item', '{"id":"item-1"}', '--first', '--reason', 'test order'])).toMatchObject({ status: 2, output: expect.stringContaining('give --yes') });
  expect(await failures(['discard', '--item', '{"id":"item-1"}', '--first', '--reason', 'test order', '--yes'])).toMatchObject({ status: 0 });
  expect(await failures(['redrive'])).toMatchObject({ status: 0, output: expect.stringContaining('2 applied') });
  expect((await seen()).get('item-1')).toEqual([0, 2, 3]);
}, LIMIT_MILLIS);
