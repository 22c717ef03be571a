import { LEDGER, LEDGER_VERSION } from '../../contract/ledger';
import { RELAY_ROW, relayRowKey } from '../../contract/spill';
import { LedgerVersionError } from '../ledger/ledger';
import { isConditionFailure, retryStore, RetryOptions } from '../ledger/store-retry';
import { DocumentClient } from '../ports';
import { OpenWrites } from './open-writes';

type Update = Omit<Parameters<DocumentClient['update']>[0], 'TableName' | 'Key'>;

/** A target whose changes are kept in its spill. */
export interface OpenTarget {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly version: number;
  /** Its queue takes messages again. */
  readonly answers: boolean;
}

/** Which targets are open, in the relay's row of the ledger. */
export class RelayState {
  private readonly key: { [LEDGER.KEY]: string };

  private readonly openings: OpenWrites;

  /** @param retry of one invocation, which this is for */
  public constructor(
    private readonly client: DocumentClient, private readonly ledgerTable: string, tableName: string, private readonly retry: RetryOptions,
  ) {
    this.key = { [LEDGER.KEY]: relayRowKey(tableName) };
    this.openings = new OpenWrites((update) => this.update(update));
  }

  /** All open targets: one strongly consistent read of one row. */
  public async read(): Promise<Map<string, OpenTarget>> {
    const row = await retryStore(this.retry, async () => {
      const output = await this.client.batchGet({ RequestItems: { [this.ledgerTable]: { Keys: [this.key], ConsistentRead: true } } });
      if ((output.UnprocessedKeys?.[this.ledgerTable]?.Keys ?? []).length > 0) throw new Error('not read');
      return output.Responses?.[this.ledgerTable]?.[0] ?? {};
    });
    const version = row[LEDGER.VERSION];
    if (typeof version === 'number' && version > LEDGER_VERSION) throw new LedgerVersionError(this.key.pk, version);
    const open = new Map<string, OpenTarget>();
    for (const [attribute, since] of Object.entries(row)) {
      if (!attribute.startsWith(RELAY_ROW.OPEN)) continue;
      const name = attribute.slice(RELAY_ROW.OPEN.length);
      open.set(name, {
        since: Number(since),
        version: Number(row[RELAY_ROW.VERSION + name] ?? 0),
        answers: row[RELAY_ROW.ANSWERS + name] === true,
      });
    }
    return open;
  }

  /**
   * Opens the target, or says that its spill has grown: nobody who listed the spill before this can close it. Where `answers` is not said, an
   * open target keeps what it has, and of any other nothing says that it does not answer. Targets that are opened at the same time share a write.
   */
  public open(name: string, answers: boolean | undefined, since: number): Promise<void> {
    return this.openings.add(name, { answers, since });
  }

  /** Says whether an open target takes messages. A target that was closed meanwhile stays so. */
  public async answers(name: string, answers: boolean): Promise<void> {
    const { '#open': open, '#answers': attribute } = names(name);
    await this.conditional({
      UpdateExpression: 'SET #answers = :answers',
      ConditionExpression: 'attribute_exists(#open)',
      ExpressionAttributeNames: { '#open': open, '#answers': attribute },
      ExpressionAttributeValues: { ':answers': answers },
    });
  }

  /** Closes the target, unless its spill has grown since that version. */
  public async close(name: string, version: number): Promise<boolean> {
    return this.conditional({
      UpdateExpression: 'REMOVE #open, #answers',
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: names(name),
      ExpressionAttributeValues: { ':version': version },
    });
  }

  private async conditional(update: Update): Promise<boolean> {
    try {
      await this.update(update);
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  private update(update: Update): Promise<unknown> {
    return retryStore(this.retry, () => this.client.update({ TableName: this.ledgerTable, Key: this.key, ...update }));
  }
}

function names(target: string) {
  return { '#open': RELAY_ROW.OPEN + target, '#version': RELAY_ROW.VERSION + target, '#answers': RELAY_ROW.ANSWERS + target };
}
