/** What Lambda calls, from the outside: each door tells a batch from a redrive, and answers each in its own form. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { json, LocalService, Received } from './aws/server';
import { record, STREAM_ARN } from './harness';
import { message } from './queue/harness';
import { StreamRecord } from '../../src/runtime/change/record';
import { createHandler } from '../../src/runtime/create-handler';
import { createLongWorker } from '../../src/runtime/long/create-long-worker';
import { createWorker } from '../../src/runtime/queue/create-worker';
import { createRelay } from '../../src/runtime/relay/create-relay';

const calls: string[] = [];

// Jest cannot import at run time.
jest.mock('../../src/runtime/user-handler', () => ({
  loadHandler: async () => ({ sequenceNumber }: { sequenceNumber: string }) => void calls.push(sequenceNumber),
}));
jest.mock('../../src/runtime/aws/load-sdk', () => ({
  loadSdk: async () => [jest.requireActual('@aws-sdk/client-dynamodb'), jest.requireActual('@aws-sdk/lib-dynamodb')],
}));

const CONTEXT = { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 } as Context;
const QUEUE_URL = 'http://queue.invalid/000000000000/email.fifo';
const before = { ...process.env };

let root: string;
let service: LocalService;
const write = jest.spyOn(process.stdout, 'write');

/** Everything is taken, and nothing was there before. */
function answerTo({ target, body }: Received): object {
  const input = JSON.parse(body);
  switch (target.split('.')[1]) {
    case 'BatchGetItem': return { Responses: {}, UnprocessedKeys: {} };
    case 'BatchExecuteStatement': return { Responses: input.Statements.map(() => ({})) };
    case 'UpdateItem': return { Attributes: { ...input.Key, v: { N: '1' }, fence: { N: '1' } } };
    case 'GetParameters': return { Parameters: [{ Value: JSON.stringify({ email: QUEUE_URL }) }] };
    default: return { Successful: (input.Entries ?? []).map(({ Id }: { Id: string }) => ({ Id })), Failed: [] };
  }
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-doors-'));
  writeFileSync(join(root, 'cdk-dynamodb-cdc-routes.json'), JSON.stringify({ version: 1, targets: [{ name: 'email', orderBy: 'ITEM' }] }));
  service = await LocalService.start((received, response) => json(response, answerTo(received)));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: service.endpoint,
    CDC_LEDGER_TABLE: 'Ledger',
    CDC_FAILURE_BUCKET: 'failures',
    CDC_QUEUE_URL: QUEUE_URL,
    CDC_QUEUE_PARAMETERS: '/cdc/queues',
    CDC_SETTINGS: JSON.stringify({
      version: 1,
      subscriber: 'Test',
      handler: 'index.onChange',
      orderBy: 'ITEM',
      concurrency: 5,
      flushSize: 25,
      maxAttempts: 5,
      attemptSpanMillis: 60_000,
      onPoison: 'PARK_ITEM',
      maxRecordAgeSeconds: 345_600,
      logLevel: 'INFO',
      logErrorMessages: false,
      longestPauseSeconds: 60,
      longWork: { workMillis: 10_000, leaseSeconds: 30, onNewerChange: 'PROCESS_EACH' },
    }),
  });
});

afterAll(async () => {
  process.env = { ...before };
  await service.stop();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  calls.length = 0;
  service.received.length = 0;
  write.mockImplementation(() => true);
});
afterEach(() => write.mockReset());

const fresh = () => record('a', { createdAt: Date.now() });
const sequence = (one: StreamRecord) => one.dynamodb!.SequenceNumber!;
const operations = () => service.received.map(({ target }) => target.split('.')[1]);

function redriveOf(change: StreamRecord, fields: object = {}): never {
  const position = `2026-11-23T18:31:00.000#${sequence(change).padStart(40, '0')}`;
  const stored = {
    position, keyHash: 'item', record: change, sequenceNumber: sequence(change), streamArn: STREAM_ARN, reason: 'PERMANENT_ERROR', storedAt: new Date().toISOString(),
  };
  return { cdcRedrive: 1, subscriber: 'Test', action: 'REDRIVE', outOfOrder: false, applyUnknown: false, changes: [stored], ...fields } as never;
}

const fromStream = (changes: StreamRecord[]) => changes;
const fromQueue = (changes: StreamRecord[]) => changes.map((change) => message([change], { sentAt: Date.now() }));

