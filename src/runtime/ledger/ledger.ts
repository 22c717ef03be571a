import {
  AloneState, FailingState, LEDGER, LEDGER_ALONE_SECONDS, LEDGER_ROW_SECONDS, LEDGER_VERSION, LedgerRow, OutageState, ParkedState,
} from '../../contract/ledger';
import { BATCH_GET_ITEMS } from '../../contract/limits';
import type { CommitWrite } from '../change/context';
import { Clock, DocumentClient, Random, UpdateInput } from '../ports';
import { Conditional } from './fence';
import { aloneKey } from './item-key';
import { StatementMark, writeMarkStatements } from './mark-statements';
import { isConditionFailure, retryStore } from './store-retry';

export interface LedgerOptions {
  readonly client: DocumentClient;
  readonly table: string;
  readonly subscriber: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** A row was written by a newer version of the library. */
export class LedgerVersionError extends Error {
  public constructor(pk: string, version: unknown) {
    super(`ledger row ${pk} has format version ${String(version)}, this library understands up to ${LEDGER_VERSION}: upgrade cdk-dynamodb-cdc`);
    this.name = 'LedgerVersionError';
  }
}

const NAMES = { '#mark': LEDGER.MARK, '#parked': LEDGER.PARKED, '#failing': LEDGER.FAILING, '#exp': LEDGER.EXPIRES, '#v': LEDGER.VERSION, '#sub': LEDGER.SUBSCRIBER };
const names = (...used: (keyof typeof NAMES)[]) => Object.fromEntries(used.map((name) => [name, NAMES[name]]));

/** Neither settled by another delivery nor parked: the only state in which an item's row may be moved on. */
const OPEN = '(attribute_not_exists(#mark) OR #mark < :at) AND attribute_not_exists(#parked)';

/**
 * What a subscriber has done, kept in DynamoDB. Throttles and outages of the store are waited out until the signal is aborted;
 * only then, or when the store refuses for good, do the calls throw. No call uses up an attempt of a change.
 */
export class Ledger {
  public constructor(protected readonly options: LedgerOptions) {}

  /** Reads rows with strong consistency, a hundred a request. Rows that do not exist are absent from the result. */
  public async read(keys: readonly string[], signal: AbortSignal): Promise<Map<string, LedgerRow>> {
    const rows = new Map<string, LedgerRow>();
    const requests: Promise<void>[] = [];
    for (let start = 0; start < keys.length; start += BATCH_GET_ITEMS) {
      requests.push(this.readInto(rows, keys.slice(start, start + BATCH_GET_ITEMS), signal));
    }
    await Promise.all(requests);
    return rows;
  }

  /** Stores up to 25 marks in one request. A mark that is already as high, or a parked item, is left alone. */
  public writeMarks(marks: readonly StatementMark[], signal: AbortSignal): Promise<void> {
    const { client, table, subscriber } = this.options;
    return writeMarkStatements({ client, table, subscriber, expires: this.expires(), retry: this.retry(signal) }, marks);
  }

  /** Remembers the attempts of the change that is failing. Returns false when another delivery has settled or parked it. */
  public async writeFailing(pk: string, failing: FailingState, signal: AbortSignal): Promise<boolean> {
    return this.updateOpen(pk, 'SET #failing = :failing, #exp = :exp, #v = :v, #sub = :sub, #mark = if_not_exists(#mark, :none)', {
      ':failing': failing, ':exp': this.expires(), ':at': failing.at,
    }, signal);
  }

  /** Parks an item whose poison is in the failure store. Returns false when another delivery has settled or parked it. */
  public async park(pk: string, parked: ParkedState, signal: AbortSignal): Promise<boolean> {
    return this.updateOpen(pk, 'SET #parked = :parked, #v = :v, #sub = :sub, #mark = if_not_exists(#mark, :none) REMOVE #failing, #exp', {
      ':parked': parked, ':at': parked.at,
    }, signal);
  }

  /** Says how far the changes behind a parked item are in the failure store. Returns false when the item is no longer parked there. */
  public async extendParked(pk: string, parked: ParkedState, tail: string, signal: AbortSignal): Promise<boolean> {
    return this.met(signal, () => this.options.client.update(this.conditioned({
      TableName: this.options.table,
      Key: { [LEDGER.KEY]: pk },
      UpdateExpression: 'SET #parked.#tail = :tail REMOVE #exp',
      ConditionExpression: '#parked.#at = :at AND #parked.#tail <= :tail',
      ExpressionAttributeNames: { ...names('#parked', '#exp'), '#tail': 'tail', '#at': 'at' },
      ExpressionAttributeValues: { ':tail': tail, ':at': parked.at },
    })));
  }

  /** The write that puts a mark into a transaction of the handler's own writes. */
  public markWrite(pk: string, at: string): CommitWrite {
    return {
      Update: this.conditioned({
        TableName: this.options.table,
        Key: { [LEDGER.KEY]: pk },
        UpdateExpression: 'SET #mark = :at, #exp = :exp, #v = :v, #sub = :sub',
        ConditionExpression: OPEN,
        ExpressionAttributeNames: names('#mark', '#parked', '#exp', '#v', '#sub'),
        ExpressionAttributeValues: { ':at': at, ':exp': this.expires(), ':v': LEDGER_VERSION, ':sub': this.options.subscriber },
      }),
    };
  }

