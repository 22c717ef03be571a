import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { DIRECT, operateApp, QUEUED, STACK } from './fixtures/operate/app';
import { bundledCommandLine, deployed, Deployment, scratch } from './harness';
import { bucketClientSettings, clientSettings } from '../../src/local/deploy';
import { Driver, startDriver } from '../../src/local/drive';

const { path: cwd, remove } = scratch('operate');
const commandLine = bundledCommandLine(cwd);
let app: Deployment;
let driver: Driver;
let documents: DynamoDBDocument;

beforeAll(async () => {
  app = await deployed('operate', operateApp);
  driver = await startDriver({ mappings: app.stacks.flatMap(({ mappings }) => mappings) });
  documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(app.stacks[0].target)));
}, 120_000);

afterAll(async () => {
  documents?.destroy();
  await driver?.stop();
  await app?.stop();
  remove();
});

async function cdc(...args: string[]) {
  const env = { AWS_ENDPOINT_URL: app.emulator.endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const run = commandLine(args, env);
  const status = await run.ended;
  const output = run.output();
  return { status, output, lines: () => output.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const status = async (...args: string[]) => (await cdc('status', '--stack', STACK, '--json', ...args)).lines();
const write = async (id: string, n: number) => documents.put({ TableName: app.outputs.ItemsTable, Item: { id, n } });
const effect = async (subscriber: string, id: string) => (
  (await documents.get({ TableName: app.outputs.EffectsTable, Key: { id: `${subscriber}/${id}` }, ConsistentRead: true })).Item?.n as number | undefined
);

async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('status shows every subscriber and the relay before those it feeds, and says what it cannot know', async () => {
  const all = await status();
  const { ItemsTable: table } = app.outputs;

  expect(all.map(({ name, kind }) => [name, kind])).toEqual([[DIRECT, 'STREAM'], ['cdc.relay', 'RELAY'], [QUEUED, 'QUEUE']]);
  for (const one of all) expect(one).toMatchObject({ table, paused: false, concerns: [] });
  expect(all[0]).toMatchObject({ lagSeconds: null, secondsLeft: null, parked: 0, batches: 0, waiting: null });
  expect(all[2]).toMatchObject({ lagSeconds: 0, secondsLeft: 14 * 24 * 3600, waiting: 0, inFlight: 0, parked: 0, spilled: 0 });

  const { status: exit, output } = await cdc('status', '--stack', STACK, '--check');
  expect(exit).toBe(0);
  expect(output).toMatch(/Direct +│ running │ No records processed │ n\/a/);
  expect(output).toMatch(/Queued +│ running │ [^│]*│ +0 s │ +14 d/);
});

test.each([[DIRECT, /oldest is given up in at most 1\d h/], [QUEUED, /oldest is given up in at most 1\d d/]])('%s is paused, told how long it may be, and goes on where it stopped', async (name, time) => {
  const paused = await cdc('pause', '--stack', STACK, '--subscriber', name);
  expect(paused).toMatchObject({ status: 0, output: expect.stringMatching(time) });
  expect(paused.output).toContain(`It goes on with: npx cdk-dynamodb-cdc resume --stack ${STACK} --subscriber ${name}\n`);
  if (name === DIRECT) await until(async () => driver.status(), (all) => all.some((one) => one.name === name && !one.enabled));

  const other = name === DIRECT ? QUEUED : DIRECT;
  await write(`while-${name}`, 1);
  await until(() => effect(other, `while-${name}`), (n) => n === 1);
  expect(await effect(name, `while-${name}`)).toBeUndefined();
  expect(await status('--subscriber', name)).toMatchObject([{ paused: true, concerns: [`${name} is paused`], ...(name === QUEUED && { waiting: 1 }) }]);
  expect((await cdc('status', '--stack', STACK, '--check')).status).toBe(3);
  expect((await cdc('pause', '--stack', STACK, '--subscriber', name)).output).toContain(`${name} was paused already.`);

  expect(await cdc('resume', '--stack', STACK, '--subscriber', name)).toMatchObject({ status: 0, output: `${name} goes on where it stopped.\n` });
  await until(() => effect(name, `while-${name}`), (n) => n === 1);
  expect((await cdc('resume', '--stack', STACK, '--subscriber', name)).output).toBe(`${name} was running already.\n`);
}, 120_000);

test('the relay is paused with everything it feeds, and nobody else', async () => {
  const paused = await cdc('pause', '--stack', STACK, '--subscriber', 'cdc.relay');
  expect(paused.output).toContain('With it, nothing new reaches Queued.\n');
  await until(async () => driver.status(), (all) => all.some(({ enabled }) => !enabled));
  await write('while-relay', 1);
  await until(() => effect(DIRECT, 'while-relay'), (n) => n === 1);
  expect(await effect(QUEUED, 'while-relay')).toBeUndefined();
  await cdc('resume', '--stack', STACK, '--all');
  await until(() => effect(QUEUED, 'while-relay'), (n) => n === 1);
}, 120_000);

test('what is parked, by either way, and what is spilled, is counted by item, and what was set aside by object', async () => {
  const s3 = new S3Client(bucketClientSettings(app.stacks[0].target));
  const [direct] = app.stacks[0].mappings.filter(({ subscriber }) => subscriber === DIRECT);
  const keys = [`changes/${DIRECT}/one/1.json`, `changes/${DIRECT}/one/2.json`, `changes/${DIRECT}/two/1.json`, `changes/.set-aside/${DIRECT}/changes/${DIRECT}/three/1.json`,
    `spill/${QUEUED}/group/1.json`];
  const batches = (...shards: string[]) => shards.map((shard) => `aws/lambda/${direct.config.uuid}/${shard}/2026/11/25/x`);
  const put = async (Bucket: string, Keys: string[]) => {
    for (const Key of Keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: '{}' }));
  };
  // An older version of the library had the event source mapping write to the bucket of the changes.
  await put(app.outputs.FailureBucket, [...keys, ...batches('older', 'both')]);
  await put(app.outputs.DiscardBucket, batches('both', 'newer'));
  s3.destroy();

  const [one, , queued] = await status();
  expect(one).toMatchObject({
    parked: 2,
    batches: 3,
    setAside: 1,
    concerns: [
      'Direct has 2 items in the failure store', 'the mapping of Direct has put changes into the failure store',
      'Direct has 1 object set aside that cannot be read: "failures list" names them',
    ],
  });
  expect((await cdc('status', '--stack', STACK, '--subscriber', DIRECT)).output).toMatch(/2 \+ 3 by the mapping \+ 1 set aside/);
  expect(queued).toMatchObject({ parked: 0, setAside: 0, spilled: 1, concerns: ['Queued has 1 item spilled, because its queue does not take them'] });
});

describe('fails with a sentence and status 2', () => {
  test.each([
    ['no such stack', ['status', '--stack', 'Nowhere'], 'error: There is no stack Nowhere in us-east-1: give the name it is deployed under'],
    ['no such subscriber', ['pause', '--stack', STACK, '--subscriber', 'Nobody'], 'error: There is no subscriber Nobody in stack Operate: it has Direct, cdc.relay, Queued.'],
    ['no such table', ['status', '--stack', STACK, '--table', 'None'], 'error: Nothing in stack Operate reads the changes of table None: it reads those of '],
    ['nobody to pause', ['pause', '--stack', STACK], 'error: Name the subscriber with --subscriber, or pause all of the stack with --all.'],
    ['both', ['resume', '--stack', STACK, '--all', '--subscriber', DIRECT], 'error: Give --subscriber or --all, not both.'],
    ['no stack', ['status'], 'error: required option \'--stack <name>\' not specified'],
  ])('%s', async (_case, args, message) => {
    const run = await cdc(...args);
    expect(run.status).toBe(2);
    expect(run.output).toContain(message);
    expect(run.output).not.toContain('    at ');
  });

  test('nobody there', async () => {
    const run = commandLine(['status', '--stack', STACK], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    expect(await run.ended).toBe(2);
    expect(run.output()).toContain('error: AWS cannot be reached (ECONNREFUSED): check the network and AWS_ENDPOINT_URL.');
  }, 30_000);
});