describe.each([
  ['of a stream', createHandler, fromStream], ['of a queue', createWorker, fromQueue], ['of a queue whose work takes long', createLongWorker, fromQueue],
])('the door %s', (_what, create, deliver) => {
  const invoke = async (event: object): Promise<unknown> => (await create(root))(event as never, CONTEXT);

  test('hands the changes of a batch to the handler, and names those that are not settled', async () => {
    const one = fresh();
    expect(await invoke({ Records: deliver([one]) })).toEqual({ batchItemFailures: [] });
    expect(calls).toEqual([sequence(one)]);
  });

  test('takes a redrive for no batch: answers for each of its changes', async () => {
    const one = fresh();
    expect(await invoke(redriveOf(one))).toEqual({ cdcRedrive: 1, results: [{ outcome: 'APPLIED' }] });
    expect(calls).toEqual([sequence(one)]);
  });

  test('discards without the handler', async () => {
    expect(await invoke(redriveOf(fresh(), { action: 'DISCARD' }))).toEqual({ cdcRedrive: 1, results: [{ outcome: 'DISCARDED' }] });
    expect(calls).toEqual([]);
  });

  test.each([
    ['of another version', { cdcRedrive: 2 }], ['without a version', { cdcRedrive: null }], ['for another subscriber', { subscriber: 'Other' }],
    ['that looks like a batch', { cdcRedrive: 0, Records: [] }],
  ])('refuses a redrive %s, and touches nothing', async (_redrive, fields) => {
    await expect(invoke(redriveOf(fresh(), fields))).rejects.toMatchObject({ name: 'RedriveRequestError' });
    expect(calls).toEqual([]);
    expect(operations()).toEqual([]);
  });

  test('has nothing to name of a redrive without changes', async () => {
    expect(await invoke(redriveOf(fresh(), { changes: [] }))).toEqual({ cdcRedrive: 1, results: [] });
    expect(operations()).toEqual([]);
  });
});

describe.each([['of a queue', createWorker], ['of a queue whose work takes long', createLongWorker]])('the door %s', (_what, create) => {
  test.each([[{}], [{ Records: [] }]])('settles nothing where there is nothing: %j', async (event) => {
    expect(await (await create(root))(event as never, CONTEXT)).toEqual({ batchItemFailures: [] });
    expect(operations()).toEqual([]);
  });

  test('names a message that cannot be settled', async () => {
    const broken = message([], { body: 'no JSON' });
    const answer = await (await create(root))({ Records: [broken] } as never, CONTEXT);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: broken.messageId }] });
    expect(calls).toEqual([]);
  });
});

describe('the door of the relay', () => {
  const invoke = async (event: object): Promise<unknown> => (await createRelay(root))(event as never, CONTEXT);
  const sent = () => service.received.filter(({ target }) => target === 'AmazonSQS.SendMessageBatch').map(({ body }) => JSON.parse(body));

  test('sends the changes of a batch', async () => {
    const one = fresh();
    expect(await invoke({ Records: [one] })).toEqual({ batchItemFailures: [] });
    expect(sent()).toEqual([{ QueueUrl: QUEUE_URL, Entries: [expect.objectContaining({ MessageBody: JSON.stringify({ v: 1, changes: [one] }) })] }]);
  });

  test('takes a redrive for no batch: marks what it sends, and answers how much the queue has taken', async () => {
    const one = fresh();
    const answer = await invoke({ cdcRelayRedrive: 1, generation: 'g1', changes: [one], except: [] });
    expect(answer).toEqual({ cdcRelayRedrive: 1, results: [{ name: 'email', wanted: 1, sent: 1 }] });
    const body = JSON.stringify({ v: 1, changes: [one], givenUp: true });
    expect(sent()).toEqual([{ QueueUrl: QUEUE_URL, Entries: [expect.objectContaining({ MessageBody: body })] }]);
  });

  test.each([[{ cdcRelayRedrive: 2 }], [{ cdcRelayRedrive: null }]])('refuses a redrive of another version, and sends nothing: %j', async (fields: object) => {
    await expect(invoke({ cdcRelayRedrive: 1, generation: 'g1', changes: [fresh()], except: [], ...fields })).rejects.toThrow('version');
    expect(sent()).toEqual([]);
  });

  test('drains when its schedule says so, and answers nothing', async () => {
    expect(await invoke({ drain: 'Orders' })).toBeUndefined();
    expect(sent()).toEqual([]);
    expect(operations()).toContain('BatchGetItem');
  });

  test.each([[{}], [{ Records: [] }]])('sends nothing where there is nothing: %j', async (event) => {
    expect(await invoke(event)).toEqual({ batchItemFailures: [] });
    expect(sent()).toEqual([]);
  });
});
