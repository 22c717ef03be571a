import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteFunctionConcurrencyCommand, InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { DIRECT, operateApp, QUEUED, STACK } from './fixtures/operate/app';
import { MetricFeed } from './fixtures/operate/metric-feed';
import { bundledCommandLine, deployed, Deployment, scratch } from './harness';
import { AlarmKind } from '../../src';
import { clientSettings } from '../../src/local/deploy';
import { Driver, startDriver } from '../../src/local/drive';
import { AlarmProperties, alarmValue, isBreaching } from '../support/alarm-math';
import { argumentsOf, runbookSections } from '../support/runbook';

/** The conditions are provoked for real where the emulator can have them; what only AWS measures is put in under AWS's names. */
const { path: cwd, remove } = scratch('drills');
const commandLine = bundledCommandLine(cwd);
const sections = new Map(runbookSections().map((section) => [section.name, section]));
/** Whether AWS's own command is there to run what the runbook has of it. */
const hasAws = spawnSync('aws', ['--version']).status === 0;

let app: Deployment;
let driver: Driver;
let feed: MetricFeed;
let documents: DynamoDBDocument;
let lambda: LambdaClient;
let sqs: SQSClient;
let readers: Record<string, any>;

const env = () => ({
  AWS_ENDPOINT_URL: app.emulator.endpoint, AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test',
});

beforeAll(async () => {
  app = await deployed('drills', (outdir) => operateApp(outdir, { hasty: true }));
  const [stack] = app.stacks;
  documents = DynamoDBDocument.from(new DynamoDBClient(clientSettings(stack.target)));
  lambda = new LambdaClient(clientSettings(stack.target));
  sqs = new SQSClient({ ...clientSettings(stack.target), useQueueUrlAsEndpoint: false });
  const status = commandLine(['status', '--stack', STACK, '--json'], env());
  await status.ended;
  readers = Object.fromEntries(status.output().trim().split('\n').map((line) => JSON.parse(line)).map((reader) => [reader.name, reader]));
  feed = new MetricFeed(stack, [...Object.values(readers).map(({ logGroup }) => logGroup), id(/^ItemsFailureWatchLogs/)]);
  driver = await startDriver({ mappings: stack.mappings, onEvent: feed.onEvent });
}, 120_000);

afterAll(async () => {
  for (const client of [documents, lambda, sqs]) client?.destroy();
  feed?.close();
  await driver?.stop();
  await app?.stop();
  remove();
});

/** Physical id by the beginning of a logical one. */
function id(pattern: RegExp): string {
  return Object.entries(app.stacks[0].physicalIds).find(([logical]) => pattern.test(logical))![1];
}

