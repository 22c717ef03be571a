import { ExpressionNames, holds, MemoryItem, updated } from './expression';
import { readStatement } from './partiql';
import type { CommitWrite } from '../../runtime/change/context';
import { BatchGetInput, BatchGetOutput, DocumentClient, Statement, StatementResponse, UpdateInput, UpdateOutput } from '../../runtime/ports';

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

/** Told of every item that is written; `after` is undefined for one that is deleted. */
export type WriteListener = (table: string, key: string, before: MemoryItem | undefined, after: MemoryItem | undefined) => void;

const KEYS_A_GET = 100;
const STATEMENTS_A_BATCH = 25;
const WRITES_A_TRANSACTION = 100;

/**
 * DynamoDB as far as the ledger and commits use it: consistent reads, conditional PartiQL, updates, transactions. Synchronous inside, so that
 * the only awaits are those of its callers; faults come from wrappers. Items are replaced, never changed, so what was read stays as it was.
 */
export class MemoryDynamoDb implements DocumentClient {
  public readonly counts: StoreCounts = { requests: 0, writeUnits: 0, readUnits: 0 };
  private readonly tables = new Map<string, Map<string, MemoryItem>>();
  private readonly tokens = new Map<string, unknown>();

  public constructor(private readonly keyNames: { readonly [table: string]: string | readonly string[] }, private readonly onWrite?: WriteListener) {}

  public table(name: string): Map<string, MemoryItem> {
    let table = this.tables.get(name);
    if (!table) this.tables.set(name, table = new Map());
    return table;
  }

  public async batchGet(input: BatchGetInput): Promise<BatchGetOutput> {
    this.counts.requests += 1;
    const Responses: { [table: string]: MemoryItem[] } = {};
    for (const name of Object.keys(input.RequestItems)) {
      const { Keys } = input.RequestItems[name];
      if (Keys.length > KEYS_A_GET) throw new StoreError('ValidationException');
      this.counts.readUnits += Keys.length;
      const table = this.table(name);
      const found: MemoryItem[] = Responses[name] = [];
      for (const key of Keys) {
        const item = table.get(this.keyOf(name, key));
        if (item) found.push(item);
      }
    }
    return { Responses, UnprocessedKeys: {} };
  }

  public async batchExecuteStatement(input: { Statements: Statement[] }): Promise<{ Responses?: StatementResponse[] }> {
    this.counts.requests += 1;
    if (input.Statements.length > STATEMENTS_A_BATCH) throw new StoreError('ValidationException');
    return { Responses: input.Statements.map((statement) => this.execute(statement)) };
  }

  public async update(input: UpdateInput): Promise<UpdateOutput> {
    this.counts.requests += 1;
    this.counts.writeUnits += 1;
    const key = this.keyOf(input.TableName, input.Key);
    const before = this.table(input.TableName).get(key);
    const names = namesOf(input);
    if (!holds(input.ConditionExpression, before ?? {}, names)) throw new StoreError('ConditionalCheckFailedException');
    const after = updated(input.UpdateExpression, { ...input.Key, ...before }, names);
    this.put(input.TableName, key, after);
    return input.ReturnValues === 'ALL_NEW' ? { Attributes: after } : {};
  }

  public async transactWrite(input: { TransactItems: CommitWrite[]; ClientRequestToken: string }): Promise<unknown> {
    this.counts.requests += 1;
    if (input.TransactItems.length > WRITES_A_TRANSACTION) throw new StoreError('ValidationException');
    if (this.tokens.has(input.ClientRequestToken)) return {};
    const targets = input.TransactItems.map((write) => this.target(write));
    const places = new Set(targets.map(({ input: { TableName }, key }) => `${TableName}\u0000${key}`));
    if (places.size < targets.length) throw new StoreError('ValidationException');
    const passed = targets.map(({ input: write, key }) => (
      holds(write.ConditionExpression, this.table(write.TableName).get(key) ?? {}, namesOf(write))));
    if (passed.includes(false)) {
      throw new StoreError('TransactionCanceledException', passed.map((one) => ({ Code: one ? 'None' : 'ConditionalCheckFailed' })));
    }
    input.TransactItems.forEach((write, index) => this.apply(write, targets[index].key));
    this.counts.writeUnits += input.TransactItems.length * 2;
    this.tokens.set(input.ClientRequestToken, true);
    return {};
  }

  /** What time to live does, in its own time: deletes items whose attribute, in epoch seconds, has passed. Returns how many. */
  public expire(name: string, attribute: string, now: number): number {
    const gone = [...this.table(name)].filter(([, item]) => typeof item[attribute] === 'number' && (item[attribute] as number) < now / 1000);
    for (const [key] of gone) this.remove(name, key);
    return gone.length;
  }

  private execute({ Statement: text, Parameters }: Statement): StatementResponse {
    this.counts.writeUnits += 1;
    const statement = readStatement(text);
    if (statement === undefined) return { Error: { Code: 'ValidationError', Message: text } };
    const table = this.table(statement.table);
    if (statement.kind === 'insert') {
      const item = assign({}, statement.sets, Parameters);
      const key = this.keyOf(statement.table, item);
      if (table.has(key)) return { Error: { Code: 'DuplicateItem' } };
      this.put(statement.table, key, item);
      return {};
    }
    const [key, bound] = Parameters.slice(statement.sets.length) as [string, string];
    const item = table.get(this.keyOf(statement.table, { [statement.key]: key }));
    const value = item?.[statement.below];
    if (!item || typeof value !== typeof bound || !((value as string) < bound) || (statement.missing && item[statement.missing] !== undefined)) {
      return { Error: { Code: 'ConditionalCheckFailed' } };
    }
    this.put(statement.table, key, assign({ ...item }, statement.sets, Parameters));
    return {};
  }

  private apply(write: CommitWrite, key: string): void {
    if (write.Put) {
      this.put(write.Put.TableName, key, { ...write.Put.Item } as MemoryItem);
    } else if (write.Delete) {
      this.remove(write.Delete.TableName, key);
    } else if (write.Update) {
      const { TableName, Key, UpdateExpression } = write.Update;
      this.put(TableName, key, updated(UpdateExpression, { ...Key, ...this.table(TableName).get(key) }, namesOf(write.Update)));
    }
  }

  private put(name: string, key: string, item: MemoryItem): void {
    const table = this.table(name);
    this.onWrite?.(name, key, table.get(key), item);
    table.set(key, item);
  }

  private remove(name: string, key: string): void {
    const table = this.table(name);
    this.onWrite?.(name, key, table.get(key), undefined);
    table.delete(key);
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

function assign(item: MemoryItem, names: readonly string[], values: readonly unknown[]): MemoryItem {
  names.forEach((name, index) => { item[name] = values[index]; });
  return item;
}

const NOTHING = {};

function namesOf(input: { ExpressionAttributeNames?: ExpressionNames['names']; ExpressionAttributeValues?: ExpressionNames['values'] }): ExpressionNames {
  return { names: input.ExpressionAttributeNames ?? NOTHING, values: input.ExpressionAttributeValues ?? NOTHING };
}
