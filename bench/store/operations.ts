import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { QUEUE_OPERATIONS, queueCounts } from './queues';
import { holds, MemoryItem, updated } from '../../src/local/simulate/expression';
import { MemoryDynamoDb, StoreCounts, StoreError } from '../../src/local/simulate/memory-dynamodb';
import { TABLES } from '../settings';

export interface Answer {
  readonly status: number;
  readonly body: object;
}

type WireItem = Record<string, AttributeValue>;

interface WireWrite {
  readonly TableName: string;
  readonly Key?: WireItem;
  readonly Item?: WireItem;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: { readonly [name: string]: string };
  readonly ExpressionAttributeValues?: WireItem;
}

interface WireStatement {
  readonly Statement: string;
  readonly Parameters: readonly AttributeValue[];
}

const KEYS: { readonly [table: string]: string } = { [TABLES.LEDGER]: 'pk', [TABLES.IDEMPOTENCY]: 'id' };
const memory = new MemoryDynamoDb(KEYS);

export type Counts = StoreCounts & typeof queueCounts;

export function counts(): Counts {
  return { ...memory.counts, ...queueCounts };
}

/** Answers one request of DynamoDB's JSON protocol. */
export async function answer(operation: string, input: unknown): Promise<Answer> {
  const run = OPERATIONS[operation];
  if (!run) return failed(400, 'UnknownOperationException', {});
  try {
    return { status: 200, body: await run(input as never) };
  } catch (error) {
    const { name, message, CancellationReasons } = error as StoreError;
    if (error instanceof ConditionError) return failed(400, name, { Item: error.item });
    return failed(error instanceof StoreError ? 400 : 500, name, { message, CancellationReasons });
  }
}

function failed(status: number, type: string, members: object): Answer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...members } };
}

/** Carries the item that was in the way, which Powertools asks for. */
class ConditionError extends Error {
  public override readonly name = 'ConditionalCheckFailedException';

  public constructor(public readonly item: WireItem | undefined) {
    super('The conditional request failed');
  }
}

const OPERATIONS: { readonly [operation: string]: (input: never) => object | Promise<object> } = {
  ...QUEUE_OPERATIONS,
  GetItem: ({ TableName, Key }: WireWrite) => {
    memory.counts.requests += 1;
    memory.counts.readUnits += 1;
    const item = memory.table(TableName).get(keyOf(TableName, Key!));
    return item ? { Item: marshall(item) } : {};
  },
  PutItem: (input: WireWrite) => write(input, input.Item!, () => unmarshall(input.Item!)),
  UpdateItem: (input: WireWrite) => write(
    input, input.Key!, (item) => updated(input.UpdateExpression!, { ...unmarshall(input.Key!), ...item }, context(input)),
  ),
  DeleteItem: (input: WireWrite) => write(input, input.Key!, () => undefined),
  BatchGetItem: async ({ RequestItems }: { RequestItems: { [table: string]: { Keys: WireItem[] } } }) => {
    const { Responses = {} } = await memory.batchGet({
      RequestItems: Object.fromEntries(Object.entries(RequestItems).map(([table, { Keys }]) => [table, {
        Keys: Keys.map((key) => unmarshall(key)), ConsistentRead: true,
      }])),
    });
    const wire = Object.entries(Responses).map(([table, items]) => [table, items.map((item) => marshall(item))]);
    return { Responses: Object.fromEntries(wire), UnprocessedKeys: {} };
  },
  BatchExecuteStatement: ({ Statements }: { Statements: WireStatement[] }) => memory.batchExecuteStatement({
    Statements: Statements.map(({ Statement, Parameters }) => ({
      Statement, Parameters: Parameters.map((value) => unmarshall({ value }).value as string),
    })),
  }),
  TransactWriteItems: async (input: { TransactItems: { [kind: string]: WireWrite }[]; ClientRequestToken: string }) => {
    await memory.transactWrite({
      ClientRequestToken: input.ClientRequestToken,
      TransactItems: input.TransactItems.map((item) => Object.fromEntries(Object.entries(item).map(([kind, wire]) => [kind, plain(wire)]))),
    });
    return {};
  },
};

function write(input: WireWrite, keys: WireItem, change: (item: MemoryItem) => MemoryItem | undefined): object {
  memory.counts.requests += 1;
  memory.counts.writeUnits += 1;
  const table = memory.table(input.TableName);
  const key = keyOf(input.TableName, keys);
  const before = table.get(key);
  if (!holds(input.ConditionExpression, before ?? {}, context(input))) throw new ConditionError(before && marshall(before));
  const after = change(before ?? {});
  if (after) table.set(key, after);
  else table.delete(key);
  return {};
}

function context(input: WireWrite) {
  return { names: input.ExpressionAttributeNames ?? {}, values: unmarshall(input.ExpressionAttributeValues ?? {}) };
}

function keyOf(table: string, item: WireItem): string {
  return String(unmarshall({ key: item[KEYS[table]] }).key);
}

function plain(wire: WireWrite): never {
  const members = (['Key', 'Item', 'ExpressionAttributeValues'] as const).filter((member) => wire[member]);
  const values = members.map((member) => [member, unmarshall(wire[member]!)]);
  return { ...wire, ...Object.fromEntries(values) } as never;
}
