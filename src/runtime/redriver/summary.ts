import { RedriveOutcome, RedriveResult } from '../../contract/redrive';

/** What became of the changes of a redrive, counted. */
export class Summary {
  public readonly outcomes: { [outcome in RedriveOutcome]?: number } = {};
  public items = 0;
  public changes = 0;
  /** Objects that cannot be read: moved aside. */
  public setAside = 0;
  /** Batches of the mapping's, set down change by change. */
  public batches = 0;
  /** Items the ledger holds to be parked, of which nothing more is stored. */
  public emptied: string[] = [];
  public interrupted = false;
  /** It went on behind a place, and something is still stored before that: what the redrive that was interrupted could not settle. */
  public leftBefore = false;

  public count({ outcome }: RedriveResult): void {
    this.changes += 1;
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }

  public of(...outcomes: RedriveOutcome[]): number {
    return outcomes.reduce((sum, outcome) => sum + (this.outcomes[outcome] ?? 0), 0);
  }

  /** Something is left that needs a decision or a fix. */
  public get isIncomplete(): boolean {
    return this.interrupted || this.leftBefore || this.setAside > 0 || this.emptied.length > 0 || this.of('FAILED', 'NOT_TRIED', 'UNKNOWN', 'SUPERSEDED') > 0;
  }
}
