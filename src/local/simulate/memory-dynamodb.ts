import type { CommitWrite } from '../../runtime/change/context';
import { BatchGetInput, BatchGetOutput, DocumentClient, Statement, StatementResponse, UpdateInput } from '../../runtime/ports';
import { ExpressionNames, holds, MemoryItem, updated } from './expression';

/** What a request cost, counted as DynamoDB bills it (items below 1 KB). */
export interface StoreCounts {
  requests: number;
  writeUnits: number;
  readUnits: number;
}

/** An error as the SDK throws it. */
export class StoreError extends Error {
  public constructor(name: string, public readonly CancellationReasons?: readonly { Code: string }[]) {
    super(name);
    this.name = name;
  }
}

const INSERT = /^INSERT INTO "([^"]+)" VALUE \{(.+)\}$/;
const UPDATE = /^UPDATE "([^"]+)" (SET .+?) WHERE (\w+) = \? AND (\w+) < \? AND (\w+) IS MISSING$/;

/**
 * DynamoDB as far as the ledger and commits use it: consistent reads, conditional PartiQL, updates, transactions. Synchronous inside, so that
 * the only awaits are those of its callers; faults come from wrappers.
 */
export class MemoryDynamoDb implements DocumentClient {
  public readonly counts: StoreCounts = { requests: 0, writeUnits: 0, readUnits: 0 };
  private readonly tables = new Map<string, Map<string, MemoryItem>>();
  private readonly tokens = new Map<string, unknown>();

  public constructor(private readonly keyNames: { readonly [table: string]: string | readonly string[] }) {}

  public table(name: string): Map<string, MemoryItem> {
    let table = this.tables.get(name);
    if (!table) this.tables.set(name, table = new Map());
    return table;
  }

  public async batchGet(input: BatchGetInput): Promise<BatchGetOutput> {
    this.counts.requests += 1;
    const Responses: { [table: string]: MemoryItem[] } = {};
    for (const [name, { Keys }] of Object.entries(input.RequestItems)) {
      if (Keys.length > 100) throw new StoreError('ValidationException');
      this.counts.readUnits += Keys.length;
      Responses[name] = Keys.map((key) => this.table(name).get(this.keyOf(name, key))).filter((item) => item !== undefined);
    }
    return { Responses, UnprocessedKeys: {} };
  }

  public async batchExecuteStatement(input: { Statements: Statement[] }): Promise<{ Responses?: StatementResponse[] }> {
    this.counts.requests += 1;
    if (input.Statements.length > 25) throw new StoreError('ValidationException');
    return { Responses: input.Statements.map((statement) => this.execute(statement)) };
  }

  public async update(input: UpdateInput): Promise<unknown> {
    this.counts.requests += 1;
    this.counts.writeUnits += 1;
    const context = { names: input.ExpressionAttributeNames ?? {}, values: input.ExpressionAttributeValues ?? {} };
    const key = this.keyOf(input.TableName, input.Key);
    const before = this.table(input.TableName).get(key) ?? {};
    if (!holds(input.ConditionExpression, before, context)) throw new StoreError('ConditionalCheckFailedException');
    this.table(input.TableName).set(key, updated(input.UpdateExpression, { ...input.Key, ...before }, context));
    return {};
  }

  public async transactWrite(input: { TransactItems: CommitWrite[]; ClientRequestToken: string }): Promise<unknown> {
    this.counts.requests += 1;
    if (this.tokens.has(input.ClientRequestToken)) return {};
    const checks = input.TransactItems.map((write) => this.check(write));
    if (checks.some((passed) => !passed)) {
      throw new StoreError('TransactionCanceledException', checks.map((passed) => ({ Code: passed ? 'None' : 'ConditionalCheckFailed' })));
    }
    for (const write of input.TransactItems) this.apply(write);
    this.counts.writeUnits += input.TransactItems.length * 2;
    this.tokens.set(input.ClientRequestToken, true);
    return {};
  }

  private execute({ Statement: text, Parameters }: Statement): StatementResponse {
    this.counts.writeUnits += 1;
    const insert = INSERT.exec(text);
    if (insert) {
      const names = [...insert[2].matchAll(/'(\w+)': \?/g)].map((match) => match[1]);
      const item = Object.fromEntries(names.map((name, index) => [name, Parameters[index]]));
      const key = this.keyOf(insert[1], item);
      if (this.table(insert[1]).has(key)) return { Error: { Code: 'DuplicateItem' } };
      this.table(insert[1]).set(key, item);
      return {};
    }
    const change = UPDATE.exec(text);
    if (!change) return { Error: { Code: 'ValidationError', Message: text } };
    const [, table, sets, keyName, lower, missing] = change;
    const names = [...sets.matchAll(/SET (\w+) = \?/g)].map((match) => match[1]);
    const [key, bound] = Parameters.slice(names.length);
    const item = this.table(table).get(this.keyOf(table, { [keyName]: key }));
    if (!item || typeof item[lower] !== 'string' || !(item[lower] < (bound as string)) || item[missing] !== undefined) {
      return { Error: { Code: 'ConditionalCheckFailed' } };
    }
    this.table(table).set(String(key), { ...item, ...Object.fromEntries(names.map((name, index) => [name, Parameters[index]])) });
    return {};
  }

  private check(write: CommitWrite): boolean {
    const { input, key } = this.target(write);
    return holds(input.ConditionExpression, this.table(input.TableName).get(key) ?? {}, context(input));
  }

  private apply(write: CommitWrite): void {
    const { input, key } = this.target(write);
    const table = this.table(input.TableName);
    if (write.Put) table.set(key, { ...write.Put.Item } as MemoryItem);
    else if (write.Delete) table.delete(key);
    else if (write.Update) table.set(key, updated(write.Update.UpdateExpression, { ...write.Update.Key, ...table.get(key) }, context(input)));
  }

  private target(write: CommitWrite) {
    const input = write.Put ?? write.Update ?? write.Delete ?? write.ConditionCheck;
    if (!input) throw new StoreError('ValidationException');
    return { input, key: this.keyOf(input.TableName, (write.Put ? write.Put.Item : (input as { Key: MemoryItem }).Key) as MemoryItem) };
  }

  private keyOf(table: string, item: MemoryItem): string {
    const names = this.keyNames[table];
    if (names === undefined) throw new StoreError('ResourceNotFoundException');
    return typeof names === 'string' ? String(item[names]) : names.map((name) => String(item[name])).join('\u0000');
  }
}

function context(input: { ExpressionAttributeNames?: ExpressionNames['names']; ExpressionAttributeValues?: ExpressionNames['values'] }): ExpressionNames {
  return { names: input.ExpressionAttributeNames ?? {}, values: input.ExpressionAttributeValues ?? {} };
}
