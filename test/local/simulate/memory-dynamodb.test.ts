/** The store of the simulations refuses what the runtime's own client and DynamoDB refuse, with the same errors. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MemoryDynamoDb } from '../../../src/local/simulate/memory-dynamodb';
import { sdkDynamoDb } from '../../../src/runtime/aws/sdk-dynamodb';
import type { CommitWrite } from '../../../src/runtime/change/context';

jest.mock('../../../src/runtime/aws/load-sdk', () => ({
  // Jest's modules know no dynamic import.
  loadSdk: async () => [jest.requireActual('@aws-sdk/client-dynamodb'), jest.requireActual('@aws-sdk/lib-dynamodb')],
}));

const KILOBYTE = 1024;
const store = () => new MemoryDynamoDb({ Table: 'id' });
const put = (item: object): CommitWrite => ({ Put: { TableName: 'Table', Item: { id: 'a', ...item } } });
const transact = (db: MemoryDynamoDb, writes: CommitWrite[], token = 'token') => db.transactWrite({ TransactItems: writes, ClientRequestToken: token });
const text = (bytes: number) => 'x'.repeat(bytes);

class Money {
  public amount = 1;
}

const circular: { self?: unknown } = {};
circular.self = circular;

const REFUSED: readonly [string, unknown][] = [
  ['a date', new Date(0)], ['an instance of a class', new Money()], ['an empty set', new Set()], ['NaN', NaN], ['Infinity', Infinity],
  ['a number beyond 2^53', 2 ** 53], ['a symbol', Symbol('x')], ['a set of two types', new Set(['a', 1])], ['a value that contains itself', circular],
  ['an error', new Error('x')], ['a date in a list in a map', { list: [{ at: new Date(0) }] }],
];

describe('values', () => {
  beforeAll(() => {
    // Nothing is to leave the process: what is refused is refused before.
    jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(async () => ({}));
    Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  });

  afterAll(() => jest.restoreAllMocks());

  test.each(REFUSED)('%s is refused as by the client that the runtime uses', async (_what, value) => {
    const real = await (await sdkDynamoDb()).transactWrite({ TransactItems: [put({ value })], ClientRequestToken: 'token' }).then(() => undefined, (error: Error) => error);
    const ours = await transact(store(), [put({ value })]).then(() => undefined, (error: Error) => error);
    expect(real).toBeInstanceOf(Error);
    expect([ours?.name, ours?.message]).toEqual([real!.name, real!.message]);
  });

  test('what is undefined or a function is left out, and what a handler does afterwards changes nothing', async () => {
    const db = store();
    const list = [1];
    await transact(db, [put({ list, gone: undefined, method: () => 1, binary: new Uint8Array([1, 2]), set: new Set(['x']), nothing: null })]);
    list.push(2);
    expect(db.table('Table').get('a')).toEqual({ id: 'a', list: [1], binary: new Uint8Array([1, 2]), set: new Set(['x']), nothing: null });
  });
});

describe('limits', () => {
  test('an item holds 400 KB: a larger one cancels its transaction', async () => {
    const db = store();
    await transact(db, [put({ text: text(400 * KILOBYTE - 20) })]);
    await expect(transact(db, [put({ text: text(400 * KILOBYTE) })], 'other')).rejects.toMatchObject({
      name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'ValidationError' }],
    });
    const grow = { TableName: 'Table', Key: { id: 'a' }, UpdateExpression: 'SET more = :more', ExpressionAttributeValues: { ':more': text(KILOBYTE) } };
    await expect(db.update(grow)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('a transaction holds 100 writes and 4 MB', async () => {
    const puts = (count: number, bytes: number) => Array.from({ length: count }, (_, index) => ({ Put: { TableName: 'Table', Item: { id: `${index}`, text: text(bytes) } } }));
    await transact(store(), puts(100, 1));
    for (const writes of [[], puts(101, 1), puts(11, 399 * KILOBYTE)]) {
      await expect(transact(store(), writes)).rejects.toMatchObject({ name: 'ValidationException' });
    }
  });

  test('a token stands for one transaction', async () => {
    const db = store();
    await transact(db, [put({ n: 1 })]);
    await transact(db, [put({ n: 1 })]);
    await expect(transact(db, [put({ n: 2 })])).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  test('a read takes 100 keys, none twice, and answers 16 MB', async () => {
    const db = store();
    for (let index = 0; index < 50; index += 1) await transact(db, [{ Put: { TableName: 'Table', Item: { id: `${index}`, text: text(399 * KILOBYTE) } } }], `${index}`);
    const read = (keys: readonly string[]) => db.batchGet({ RequestItems: { Table: { Keys: keys.map((id) => ({ id })), ConsistentRead: true } } });
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
    const { Responses, UnprocessedKeys } = await read(ids(50));
    expect(Responses!.Table).toHaveLength(41);
    expect(UnprocessedKeys!.Table.Keys).toEqual(ids(50).slice(41).map((id) => ({ id })));
    await expect(read(ids(101))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(read(['1', '1'])).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('a batch of statements takes 25', async () => {
    await expect(store().batchExecuteStatement({ Statements: Array.from({ length: 26 }, () => ({ Statement: '', Parameters: [] })) }))
      .rejects.toMatchObject({ name: 'ValidationException' });
  });
});