  /** The write that says what became of a change taken out of its item's order. It is refused where a redrive has applied that. */
  public aloneWrite(pk: string, at: string, state: AloneState): CommitWrite {
    return {
      Update: {
        TableName: this.options.table,
        Key: { [LEDGER.KEY]: aloneKey(pk, at) },
        UpdateExpression: 'SET #alone = :state, #exp = :exp, #v = :v, #sub = :sub',
        ConditionExpression: 'attribute_not_exists(#alone) OR #alone = :skipped',
        ExpressionAttributeNames: { '#alone': LEDGER.ALONE, ...names('#exp', '#v', '#sub') },
        ExpressionAttributeValues: {
          ':state': state, ':skipped': 'skipped', ':exp': this.expires(LEDGER_ALONE_SECONDS), ':v': LEDGER_VERSION, ':sub': this.options.subscriber,
        },
      },
    };
  }

  /** The write that moves the mark of an item which is parked, and stays so: only a redrive does. */
  public parkedMarkWrite(pk: string, at: string, parked: ParkedState): CommitWrite {
    return {
      Update: {
        TableName: this.options.table,
        Key: { [LEDGER.KEY]: pk },
        UpdateExpression: 'SET #mark = :at',
        ConditionExpression: '#parked.#at = :parked AND #mark < :at',
        ExpressionAttributeNames: { ...names('#mark', '#parked'), '#at': 'at' },
        ExpressionAttributeValues: { ':at': at, ':parked': parked.at },
      },
    };
  }

  /** Makes a write by itself. Returns false when its condition does not hold. */
  public async make({ Update }: CommitWrite, signal: AbortSignal): Promise<boolean> {
    return this.met(signal, () => this.options.client.update(Update as UpdateInput));
  }

  /**
   * Lets the item's changes run again, when everything stored behind it is settled. Returns false when more has been stored meanwhile, or the item is
   * not parked there any more.
   */
  public async release(pk: string, parked: ParkedState, signal: AbortSignal): Promise<boolean> {
    return this.met(signal, () => this.options.client.update({
      TableName: this.options.table,
      Key: { [LEDGER.KEY]: pk },
      UpdateExpression: 'SET #exp = :exp REMOVE #parked',
      ConditionExpression: '#parked.#at = :parked AND #parked.#tail = :tail AND #mark >= :tail',
      ExpressionAttributeNames: { ...names('#mark', '#parked', '#exp'), '#at': 'at', '#tail': 'tail' },
      ExpressionAttributeValues: { ':parked': parked.at, ':tail': parked.tail, ':exp': this.expires() },
    }));
  }

  /** Remembers an outage, or with undefined that it is over. */
  public async writeOutage(pk: string, outage: OutageState | undefined, signal: AbortSignal): Promise<void> {
    await retryStore(this.retry(signal), () => this.options.client.update({
      TableName: this.options.table,
      Key: { [LEDGER.KEY]: pk },
      UpdateExpression: `SET #v = :v, #sub = :sub, #exp = :exp${outage ? ', #outage = :outage' : ' REMOVE #outage'}`,
      ExpressionAttributeNames: { ...names('#v', '#sub', '#exp'), '#outage': LEDGER.OUTAGE },
      ExpressionAttributeValues: {
        ':v': LEDGER_VERSION, ':sub': this.options.subscriber, ':exp': this.expires(), ...(outage && { ':outage': outage }),
      },
    }));
  }

  private async updateOpen(pk: string, expression: string, values: { [name: string]: unknown }, signal: AbortSignal): Promise<boolean> {
    return this.met(signal, () => this.options.client.update(this.conditioned({
      TableName: this.options.table,
      Key: { [LEDGER.KEY]: pk },
      UpdateExpression: expression,
      ConditionExpression: OPEN,
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ...values, ':v': LEDGER_VERSION, ':sub': this.options.subscriber, ':none': '' },
    })));
  }

  /** The write of an item's row, under whatever else must hold where items are claimed. */
  protected conditioned<T extends Conditional>(write: T): T {
    return write;
  }

  /** Makes a request. Returns false when its condition does not hold. */
  private async met(signal: AbortSignal, request: () => Promise<unknown>): Promise<boolean> {
    try {
      await retryStore(this.retry(signal), request);
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  private async readInto(rows: Map<string, LedgerRow>, keys: readonly string[], signal: AbortSignal): Promise<void> {
    const { client, table } = this.options;
    let wanted: { [name: string]: string }[] = keys.map((pk) => ({ [LEDGER.KEY]: pk }));
    await retryStore(this.retry(signal), async () => {
      const output = await client.batchGet({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } });
      for (const row of (output.Responses?.[table] ?? []) as unknown as LedgerRow[]) {
        if (typeof row.v !== 'number' || row.v > LEDGER_VERSION) throw new LedgerVersionError(row.pk, row.v);
        rows.set(row.pk, row);
      }
      wanted = (output.UnprocessedKeys?.[table]?.Keys ?? []) as { [name: string]: string }[];
      if (wanted.length > 0) throw new UnprocessedError();
    });
  }

  /** Epoch seconds at which a row written now may be deleted. */
  private expires(seconds = LEDGER_ROW_SECONDS): number {
    return Math.ceil(this.options.clock.now() / 1000) + seconds;
  }

  private retry(signal: AbortSignal) {
    return { clock: this.options.clock, random: this.options.random, signal };
  }
}

/** Part of a batch was not read; only this part is asked for again. */
class UnprocessedError extends Error {
  public override readonly name = 'UnprocessedKeys';
}
