/** What the relay's mapping gave up: listed, shown, redriven through the queues, and discarded, by somebody who may do no more than the documentation lists. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { relayRedriveApp, STACK, SUBSCRIBERS } from './fixtures/relay-redrive/app';
import { bundledCommandLine, deployed, Deployment, scratch } from './harness';
import { bucketClientSettings, clientSettings } from '../../src/local/deploy';
import { Driver, startDriver } from '../../src/local/drive';

const LIMIT_MILLIS = 60_000;

let app: Deployment;
let driver: Driver | undefined;
let documents: DynamoDBDocument;
let s3: S3Client;
const home = scratch('relay-redrive');
const runCommand = bundledCommandLine(home.path);
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  app = await deployed('relay-redrive', relayRedriveApp, { enforcePermissions: true });
  const [{ target }] = app.stacks;
  documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(target)));
  s3 = new S3Client(bucketClientSettings(target));
  const sts = new STSClient(clientSettings(target));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: app.outputs.OperatorRole, RoleSessionName: 'ann' }));
  sts.destroy();
  environment = {
    AWS_ENDPOINT_URL: app.emulator.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
    AWS_SESSION_TOKEN: Credentials!.SessionToken!,
  };
}, 2 * LIMIT_MILLIS);

afterAll(async () => {
  await driver?.stop();
  for (const client of [documents, s3]) client?.destroy();
  await app?.stop();
  home.remove();
});

async function failures(...args: string[]) {
  const command = runCommand(['failures', ...args, '--stack', STACK], environment);
  return { status: await command.ended, output: command.output() };
}

async function seen(subscriber: typeof SUBSCRIBERS[number]): Promise<Record<string, number[]>> {
  const { Items = [] } = await documents.scan({ TableName: app.outputs[`${subscriber}EffectsTable`], ConsistentRead: true });
  return Object.fromEntries(Items.map(({ id, seen: list }) => [id as string, list as number[]]));
}

/** A queue's subscriber is through with it some time after the stream has been read. */
async function eventually(subscriber: typeof SUBSCRIBERS[number], effects: Record<string, number[]>): Promise<void> {
  const text = (rows: Record<string, number[]>) => JSON.stringify(Object.entries(rows).sort());
  for (const end = Date.now() + LIMIT_MILLIS; text(await seen(subscriber)) !== text(effects);) {
    if (Date.now() > end) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await seen(subscriber)).toEqual(effects);
}

const relayMapping = () => app.stacks.flatMap(({ mappings }) => mappings).map(({ config }) => config).find(({ streamArn }) => streamArn?.includes(':dynamodb:'))!;

/** What the mapping stores of a batch, as AWS writes it: changes of before anything that the stream has. */
async function giveUp(
  name: string, changes: readonly { readonly id: string; readonly n: number; readonly kind: string }[], Bucket = app.outputs.DiscardBucket,
): Promise<string> {
  const { streamArn, uuid } = relayMapping();
  const Records = changes.map(({ id, n, kind }) => ({
    eventID: `${name}-${id}-${n}`,
    eventName: 'INSERT',
    eventSourceARN: streamArn,
    dynamodb: {
      Keys: { id: { S: id } },
      NewImage: { id: { S: id }, n: { N: String(n) }, kind: { S: kind } },
      SequenceNumber: String(n + 1),
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
    },
  }));
  const batch = { requestContext: { condition: 'RecordAgeExceeded' }, timestamp: '2026-11-25T08:00:00.000Z', payload: JSON.stringify({ Records }) };
  const Key = `aws/lambda/${uuid}/shardId-1/2026/11/25/${name}`;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(batch) }));
  return Key;
}

