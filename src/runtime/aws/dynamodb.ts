import { JsonApi, jsonApi } from './json-api';
import { sdkDynamoDb } from './sdk-dynamodb';
import { RawItem } from '../change/attribute-value';
import { readItem } from '../change/read-value';
import { BatchGetInput, BatchGetOutput, DocumentClient, Statement, StatementResponse } from '../ports';

interface RawBatchGetOutput {
  readonly Responses?: { readonly [table: string]: readonly RawItem[] };
  readonly UnprocessedKeys?: { readonly [table: string]: { readonly Keys?: readonly RawItem[] } };
}

/**
 * DynamoDB as the runtime uses it. The two calls that every batch makes go straight over the wire, because the SDK's way there cost more than all else the runtime
 * does (docs/adr/0006); what happens only to some changes is left to the SDK, which is loaded when the first of them comes.
 */
export function documentClient(api: JsonApi = jsonApi('dynamodb')): DocumentClient {
  return {
    batchGet: async (input) => readOutput(await api.call<RawBatchGetOutput>('DynamoDB_20120810.BatchGetItem', batchGetBody(input))),
    batchExecuteStatement: ({ Statements }) => api.call<{ Responses?: StatementResponse[] }>('DynamoDB_20120810.BatchExecuteStatement', statementsBody(Statements)),
    update: async (input) => (await sdkDynamoDb()).update(input),
    transactWrite: async (input) => (await sdkDynamoDb()).transactWrite(input),
  };
}

/** Keys of the tables read here are strings. */
function batchGetBody({ RequestItems }: BatchGetInput): string {
  const tables = Object.entries(RequestItems).map(([table, { Keys, ...rest }]) => [table, { ...rest, Keys: Keys.map(stringItem) }]);
  return JSON.stringify({ RequestItems: Object.fromEntries(tables) });
}

function stringItem(item: { readonly [name: string]: string }): RawItem {
  return Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }]));
}

function statementsBody(statements: readonly Statement[]): string {
  return JSON.stringify({
    Statements: statements.map(({ Statement: text, Parameters }) => ({
      Statement: text, Parameters: Parameters.map((value) => (typeof value === 'string' ? { S: value } : { N: String(value) })),
    })),
  });
}

function readOutput({ Responses = {}, UnprocessedKeys = {} }: RawBatchGetOutput): BatchGetOutput {
  return {
    Responses: Object.fromEntries(Object.entries(Responses).map(([table, items]) => [table, items.map(readItem)])),
    UnprocessedKeys: Object.fromEntries(Object.entries(UnprocessedKeys).map(([table, { Keys = [] }]) => [table, { Keys: Keys.map(readItem) }])),
  };
}
