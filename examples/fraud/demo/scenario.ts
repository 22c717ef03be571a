import { readAll, writeAll } from '../../../scripts/demo/documents';
import { Receiver } from '../../../scripts/demo/receiver';
import { Scenario, ScenarioResult, ScenarioStage } from '../../../scripts/demo/scenario';
import { HOLD_AT, risk, Transaction } from '../handlers/rules';

const ACCOUNTS = 50;
const COUNTRIES = ['AT', 'DE', 'FR', 'IT', 'JP', 'NO', 'PT', 'XX', 'ZZ', 'UY'];
const WATCHED = ['XX', 'ZZ'];

interface Account {
  readonly accountId: string;
  readonly scored?: number;
  readonly holds?: number;
  readonly watched?: number;
}

/** Payments, of which some are large, disputed or from watched countries; exactly those must have been looked at. */
export class FraudScenario implements Scenario {
  public readonly name = 'fraud';
  public readonly app = 'examples/fraud/app.ts';
  private readonly alerts = new Receiver();
  private readonly payments: readonly Transaction[];
  private publishedCount = 0;

  /** @param changes how many to write; a tenth of them are later changes of payments */
  constructor(changes: number) {
    this.payments = Array.from({ length: changes - changes / 10 }, (_, index) => payment(index));
  }

  public get published(): number {
    return this.publishedCount;
  }

  public async prepare(): Promise<{ [name: string]: string }> {
    return { alertsUrl: await this.alerts.listen(), forDemo: 'true' };
  }

  public async publish({ documents, outputs }: ScenarioStage): Promise<void> {
    const count = (written: number) => { this.publishedCount += written; };
    await writeAll(documents, outputs.TransactionsTable, this.payments, count);
    await writeAll(documents, outputs.TransactionsTable, this.modified(), count);
  }

  public async check({ documents, outputs, storedKeys, mappings }: ScenarioStage): Promise<ScenarioResult> {
    const accounts = await readAll<Account>(documents, outputs.AccountsTable);
    const stored = await storedKeys(outputs.FailureBucket);
    const sum = (pick: (account: Account) => number | undefined) => accounts.reduce((total, account) => total + (pick(account) ?? 0), 0);
    const wanted = [...this.payments.filter(({ amount }) => amount > 1000), ...this.modified().filter(({ status }) => status === 'DISPUTED')];
    const watched = this.payments.filter(({ country }) => WATCHED.includes(country));
    const held = wanted.filter((one) => risk(one) >= HOLD_AT);
    const scored = sum((account) => account.scored);
    const problems = [
      ...accounts.flatMap(({ accountId, ...account }) => {
        const of = (some: readonly Transaction[]) => some.filter((one) => one.accountId === accountId).length;
        return [
          ...expectEqual(`${accountId} scored`, account.scored ?? 0, of(wanted)),
          ...expectEqual(`${accountId} holds`, account.holds ?? 0, of(held)),
          ...expectEqual(`${accountId} watched`, account.watched ?? 0, of(watched)),
        ];
      }),
      ...expectEqual('alerts', this.alerts.distinct, held.length),
    ];
    const status = await mappings();
    // What the mapping can say of the filters: all of the countries', of the amounts' only that these are inserts.
    const expressible: { readonly [subscriber: string]: number } = {
      ScoreRisk: this.payments.length + wanted.filter(({ status: now }) => now === 'DISPUTED').length,
      WatchCountries: watched.length,
    };
    for (const { name, read, filteredOut } of status) problems.push(...expectEqual(`${name} reached`, read - filteredOut, expressible[name]));
    return {
      published: wanted.length,
      applied: Math.min(scored, wanted.length),
      stored: stored.length,
      lost: Math.max(0, wanted.length - scored - stored.length),
      repeated: Math.max(0, scored - wanted.length),
      outOfOrder: 0,
      problems,
      lines: [
        `fraud: ${this.published} written, ${wanted.length} are risky and ${watched.length} from watched countries`,
        ...status.map(({ name, read, filteredOut }) => `fraud: ${name} polled ${read}, the mapping filtered out ${filteredOut}, ${read - filteredOut} reached the runtime`),
      ],
    };
  }

  public async close(): Promise<void> {
    await this.alerts.close();
  }

  /** Every ninth payment is shipped later, some are disputed. */
  private modified(): Transaction[] {
    return this.payments.filter((_, index) => index % 9 === 0).map((one, index) => ({ ...one, status: index % 4 === 0 ? 'DISPUTED' : 'SHIPPED' }));
  }
}

function payment(index: number): Transaction {
  return {
    accountId: `account-${index % ACCOUNTS}`,
    transactionId: `t-${String(index).padStart(6, '0')}`,
    amount: index % 12 === 5 ? 1000.01 + index : index % 12 === 7 ? 1000 : 5 + (index % 400),
    country: COUNTRIES[index % COUNTRIES.length],
    status: 'PAID',
    ...(index % 5 === 0 && { newDevice: true }),
  };
}

function expectEqual(what: string, found: number, expected: number): string[] {
  return found === expected ? [] : [`${what}: ${found} found, ${expected} expected`];
}