/** The alarm of a subscriber that leads to a section, with physical names in it. */
function alarm(kind: AlarmKind, subject: string): AlarmProperties {
  const template = JSON.parse(readFileSync(join(app.cloudAssemblyDir, `${STACK}.template.json`), 'utf8'));
  const named = (value: any): any => {
    if (Array.isArray(value)) return value.map(named);
    if (typeof value !== 'object' || value === null) return value;
    if (value.Ref) return app.stacks[0].physicalIds[value.Ref];
    if (value['Fn::GetAtt']) return app.stacks[0].physicalIds[value['Fn::GetAtt'][0]].split('/').pop();
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, named(inner)]));
  };
  const found = Object.values<any>(template.Resources).find(({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm'
    && Properties.AlarmDescription.endsWith(`#${kind}`) && Properties.AlarmDescription.startsWith(subject));
  return named(found.Properties);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isSo());) {
    if (Date.now() > end) throw new Error(`not so after a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Whether the alarm's condition holds in the time since `from`. */
async function rings(properties: AlarmProperties, from: number): Promise<boolean> {
  await feed.collect();
  return isBreaching(properties, await alarmValue(properties, feed.statistic(from, Date.now() + 1000)));
}

async function type(command: string, subscriber: string): Promise<void> {
  const reader = readers[subscriber];
  const values: Record<string, string> = {
    STACK, NAME: subscriber, LOG_GROUP: reader.logGroup, FUNCTION: reader.functionName, DISCARD_BUCKET: app.outputs.DiscardBucket, DEAD_LETTER_QUEUE: id(/^ItemsRelayQueuesDeadLetters/),
  };
  const own = argumentsOf(command, values);
  if (own) {
    if (own.includes('ITEM')) own.splice(own.indexOf('ITEM'), 1, await firstItem(subscriber));
    const run = commandLine(own, env());
    // What there is to redrive is told by status 1, by commands that only look.
    const allowed = own[0] === 'failures' && (own[1] === 'list' || own.includes('--dry-run')) ? [0, 1] : [0];
    const status = await run.ended;
    if (!allowed.includes(status as number)) throw new Error(`${command} ended with ${status}: ${run.output()}`);
  } else if (hasAws && !command.includes('start-message-move-task')) {
    // The emulator has no message move tasks; a shell reads the quotes.
    const line = Object.entries(values).reduce((text, [name, value]) => text.replace(new RegExp(`(?<= )${name}(?= |$)`, 'g'), value), command).replace(/\$\./g, '\\$.');
    await promisify(execFile)('sh', ['-c', `${line} --endpoint-url ${app.emulator.endpoint}`], { env: { ...process.env, ...env() } });
  }
}

async function firstItem(subscriber: string): Promise<string> {
  const run = commandLine(['failures', 'list', '--stack', STACK, '--subscriber', subscriber, '--json'], env());
  await run.ended;
  return JSON.parse(run.output().split('\n')[0]).item;
}

interface Drill {
  readonly kinds: readonly AlarmKind[];
  readonly subject: string;
  readonly subscriber: string;
  /** Called again until the alarms ring. */
  provoke(round: number): Promise<void>;
  /** What somebody does besides what the runbook has them type: a deployment, or the repair of what is down. */
  mend(): Promise<void>;
}

async function drill({ kinds, subject, subscriber, provoke, mend }: Drill): Promise<void> {
  const began = Date.now();
  const alarms = kinds.map((kind) => alarm(kind, subject));
  for (const [index, properties] of alarms.entries()) {
    let round = 0;
    await until(`${kinds[index]} rings`, async () => {
      await provoke(round++);
      return rings(properties, began);
    });
  }
  const pages = kinds.map((kind) => sections.get(kind)!);
  for (const { firstLook } of pages) for (const command of firstLook) await type(command, subscriber);
  await mend();
  for (const { resolution } of pages) for (const command of resolution) if (!command.endsWith('--check')) await type(command, subscriber);
  await until('all is well', async () => {
    const run = commandLine(['status', '--stack', STACK, '--check'], env());
    return await run.ended === 0;
  });
  // What was written until now belongs to the time before; CloudWatch's times are in seconds.
  await feed.collect();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const mended = Date.now();
  for (const properties of alarms) expect(await rings(properties, mended)).toBe(false);
}

const write = (item: string, n: number) => documents.put({ TableName: app.outputs.ItemsTable, Item: { id: item, n } });
const mode = (subscriber: string, value: string) => (
  documents.update({
    TableName: app.outputs.EffectsTable, Key: { id: 'mode' }, UpdateExpression: 'SET #s = :v', ExpressionAttributeNames: { '#s': subscriber }, ExpressionAttributeValues: { ':v': value },
  })
);
const applied = (subscriber: string, item: string, n: number) => until(`${item} is applied by ${subscriber}`, async () => (
  (await documents.get({ TableName: app.outputs.EffectsTable, Key: { id: `${subscriber}/${item}` }, ConsistentRead: true })).Item?.n === n
));
/** What AWS measures when a mapping invokes: how old the batch was. */
const measureLag = async () => {
  for (const status of await driver.status()) {
    const { functionName } = app.stacks[0].mappings.find(({ name }) => name === status.name)!;
    if (status.lagMillis > 0) await feed.put('AWS/Lambda', 'IteratorAge', status.lagMillis, { FunctionName: functionName });
  }
};

test('an outage: the subscriber lags, gives nothing up, and goes on by itself', async () => {
  await mode(DIRECT, 'down');
  for (let item = 0; item < 5; item += 1) await write(`outage-${item}`, 1);
  await drill({
    kinds: [AlarmKind.OUTAGE, AlarmKind.LAG, AlarmKind.TIME_TO_LOSS],
    subject: `Subscriber ${DIRECT}`,
    subscriber: DIRECT,
    provoke: measureLag,
    mend: async () => {
      await mode(DIRECT, 'fine');
      for (let item = 0; item < 5; item += 1) await applied(DIRECT, `outage-${item}`, 1);
      await feed.put('AWS/Lambda', 'IteratorAge', 0, { FunctionName: readers[DIRECT].functionName });
    },
  });
}, 120_000);

test('a function that crashes', async () => {
  await mode(DIRECT, 'crash');
  await write('crash', 1);
  await drill({
    kinds: [AlarmKind.ERRORS],
    subject: `Subscriber ${DIRECT}`,
    subscriber: DIRECT,
    provoke: async () => undefined,
    mend: async () => {
      await mode(DIRECT, 'fine');
      await applied(DIRECT, 'crash', 1);
    },
  });
}, 120_000);

test('a function without capacity', async () => {
  const { functionName: FunctionName } = readers[DIRECT];
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  await write('throttled', 1);
  await drill({
    kinds: [AlarmKind.THROTTLES],
    subject: `Subscriber ${DIRECT}`,
    subscriber: DIRECT,
    provoke: async () => undefined,
    mend: async () => void await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName })),
  });
  await applied(DIRECT, 'throttled', 1);
}, 120_000);

test('a change that cannot be applied: the alarm stays up until it is redriven', async () => {
  await mode(DIRECT, 'poison poisoned');
  for (const n of [1, 2, 3]) await write('poisoned', n);
  const Payload = JSON.stringify({ table: app.outputs.ItemsTable, bucket: app.outputs.FailureBucket, discardBucket: app.outputs.DiscardBucket });
  const look = async () => void await lambda.send(new InvokeCommand({ FunctionName: id(/^ItemsFailureWatchFunction/), Payload }));
  const stored = alarm(AlarmKind.STORED, `Subscriber ${DIRECT}`);
  await until('the change is stored', () => rings(stored, 0));
  const later = Date.now() + 1_100;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await look();
  expect(await rings(stored, later)).toBe(true);

  await drill({
    kinds: [AlarmKind.STORED],
    subject: `Subscriber ${DIRECT}`,
    subscriber: DIRECT,
    provoke: look,
    mend: async () => void await mode(DIRECT, 'fine'),
  });
  await applied(DIRECT, 'poisoned', 3);
  const healthy = Date.now();
  await look();
  expect(await rings(stored, healthy)).toBe(false);
}, 120_000);

test('dropped changes, of which only AWS\'s metric can tell', async () => {
  await drill({
    kinds: [AlarmKind.DROPPED],
    subject: `Subscriber ${DIRECT}`,
    subscriber: DIRECT,
    provoke: () => feed.put('AWS/Lambda', 'DroppedEventCount', 1, { EventSourceMappingUUID: readers[DIRECT].mappingId }),
    mend: async () => undefined,
  });
}, 120_000);

test('a queue that is paused and forgotten', async () => {
  await commandLine(['pause', '--stack', STACK, '--subscriber', QUEUED], env()).ended;
  await write('backlog', 1);
  const QueueName = readers[QUEUED].queueUrl.split('/').pop();
  const began = Date.now();
  await drill({
    kinds: [AlarmKind.BACKLOG],
    subject: `Subscriber ${QUEUED}`,
    subscriber: QUEUED,
    provoke: () => feed.put('AWS/SQS', 'ApproximateAgeOfOldestMessage', Math.round((Date.now() - began) / 1000), { QueueName }),
    mend: async () => undefined,
  });
  await applied(QUEUED, 'backlog', 1);
}, 120_000);

test('a queue that is gone: its changes are spilled, and drained when it is back', async () => {
  const QueueUrl = readers[QUEUED].queueUrl;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  await drill({
    kinds: [AlarmKind.FAILING_TARGETS],
    subject: 'The relay',
    subscriber: 'cdc.relay',
    provoke: async (round) => void await write('spilled', round),
    mend: async () => {
      const kept = ['FifoQueue', 'VisibilityTimeout', 'MessageRetentionPeriod', 'RedrivePolicy', 'DeduplicationScope', 'FifoThroughputLimit'] as const;
      const again = Object.fromEntries(kept.filter((name) => Attributes[name]).map((name) => [name, Attributes[name]]));
      await sqs.send(new CreateQueueCommand({ QueueName: QueueUrl.split('/').pop(), Attributes: again }));
      await write('spilled', 1000);
      const FunctionName = readers['cdc.relay'].functionName;
      const Payload = JSON.stringify({ drain: app.outputs.ItemsTable });
      await until('the spill is drained', async () => {
        // What the schedule does once a minute.
        await lambda.send(new InvokeCommand({ FunctionName, Payload }));
        const look = commandLine(['status', '--stack', STACK, '--subscriber', QUEUED, '--json'], env());
        await look.ended;
        return JSON.parse(look.output()).spilled === 0;
      });
      await applied(QUEUED, 'spilled', 1000);
    },
  });
}, 120_000);

test('a message that ended its function again and again', async () => {
  const QueueUrl = id(/^ItemsRelayQueuesDeadLetters/);
  const QueueName = QueueUrl.split('/').pop()!;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}', MessageGroupId: 'group', MessageDeduplicationId: 'one' }));
  const measured = async () => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }));
    await feed.put('AWS/SQS', 'ApproximateNumberOfMessagesVisible', Number(Attributes?.ApproximateNumberOfMessages), { QueueName });
  };
  await drill({
    kinds: [AlarmKind.DEAD_LETTERS],
    subject: 'The relay',
    subscriber: 'cdc.relay',
    provoke: measured,
    // The emulator has no message move tasks.
    mend: async () => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
      await measured();
    },
  });
}, 120_000);