test('batches of the relay are listed, shown and redriven in order; what an item has gone on without is stored for people to decide on', async () => {
  await documents.put({ TableName: app.outputs.ItemsTable, Item: { id: 'gone-on', n: 9, kind: 'plain' } });
  driver = await startDriver({ mappings: app.stacks.flatMap(({ mappings }) => mappings) });
  await eventually('Mail', { 'gone-on': [9] });

  // Of before the stack was upgraded: an older version had the event source mapping write to the bucket of the changes.
  const key = await giveUp('a', [{ id: 'new', n: 0, kind: 'audited' }, { id: 'gone-on', n: 1, kind: 'plain' }, { id: 'new', n: 2, kind: 'plain' }, { id: 'new', n: 3, kind: 'audited' }], app.outputs.FailureBucket);
  await giveUp('b', [{ id: 'new', n: 4, kind: 'plain' }]);

  const list = await failures('list');
  expect(list.output).toContain('cdc.relay: the mapping gave up 2 batches of 5 changes, the oldest on 2026-11-25T08:00:00.000Z (RecordAgeExceeded): aws/lambda/');
  expect(JSON.parse((await failures('list', '--json')).output.split('\n')[0])).toMatchObject({ subscriber: 'cdc.relay', batch: key, changes: 4, condition: 'RecordAgeExceeded' });
  expect(JSON.parse((await failures('show', key)).output).records).toHaveLength(4);
  expect((await failures('redrive', '--dry-run')).output).toContain('cdc.relay: 2 batches of 5 changes would be handed to the subscribers\' queues');
  expect(await failures('redrive', '--subscriber', 'cdc.relay', '--since', '1h')).toMatchObject({ status: 0, output: expect.stringContaining('left alone') });

  const redrive = await failures('redrive', '--subscriber', 'cdc.relay');
  expect(redrive).toMatchObject({ status: 0, output: expect.stringContaining('cdc.relay: 2 batches of 5 changes relayed, sent 2 to Audit and 5 to Mail.') });
  await eventually('Mail', { 'gone-on': [9], 'new': [0, 2, 3, 4] });
  await eventually('Audit', { new: [0, 3] });

  // Nobody can tell whether Mail had it before, so somebody has to say.
  let left = await failures('list', '--json');
  for (const end = Date.now() + LIMIT_MILLIS; left.output === '' && Date.now() < end;) left = await failures('list', '--json');
  expect(JSON.parse(left.output)).toMatchObject({ subscriber: 'Mail', changes: 1, reason: 'MAPPING_GAVE_UP' });
  expect(await failures('redrive')).toMatchObject({ status: 1, output: expect.stringContaining('is unknown: LATER_CHANGE_APPLIED') });
  expect(await failures('redrive', '--subscriber', 'Mail', '--apply-unknown')).toMatchObject({ status: 0, output: expect.stringContaining('1 applied') });
  expect((await seen('Mail'))['gone-on']).toEqual([9, 1]);
  expect((await failures('list')).output).toContain('No stored changes.');
}, 3 * LIMIT_MILLIS);

test('what is not wanted any more is discarded with who and why; a corrupt object is set aside; errors are sentences', async () => {
  await giveUp('c', [{ id: 'never', n: 0, kind: 'plain' }]);
  const { uuid } = relayMapping();
  await s3.send(new PutObjectCommand({ Bucket: app.outputs.DiscardBucket, Key: `aws/lambda/${uuid}/shardId-1/2026/11/25/0-broken`, Body: 'broken' }));
  expect((await failures('list')).output).toContain('2 batches of 1 change, 1 of which cannot be read');
  expect(await failures('discard', '--subscriber', 'cdc.relay', '--item', 'never', '--reason', 'x')).toMatchObject({ status: 2, output: expect.stringContaining('whole batches') });
  expect(await failures('discard', '--subscriber', 'cdc.relay', '--all', '--reason', 'x')).toMatchObject({ status: 2, output: expect.stringContaining('give --yes') });
  expect(await failures('redrive', '--subscriber', 'cdc.relay')).toMatchObject({ status: 1, output: expect.stringContaining('1 set aside') });
  expect((await failures('list')).output).toContain('changes/.set-aside/cdc.relay/');
  await giveUp('d', [{ id: 'never', n: 1, kind: 'plain' }]);
  await giveUp('e', [{ id: 'never', n: 2, kind: 'plain' }], app.outputs.FailureBucket);
  const discarded = await failures('discard', '--subscriber', 'cdc.relay', '--all', '--reason', 'a test', '--yes');
  expect(discarded).toMatchObject({ status: 0, output: expect.stringContaining('cdc.relay: 2 batches discarded.') });
  expect(await failures('redrive', '--subscriber', 'cdc.relay')).toMatchObject({ status: 0, output: expect.stringContaining('nothing to do') });
}, 3 * LIMIT_MILLIS);
