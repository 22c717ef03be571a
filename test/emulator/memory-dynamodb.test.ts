/** What the simulation takes for DynamoDB answers the ledger as the emulator's DynamoDB does: the same assertions against both. */

import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { scratch } from './harness';
import { LEDGER } from '../../src/contract/ledger';
import { Emulator, startEmulator } from '../../src/local/emulator';
import { MemoryDynamoDb } from '../../src/local/simulate/memory-dynamodb';
import { AlreadyAppliedError, CommitConditionError } from '../../src/runtime';
import { documentClient } from '../../src/runtime/aws/dynamodb';
import type { CommitWrite } from '../../src/runtime/change/context';
import { commitTransaction } from '../../src/runtime/commit';
import { FencedLedger } from '../../src/runtime/ledger/fenced-ledger';
import { Ledger } from '../../src/runtime/ledger/ledger';
import { writePositions } from '../../src/runtime/ledger/mark-statements';
import { PersistedClaim } from '../../src/runtime/long/persisted-claim';
import { LongWorkerPorts } from '../../src/runtime/long/ports';
import { DocumentClient } from '../../src/runtime/ports';
import { LATEST } from '../../src/runtime/relay/record-latest';
import { systemClock } from '../../src/runtime/system';

jest.mock('../../src/runtime/aws/load-sdk', () => ({
  // Jest's modules know no dynamic import.
  loadSdk: async () => [jest.requireActual('@aws-sdk/client-dynamodb'), jest.requireActual('@aws-sdk/lib-dynamodb')],
}));

const TABLE = 'Ledger';
const EFFECTS = 'Effects';
const at = (position: number) => `label#${String(position).padStart(40, '0')}`;

let emulator: Emulator;
let directory: ReturnType<typeof scratch>;

beforeAll(async () => {
  directory = scratch('memory-dynamodb');
  emulator = await startEmulator({ stateFile: join(directory.path, 'state.json') });
  Object.assign(process.env, { AWS_ENDPOINT_URL: emulator.endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const dynamodb = new DynamoDBClient({});
  for (const [TableName, key] of [[TABLE, LEDGER.KEY], [EFFECTS, 'id']]) {
    await dynamodb.send(new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    }));
  }
  dynamodb.destroy();
});

afterAll(async () => {
  await emulator?.stop();
  directory?.remove();
});

