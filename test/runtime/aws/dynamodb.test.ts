import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchExecuteStatementCommand, BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { json, LocalService, Respond } from './server';
import { documentClient } from '../../../src/runtime/aws/dynamodb';
import { JsonApi } from '../../../src/runtime/aws/json-api';
import { DocumentClient } from '../../../src/runtime/ports';

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
