import { Conditional, fenced } from './fence';
import { Ledger, LedgerOptions } from './ledger';
import { StatementMark } from './mark-statements';
import { LedgerRow } from '../../contract/ledger';
import { ClaimLostError, ItemClaim } from '../lanes/claim';

/**
 * The ledger of a delivery that has claimed its item: every write of the item's row is refused once another delivery has claimed it, however long
 * this one was asleep before it comes to write.
 */
export class FencedLedger extends Ledger {
  public constructor(options: LedgerOptions, private readonly claim: ItemClaim) {
    super(options);
  }

  /** @throws ClaimLostError when the item is another delivery's by now: what that one has left to do is its own */
  public override async read(keys: readonly string[], signal: AbortSignal): Promise<Map<string, LedgerRow>> {
    const rows = await super.read(keys, signal);
    const { held } = this.claim;
    if (held !== undefined && keys.includes(held.pk) && rows.get(held.pk)?.fence !== held.fence) throw new ClaimLostError();
    return rows;
  }

  /** One by one: they are few, and a mark that is refused must be told from one that is as high already. */
  public override async writeMarks(marks: readonly StatementMark[], signal: AbortSignal): Promise<void> {
    for (const { pk, at } of marks) {
      if (!(await this.make(this.markWrite(pk, at), signal))) await this.read([pk], signal);
    }
  }

  protected override conditioned<T extends Conditional>(write: T): T {
    const { held } = this.claim;
    return held === undefined ? write : fenced(write, held.fence);
  }
}