describe.each<[string, () => DocumentClient]>([
  ['in memory', () => new MemoryDynamoDb({ [TABLE]: LEDGER.KEY, [EFFECTS]: 'id' })],
  ['on the emulator', () => documentClient()],
])('DynamoDB %s', (_name, connect) => {
  let client: DocumentClient;
  let ledger: Ledger;
  const { signal } = new AbortController();
  const retry = { clock: systemClock, random: () => 0, signal };
  const row = async (pk: string) => (await ledger.read([pk], signal)).get(pk);
  const sum = (id: string, condition?: string): CommitWrite => ({
    Update: {
      TableName: EFFECTS,
      Key: { id },
      UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
      ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
      ...(condition && { ConditionExpression: condition }),
    },
  });
  const effect = async (id: string) => (await client.batchGet({ RequestItems: { [EFFECTS]: { Keys: [{ id }], ConsistentRead: true } } }))
    .Responses?.[EFFECTS]?.[0]?.n;

  beforeAll(() => {
    client = connect();
    ledger = new Ledger({ client, table: TABLE, subscriber: 'Test', clock: systemClock, random: () => 0 });
  });

  test('a mark is inserted, moves forward and never back', async () => {
    await ledger.writeMarks([{ pk: 'mark', at: at(5), exists: false }], signal);
    await ledger.writeMarks([{ pk: 'mark', at: at(7), exists: false }, { pk: 'other', at: at(1), exists: true }], signal);
    await ledger.writeMarks([{ pk: 'mark', at: at(6), exists: true }], signal);
    expect(await row('mark')).toMatchObject({ mark: at(7), v: 1 });
    expect(await row('other')).toMatchObject({ mark: at(1) });
    expect(await row('nobody')).toBeUndefined();
  });

  test('attempts are remembered for the change that is open, and for no other', async () => {
    expect(await ledger.writeFailing('failing', { at: at(2), n: 1, first: 1 }, signal)).toBe(true);
    expect(await row('failing')).toMatchObject({ mark: '', failing: { at: at(2), n: 1, first: 1 } });
    await ledger.writeMarks([{ pk: 'failing', at: at(3), exists: true }], signal);
    expect(await ledger.writeFailing('failing', { at: at(2), n: 2, first: 1 }, signal)).toBe(false);
  });

  test('a parked item takes no mark, does not expire, and its tail moves forward only', async () => {
    const parked = { at: at(2), since: 1, tail: at(2) };
    await ledger.writeMarks([{ pk: 'parked', at: at(1), exists: false }], signal);
    expect(await ledger.park('parked', parked, signal)).toBe(true);
    expect(await ledger.park('parked', parked, signal)).toBe(false);
    await ledger.writeMarks([{ pk: 'parked', at: at(9), exists: true }], signal);
    expect(await ledger.extendParked('parked', parked, at(4), signal)).toBe(true);
    expect(await ledger.extendParked('parked', parked, at(3), signal)).toBe(false);
    const kept = await row('parked');
    expect(kept).toMatchObject({ mark: at(1), parked: { at: at(2), tail: at(4) } });
    expect(kept).not.toHaveProperty(LEDGER.EXPIRES);
  });

  test('a commit writes effect and mark together, once', async () => {
    const commit = (position: number, ...writes: CommitWrite[]) => commitTransaction({ client, retry, mark: ledger.markWrite('commit', at(position)) }, writes);
    await commit(1, sum('sum'));
    await expect(commit(1, sum('sum'))).rejects.toBeInstanceOf(AlreadyAppliedError);
    await expect(commit(2, sum('sum'), sum('absent', 'attribute_exists(id)'))).rejects.toMatchObject({ name: 'CommitConditionError', failedWrites: [1] });
    await expect(commit(1, sum('absent', 'attribute_exists(id)'))).rejects.not.toBeInstanceOf(CommitConditionError);
    expect(await effect('sum')).toBe(1);
    expect(await row('commit')).toMatchObject({ mark: at(1) });
  });

  test('a transaction sent twice under one token is made once', async () => {
    const input = { TransactItems: [sum('token')], ClientRequestToken: 'one-token' };
    await client.transactWrite(input);
    await client.transactWrite(input);
    expect(await effect('token')).toBe(1);
  });

  test('an outage is remembered, and forgotten', async () => {
    await ledger.writeOutage('health', { signature: 'Error', at: 1 }, signal);
    expect(await row('health')).toMatchObject({ outage: { signature: 'Error', at: 1 } });
    await ledger.writeOutage('health', undefined, signal);
    expect(await row('health')).not.toHaveProperty(LEDGER.OUTAGE);
  });

  /** What the worker of long work has besides, of which a claim uses little. */
  const claimOf = (owner: string, messageId: string, receives: number) => new PersistedClaim({
    client,
    ledgerTable: TABLE,
    settings: { subscriber: 'Test', longWork: { leaseSeconds: 30 } },
    clock: systemClock,
    monotonic: () => performance.now(),
    random: () => 0,
    visibility: { change: async () => undefined },
    logger: { warn: () => undefined },
  } as unknown as LongWorkerPorts, { owner, messageId, receives, receiptHandle: owner });

  test('an item is claimed by one delivery at a time, and its row is written by the last one only', async () => {
    const first = claimOf('first', 'm1', 1);
    const fenced = new FencedLedger({ client, table: TABLE, subscriber: 'Test', clock: systemClock, random: () => 0 }, first);
    expect(await first.acquire('claim', at(3), signal)).toMatchObject({ v: 1, mark: '', latest: '', fence: 1, claim: { owner: 'first', message: 'm1', receives: 1 } });
    await expect(claimOf('again', 'm1', 1).acquire('claim', at(3), signal)).rejects.toMatchObject({ name: 'ClaimHeldError' });
    await fenced.writeMarks([{ pk: 'claim', at: at(1), exists: true }], signal);
    await first.confirm(signal);

    const second = claimOf('second', 'm1', 2);
    expect(await second.acquire('claim', at(3), signal)).toMatchObject({ fence: 2, mark: at(1) });
    await expect(fenced.writeMarks([{ pk: 'claim', at: at(2), exists: true }], signal)).rejects.toMatchObject({ name: 'ClaimLostError' });
    await expect(first.confirm(signal)).rejects.toMatchObject({ name: 'ClaimLostError' });
    expect(await fenced.writeFailing('claim', { at: at(2), n: 1, first: 1 }, signal)).toBe(false);
    expect(await fenced.park('claim', { at: at(2), since: 1, tail: at(2) }, signal)).toBe(false);
    await expect(commitTransaction({ client, retry, mark: fenced.markWrite('claim', at(2)) }, [sum('fenced')])).rejects.toBeInstanceOf(AlreadyAppliedError);
    expect(await effect('fenced')).toBeUndefined();
    expect(await row('claim')).toMatchObject({ mark: at(1), fence: 2 });

    const rest = new FencedLedger({ client, table: TABLE, subscriber: 'Test', clock: systemClock, random: () => 0 }, second);
    await commitTransaction({ client, retry, mark: rest.markWrite('claim', at(3)) }, [sum('fenced')]);
    expect(await effect('fenced')).toBe(1);
    const done = claimOf('third', 'm1', 3);
    expect(await done.acquire('claim', at(3), signal)).toMatchObject({ mark: at(3) });
    expect(done.held).toBeUndefined();
    for (const claim of [first, second, done]) claim.end();
  });

  test('a parked item is claimed without an expiry', async () => {
    await ledger.park('claim-parked', { at: at(2), since: 1, tail: at(2) }, signal);
    const claim = claimOf('one', 'm2', 1);
    expect(await claim.acquire('claim-parked', at(5), signal)).toMatchObject({ fence: 1, parked: { at: at(2) } });
    expect(await row('claim-parked')).not.toHaveProperty(LEDGER.EXPIRES);
    claim.end();
  });

  test('the newest change is recorded in a row that is there and in one that is not, and never moves back', async () => {
    const target = { client, table: TABLE, subscriber: 'Test', expires: 2_000_000_000, retry };
    const record = (position: number, exists: boolean) => writePositions(target, [{ pk: 'latest', at: at(position), exists }], LATEST);
    await record(5, true);
    await record(4, true);
    await record(7, false);
    expect(await row('latest')).toMatchObject({ mark: '', latest: at(7), exp: 2_000_000_000 });
  });

  test('fails for more keys or statements than a request takes', async () => {
    const Keys = Array.from({ length: 101 }, (_, index) => ({ [LEDGER.KEY]: String(index) }));
    await expect(client.batchGet({ RequestItems: { [TABLE]: { Keys, ConsistentRead: true } } })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
