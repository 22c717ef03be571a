import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { serialize } from 'node:v8';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, NumberValue, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { canonical, canonicalItem, item, mapOf, NAMES, nested, number, numberSet } from './values';
import { ExactNumber } from '../../../src/runtime';
import { sdkDynamoDb } from '../../../src/runtime/aws/sdk-dynamodb';
import { RawItem, RawValue } from '../../../src/runtime/change/attribute-value';
import { readItem, readValue } from '../../../src/runtime/change/read-value';

// Jest runs no dynamic import of a module that it does not load itself.
jest.mock('../../../src/runtime/aws/load-sdk', () => ({
  loadSdk: async () => [jest.requireActual('@aws-sdk/client-dynamodb'), jest.requireActual('@aws-sdk/lib-dynamodb')],
}));

/** What reaches DynamoDB, as it stands in the request. */
describe('a value that was read is written back', () => {
  let server: Server;
  let bodies: string[];
  const before = { ...process.env };

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
  });

  beforeEach(() => { bodies = []; });

  afterAll(async () => {
    process.env = before;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  /** Puts the item with the runtime's own client, and reads the request. */
  async function committed(Item: object): Promise<RawItem> {
    bodies = [];
    await (await sdkDynamoDb()).transactWrite({ TransactItems: [{ Put: { TableName: 'T', Item } }], ClientRequestToken: 'token' });
    return (JSON.parse(bodies[0]) as { TransactItems: [{ Put: { Item: RawItem } }] }).TransactItems[0].Put.Item;
  }

  /** As a handler does with a client of its own. */
  async function put(Item: object): Promise<RawItem> {
    bodies = [];
    await DynamoDBDocumentClient.from(new DynamoDBClient()).send(new PutCommand({ TableName: 'T', Item: Item as Record<string, unknown> }));
    return (JSON.parse(bodies[0]) as { Item: RawItem }).Item;
  }

  test('every item commits as it was read, numbers with the same value', async () => {
    await fc.assert(fc.asyncProperty(item, async (raw) => {
      expect(canonicalItem(await committed(readItem(raw)))).toEqual(canonicalItem(raw));
    }), { numRuns: 300 });
  }, 60_000);

  test.each<[string, RawValue]>([
    ['the integer 10^18', { N: '1000000000000000000' }],
    ['the largest integer that is safe', { N: '9007199254740991' }],
    ['the first one that is not', { N: '9007199254740992' }],
    ['the largest magnitude', { N: '-9.9999999999999999999999999999999999999E+125' }],
    ['the smallest magnitude', { N: '1E-130' }],
    ['a set with numbers of both kinds', { NS: ['1', '1000000000000000000', '0.5', '12345678901234567890.5'] }],
    ['a set whose first number is not safe', { NS: ['-1000000000000000000', '2'] }],
    ['an empty text', { S: '' }],
    ['empty binary', { B: '' }],
    ['an empty list', { L: [] }],
    ['an empty map', { M: {} }],
    ['null', { NULL: true }],
    ['binary', { B: 'AAEC/w==' }],
    ['a set of binary', { BS: ['', 'AAEC/w=='] }],
    ['a value 32 levels deep', nested({ N: '1000000000000000000' }, 32)],
    ['a map with the names of JavaScript', { M: mapOf(NAMES.map((name) => [name, { M: mapOf(NAMES.map((inner) => [inner, { S: inner }])) }])) }],
  ])('%s', async (_name, raw) => {
    expect(canonicalItem(await committed(readItem({ id: { S: 'a' }, raw })))).toEqual(canonicalItem({ id: { S: 'a' }, raw }));
  });

  test('as key and as expression value', async () => {
    const big = readValue({ N: '1000000000000000000' });
    await (await sdkDynamoDb()).transactWrite({
      TransactItems: [{
        Update: { TableName: 'T', Key: { id: big }, UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': big, ':m': readItem(mapOf([['__proto__', { S: 'x' }]])) } },
      }, { Delete: { TableName: 'T', Key: { id: big } } }],
      ClientRequestToken: 'token',
    });
    const big18 = '{"N":"1000000000000000000"}';
    expect(bodies[0]).toContain(`"Update":{"Key":{"id":${big18}}`);
    expect(bodies[0]).toContain(`"ExpressionAttributeValues":{":a":${big18},":m":{"M":{"__proto__":{"S":"x"}}}}`);
    expect(bodies[0]).toContain(`"Delete":{"Key":{"id":${big18}}`);
  });

  test('a number of the SDK\'s, from another copy of its class', async () => {
    class Foreign extends NumberValue {}
    const foreign = Object.create({ toAttributeValue: () => ({ N: '12345678901234567890' }) }) as object;
    expect(await committed({ a: NumberValue.from('1.5'), b: new Foreign('2.5'), c: foreign, d: new Set([foreign, 1]) })).toEqual({
      a: { N: '1.5' }, b: { N: '2.5' }, c: { N: '12345678901234567890' }, d: { NS: ['12345678901234567890', '1'] },
    });
  });

  test.each<[string, unknown]>([
    ['a date', new Date(0)],
    ['an instance of a class', new (class Order {})()],
    ['a symbol', Symbol('s')],
    ['an empty set', new Set()],
    ['a set of two types', new Set(['a', 1])],
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['an unsafe number', 2 ** 53],
  ])('fails on %s, and sends nothing', async (_name, bad) => {
    await expect(committed({ id: 'a', bad: { nested: [bad] } })).rejects.toThrow();
    expect(bodies).toEqual([]);
  });

  test('fails on what contains itself, and sends nothing', async () => {
    const circular: { [name: string]: unknown } = {};
    circular.self = [circular];
    await expect(committed({ id: 'a', circular })).rejects.toThrow(/contains itself/);
    expect(bodies).toEqual([]);
  });

  test('leaves out what is undefined', async () => {
    expect(await committed({ id: 'a', none: undefined, list: [1, undefined, 2], map: { none: undefined }, set: new Set(['a', undefined]) })).toEqual({
      id: { S: 'a' }, list: { L: [{ N: '1' }, { N: '2' }] }, map: { M: {} }, set: { SS: ['a'] },
    });
  });

  test('a client of the handler\'s own writes every number the same or refuses it', async () => {
    const numbers: fc.Arbitrary<RawValue> = fc.oneof(number.map((N) => ({ N })), numberSet);
    await fc.assert(fc.asyncProperty(numbers, async (raw) => {
      const sent = await put({ id: 'a', raw: readValue(raw) }).catch((error: Error) => error.message);
      if (typeof sent === 'string') expect(sent).toMatch(/Unsupported type passed|Only Number Set|Use NumberValue/);
      else expect(canonical(sent.raw)).toEqual(canonical(raw));
    }), { numRuns: 200 });
  }, 60_000);

  describe('an exact number that was copied', () => {
    const exact = () => readValue({ N: '12345678901234567890' }) as ExactNumber;

    test.each<[string, (value: unknown) => unknown]>([
      ['structuredClone', (value) => structuredClone(value)],
      ['structuredClone of what holds it', (value) => structuredClone({ image: [{ value }] })],
      ['v8.serialize', (value) => serialize(value)],
      ['postMessage', (value) => new MessageChannel().port1.postMessage(value)],
    ])('%s refuses, and says what to do', (_name, copy) => {
      expect(() => copy(exact())).toThrow(/ExactNumber.*toString/);
    });

    test.each<[string, (value: ExactNumber) => unknown]>([
      ['spread', (value) => ({ ...value })],
      ['Object.assign', (value) => Object.assign({}, value)],
      ['a clone that keeps the prototype', (value) => Object.assign(Object.create(Object.getPrototypeOf(value) as object) as object, value)],
      ['a clone by property descriptors', (value) => Object.defineProperties({}, Object.getOwnPropertyDescriptors(value))],
    ])('%s keeps it a number', async (_name, copy) => {
      expect(await committed({ id: 'a', copy: copy(exact()) })).toEqual({ id: { S: 'a' }, copy: { N: '12345678901234567890' } });
    });

    test('a clone of its text properties alone is refused when it is written', async () => {
      const stripped = Object.fromEntries(Object.entries(exact()));
      await expect(committed({ id: 'a', stripped })).rejects.toThrow();
      await expect(put({ id: 'a', stripped })).rejects.toThrow();
      expect(bodies).toEqual([]);
    });

    test('a client that turns instances into maps refuses it too', async () => {
      const client = DynamoDBDocumentClient.from(new DynamoDBClient(), { marshallOptions: { convertClassInstanceToMap: true } });
      await expect(client.send(new PutCommand({ TableName: 'T', Item: { id: 'a', exact: exact() } }))).rejects.toThrow();
      expect(bodies).toEqual([]);
    });

    test('JSON has its digits as text', () => {
      expect(JSON.parse(JSON.stringify({ a: exact() }))).toEqual({ a: '12345678901234567890' });
    });
  });
});
