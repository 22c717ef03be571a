import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchExecuteStatementCommand, BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { json, LocalService, Respond } from './server';
import { documentClient } from '../../../src/runtime/aws/dynamodb';
import { JsonApi } from '../../../src/runtime/aws/json-api';
import { DocumentClient } from '../../../src/runtime/ports';

jest.mock('../../../src/runtime/aws/load-sdk', () => ({
  loadSdk: async () => [jest.requireActual('@aws-sdk/client-dynamodb'), jest.requireActual('@aws-sdk/lib-dynamodb')],
}));

const READ = { RequestItems: { Ledger: { Keys: [{ pk: 'one' }, { pk: 'tw\u00f6' }], ConsistentRead: true } } };
const WRITE = {
  Statements: [
    { Statement: 'INSERT INTO "Ledger" VALUE {\'pk\': ?, \'v\': ?}', Parameters: ['one', 1] },
    { Statement: 'UPDATE "Ledger" SET mark = ? WHERE pk = ?', Parameters: ['label#7', 'tw\u00f6'] },
  ],
};

let service: LocalService;
let api: JsonApi;
let client: DocumentClient;
const before = { ...process.env };

async function start(respond: Respond): Promise<void> {
  service = await LocalService.start(respond);
  api = new JsonApi({ service: 'dynamodb', region: 'us-east-1', endpoint: service.endpoint });
  client = documentClient(api);
}

beforeEach(() => void Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }));

afterEach(async () => {
  process.env = { ...before };
  await service.stop();
  await api.close();
});

test('requests say what the document client\'s say', async () => {
  await start((_received, response) => json(response, {}));
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const document = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1', endpoint: service.endpoint, credentials, maxAttempts: 1 }));
  await document.send(new BatchGetCommand(READ));
  await document.send(new BatchExecuteStatementCommand(WRITE));
  document.destroy();
  await client.batchGet(READ);
  await client.batchExecuteStatement(WRITE);
  const [readBySdk, writeBySdk, read, write] = service.received.map(({ target, body }) => [target, JSON.parse(body) as object]);
  expect(read).toEqual(readBySdk);
  expect(write).toEqual(writeBySdk);
});

test('rows arrive as values, and what was not read can be asked for as it stands', async () => {
  await start((_received, response) => json(response, {
    Responses: {
      Ledger: [{
        pk: { S: 'one' },
        v: { N: '1' },
        exp: { N: '1795000000' },
        mark: { S: 'label#1' },
        failing: { M: { at: { S: 'label#2' }, n: { N: '3' }, first: { N: '1790000000123' }, unfinished: { BOOL: true } } },
      }],
    },
    UnprocessedKeys: { Ledger: { Keys: [{ pk: { S: 'tw\u00f6' } }], ConsistentRead: true } },
  }));
  expect(await client.batchGet(READ)).toEqual({
    Responses: {
      Ledger: [{ pk: 'one', v: 1, exp: 1795000000, mark: 'label#1', failing: { at: 'label#2', n: 3, first: 1790000000123, unfinished: true } }],
    },
    UnprocessedKeys: { Ledger: { Keys: [{ pk: 'tw\u00f6' }] } },
  });
});

test('an answer without anything in it holds no rows', async () => {
  await start((_received, response) => json(response, {}));
  expect(await client.batchGet(READ)).toEqual({ Responses: {}, UnprocessedKeys: {} });
});

test('statements that were refused are told by their codes', async () => {
  const Responses = [{ TableName: 'Ledger' }, { Error: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' } }];
  await start((_received, response) => json(response, { Responses }));
  expect((await client.batchExecuteStatement(WRITE)).Responses).toEqual(Responses);
});

describe('requests that few changes need, sent by the SDK', () => {
  let answer: Respond;
  const token = 'the-token-of-one-commit';
  const put = { Put: { TableName: 'Effects', Item: { id: 'one', tags: new Set(['x']), n: 1, nothing: undefined }, ConditionExpression: 'attribute_not_exists(id)' } };
  const mark = {
    Update: {
      TableName: 'Ledger',
      Key: { pk: 'one' },
      UpdateExpression: 'SET mark = :mark',
      ExpressionAttributeValues: { ':mark': 'label#7' },
    },
  };

  /** The SDK keeps its client for as long as the process lives, and with it the endpoint. */
  let endpoint: LocalService;
  beforeAll(async () => {
    endpoint = await LocalService.start((received, response, socket) => answer(received, response, socket));
  });
  afterAll(() => endpoint.stop());
  beforeEach(async () => {
    await start((_received, response) => json(response, {}));
    endpoint.received.length = 0;
    Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint.endpoint });
  });
  const sent = () => endpoint.received.map(({ target, body }) => [target, JSON.parse(body) as object]);

  test('a transaction has all its writes, in order, and its token', async () => {
    answer = (_received, response) => json(response, {});
    await client.transactWrite({ TransactItems: [put, mark], ClientRequestToken: token });
    expect(sent()).toEqual([['DynamoDB_20120810.TransactWriteItems', {
      ClientRequestToken: token,
      TransactItems: [
        { Put: { ...put.Put, Item: { id: { S: 'one' }, tags: { SS: ['x'] }, n: { N: '1' } } } },
        { Update: { ...mark.Update, Key: { pk: { S: 'one' } }, ExpressionAttributeValues: { ':mark': { S: 'label#7' } } } },
      ],
    }]]);
  });

  test('a transaction that is cancelled fails with what was said of each write', async () => {
    const reasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }];
    answer = (_received, response) => json(response, {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException', Message: 'cancelled', CancellationReasons: reasons,
    }, 400);
    await expect(client.transactWrite({ TransactItems: [put, mark], ClientRequestToken: token }))
      .rejects.toMatchObject({ name: 'TransactionCanceledException', CancellationReasons: reasons });
  });

  test('an update has values on both ways', async () => {
    answer = (_received, response) => json(response, { Attributes: { pk: { S: 'one' }, fence: { N: '2' } } });
    const update = { ...mark.Update, ReturnValues: 'ALL_NEW' as const };
    expect(await client.update(update)).toMatchObject({ Attributes: { pk: 'one', fence: 2 } });
    expect(sent()).toEqual([['DynamoDB_20120810.UpdateItem', {
      ...update, Key: { pk: { S: 'one' } }, ExpressionAttributeValues: { ':mark': { S: 'label#7' } },
    }]]);
  });

  test('retries are not the SDK\'s', async () => {
    answer = (_received, response) => json(response, { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException' }, 400);
    await expect(client.transactWrite({ TransactItems: [put], ClientRequestToken: token })).rejects.toMatchObject({ name: 'ThrottlingException' });
    answer = (_received, response) => json(response, { __type: 'com.amazon.coral.service#InternalFailure' }, 500);
    await expect(client.update(mark.Update)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(endpoint.received).toHaveLength(2);
  });
});
