import { itemBytes, updateThrough, writesThrough } from './document-values';
import { ExpressionNames, holds, MemoryItem, updated } from './expression';
import { readStatement } from './partiql';
import { BATCH_GET_BYTES, BATCH_GET_ITEMS, BATCH_STATEMENTS, ITEM_BYTES, TRANSACTION_BYTES, TRANSACTION_ITEMS } from '../../contract/limits';
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

/**
 * DynamoDB as far as the ledger and commits use it: consistent reads, conditional PartiQL, updates, transactions. Synchronous inside, so that
 * the only awaits are those of its callers; faults come from wrappers. Items are replaced, never changed, so what was read stays as it was. Values pass through the
 * document client's marshalling, and DynamoDB's limits hold.
 */
export class MemoryDynamoDb implements DocumentClient {
  public readonly counts: StoreCounts = { requests: 0, writeUnits: 0, readUnits: 0 };
  private readonly tables = new Map<string, Map<string, MemoryItem>>();
  /** What was written under each token. */
  private readonly tokens = new Map<string, string>();

  public constructor(private readonly keyNames: { readonly [table: string]: string | readonly string[] }, private readonly onWrite?: WriteListener) {}

  public table(name: string): Map<string, MemoryItem> {
    let table = this.tables.get(name);
    if (!table) this.tables.set(name, table = new Map());
    return table;
  }

  public async batchGet(input: BatchGetInput): Promise<BatchGetOutput> {
    this.counts.requests += 1;
    const Responses: { [table: string]: MemoryItem[] } = {};
    const UnprocessedKeys: { [table: string]: { Keys: { [name: string]: string }[] } } = {};
    let keys = 0;
    let bytes = 0;
    for (const name of Object.keys(input.RequestItems)) {
      const { Keys } = input.RequestItems[name];
      this.counts.readUnits += Keys.length;
      const table = this.table(name);
      const found: MemoryItem[] = Responses[name] = [];
      const places = Keys.map((key) => this.keyOf(name, key));
      keys += Keys.length;
      if (keys > BATCH_GET_ITEMS || new Set(places).size < places.length) throw new StoreError('ValidationException');
      for (const [index, place] of places.entries()) {
        const item = table.get(place);
        if (!item) continue;
        bytes += itemBytes(item);
        if (bytes <= BATCH_GET_BYTES) found.push(item);
        else (UnprocessedKeys[name] ??= { Keys: [] }).Keys.push(Keys[index]);
      }
    }
    return { Responses, UnprocessedKeys };
  }

  public async batchExecuteStatement(input: { Statements: Statement[] }): Promise<{ Responses?: StatementResponse[] }> {
    this.counts.requests += 1;
    if (input.Statements.length > BATCH_STATEMENTS) throw new StoreError('ValidationException');
    return { Responses: input.Statements.map((statement) => this.execute(statement)) };
  }

  public async update(given: UpdateInput): Promise<UpdateOutput> {
    const input = updateThrough(given);
    this.counts.requests += 1;
    this.counts.writeUnits += 1;
    const key = this.keyOf(input.TableName, input.Key);
    const before = this.table(input.TableName).get(key);
    const names = namesOf(input);
    if (!holds(input.ConditionExpression, before ?? {}, names)) throw new StoreError('ConditionalCheckFailedException');
    const after = updated(input.UpdateExpression, { ...input.Key, ...before }, names);
    if (itemBytes(after) > ITEM_BYTES) throw new StoreError('ValidationException');
    this.put(input.TableName, key, after);
    return input.ReturnValues === 'ALL_NEW' ? { Attributes: after } : {};
  }

  public async transactWrite(input: { TransactItems: CommitWrite[]; ClientRequestToken: string }): Promise<unknown> {
    const writes = writesThrough(input.TransactItems);
    this.counts.requests += 1;
    if (writes.length === 0 || writes.length > TRANSACTION_ITEMS) throw new StoreError('ValidationException');
    const content = contentOf(writes);
    const before = this.tokens.get(input.ClientRequestToken);
    if (before !== undefined && before !== content) throw new StoreError('IdempotentParameterMismatchException');
    if (before !== undefined) return {};
    const targets = writes.map((write) => this.target(write));
    const places = new Set(targets.map(({ input: { TableName }, key }) => `${TableName}\u0000${key}`));
    if (places.size < targets.length) throw new StoreError('ValidationException');
    const passed = targets.map(({ input: write, key }) => (
      holds(write.ConditionExpression, this.table(write.TableName).get(key) ?? {}, namesOf(write))));
    if (passed.includes(false)) {
      throw new StoreError('TransactionCanceledException', passed.map((one) => ({ Code: one ? 'None' : 'ConditionalCheckFailed' })));
    }
    const items = writes.map((write, index) => this.itemAfter(write, targets[index].key));
    const sizes = items.map((item) => (item === undefined ? 0 : itemBytes(item)));
    if (sizes.some((size) => size > ITEM_BYTES)) {
      throw new StoreError('TransactionCanceledException', sizes.map((size) => ({ Code: size > ITEM_BYTES ? 'ValidationError' : 'None' })));
    }
    if (sizes.reduce((sum, size) => sum + size, 0) > TRANSACTION_BYTES) throw new StoreError('ValidationException');
    for (const [index, write] of writes.entries()) {
      const { input: { TableName }, key } = targets[index];
      if (write.Delete) this.remove(TableName, key);
      else if (!write.ConditionCheck) this.put(TableName, key, items[index]!);
    }
    this.counts.writeUnits += writes.length * 2;
    this.tokens.set(input.ClientRequestToken, content);
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
    if (Parameters.some((value) => typeof value === 'number' && !Number.isFinite(value))) return { Error: { Code: 'ValidationError', Message: 'not a number' } };
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

  /** What a write leaves there; undefined for nothing. */
  private itemAfter(write: CommitWrite, key: string): MemoryItem | undefined {
    if (write.Put) return write.Put.Item as MemoryItem;
    if (write.ConditionCheck) return this.table(write.ConditionCheck.TableName).get(key);
    if (!write.Update) return undefined;
    const { TableName, Key, UpdateExpression } = write.Update;
    return updated(UpdateExpression, { ...Key, ...this.table(TableName).get(key) }, namesOf(write.Update));
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

/** Tells two transactions apart, whatever their values are made of. */
function contentOf(writes: readonly CommitWrite[]): string {
  return JSON.stringify(writes, (_name, value: unknown) => (value instanceof Set ? [...value] : value));
}

const NOTHING = {};

function namesOf(input: { ExpressionAttributeNames?: ExpressionNames['names']; ExpressionAttributeValues?: ExpressionNames['values'] }): ExpressionNames {
  return { names: input.ExpressionAttributeNames ?? NOTHING, values: input.ExpressionAttributeValues ?? NOTHING };
}
