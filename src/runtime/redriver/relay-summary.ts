import { hasAll, RelayRedriveResult } from '../../contract/relay-redrive';

/** What became of the batches that the relay's mapping gave up, counted. */
export class RelaySummary {
  /** Batches of which every subscriber's queue has taken what is wanted: deleted. */
  public batches = 0;
  /** Changes of these. */
  public changes = 0;
  /** Batches that stay. */
  public left = 0;
  /** Batches taken off on purpose. */
  public discarded = 0;
  /** Changes that queues have taken, by subscriber. */
  public readonly sent = byName<number>();
  /** Subscribers whose queue did not take everything, and why. */
  public readonly refused = byName<string>();
  /** Objects that cannot be read, or hold a record that cannot: kept aside. */
  public setAside = 0;
  /** How the relay ended, where it did not answer even for a single change. */
  public ended?: string;
  public interrupted = false;

  public count(result: RelayRedriveResult): void {
    const { name, sent, error } = result;
    if (sent > 0) this.sent[name] = (this.sent[name] ?? 0) + sent;
    if (!hasAll(result)) this.refused[name] = error ?? 'NotSent';
  }

  /** Something is left that needs a decision or a fix. */
  public get isIncomplete(): boolean {
    return this.interrupted || this.left > 0 || this.setAside > 0;
  }
}

/** A subscriber may be called `constructor`, which other objects have. */
function byName<T>(): { [subscriber: string]: T } {
  return Object.create(null) as { [subscriber: string]: T };
}
