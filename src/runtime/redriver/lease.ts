import { AUTO_REDRIVE_LEASE_SECONDS, leaseKey } from '../../contract/auto-redrive';
import { LEDGER, LEDGER_VERSION } from '../../contract/ledger';
import { isConditionFailure } from '../ledger/store-retry';
import { Clock, UpdateInput } from '../ports';

/** The one call of DynamoDB that a lease needs. */
export interface LeaseStore {
  update(input: UpdateInput): Promise<unknown>;
}

/** Free: nobody has taken it, or whoever did has had no time left since. Lambda's clocks differ by less than what is added to `until`. */
const FREE = 'attribute_not_exists(#lease) OR #lease.#until < :now';

/**
 * Lets one invocation at a time redrive a subscriber's items. A schedule may invoke a function twice, and a redrive that takes
 * longer than the interval meets the next one: two at once lose nothing, but call the handler twice for the same changes.
 */
export class RedriveLease {
  public constructor(
    private readonly store: LeaseStore, private readonly table: string, private readonly owner: string, private readonly clock: Clock,
  ) {}

  /**
   * Runs the work if nobody else is at it. False when somebody is.
   *
   * @param millis how long this invocation lasts at most: a process that dies keeps the lease for so long
   */
  public async during(subscriber: string, millis: number, work: () => Promise<void>): Promise<boolean> {
    if (!(await this.take(subscriber, millis))) return false;
    try {
      await work();
      return true;
    } finally {
      await this.release(subscriber);
    }
  }

  private async take(subscriber: string, millis: number): Promise<boolean> {
    const now = this.clock.now();
    const until = now + millis + AUTO_REDRIVE_LEASE_SECONDS.toSpare * 1000;
    try {
      await this.store.update({
        TableName: this.table,
        Key: { [LEDGER.KEY]: leaseKey(subscriber) },
        UpdateExpression: 'SET #v = :v, #sub = :sub, #lease = :lease, #exp = :exp',
        ConditionExpression: FREE,
        ExpressionAttributeNames: {
          '#v': LEDGER.VERSION, '#sub': LEDGER.SUBSCRIBER, '#lease': LEDGER.LEASE, '#until': 'until', '#exp': LEDGER.EXPIRES,
        },
        ExpressionAttributeValues: {
          ':v': LEDGER_VERSION,
          ':sub': subscriber,
          ':lease': { owner: this.owner, until },
          ':now': now,
          ':exp': Math.ceil(until / 1000) + AUTO_REDRIVE_LEASE_SECONDS.kept,
        },
      });
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  /** Only what is still this invocation's: it may have been thought dead. A lease that cannot be given back ends by itself. */
  private async release(subscriber: string): Promise<void> {
    try {
      await this.store.update({
        TableName: this.table,
        Key: { [LEDGER.KEY]: leaseKey(subscriber) },
        UpdateExpression: 'REMOVE #lease',
        ConditionExpression: '#lease.#owner = :owner',
        ExpressionAttributeNames: { '#lease': LEDGER.LEASE, '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': this.owner },
      });
    } catch {
      // Whatever the work came to is what matters.
    }
  }
}
