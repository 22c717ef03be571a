import { LedgerRow } from '../../contract/ledger';

/** Keeps other deliveries from an item while one of them works on it. */
export interface ItemClaim {
  /** What the ledger's writes of this delivery are conditional on; undefined before the item is claimed, and where nothing of it is left to do. */
  readonly held?: { readonly pk: string; readonly fence: number };
  /** Aborted when the claim is lost, or could be: whatever is being done must stop. */
  readonly lost: AbortSignal;
  /**
   * Claims the item for its changes up to a position and returns its row.
   * @throws ClaimHeldError when another delivery works on it
   */
  acquire(pk: string, upTo: string, signal: AbortSignal): Promise<LedgerRow | undefined>;
  /**
   * Makes sure that the claim still holds, before a write that cannot be made conditional on it.
   * @throws ClaimLostError when it does not
   */
  confirm(signal: AbortSignal): Promise<void>;
}

/** Another delivery works on the item. */
export class ClaimHeldError extends Error {
  public override readonly name = 'ClaimHeldError';

  public constructor() {
    super('another delivery works on the item');
  }
}

/** Another delivery has taken the item over, or may do so: this one may write nothing any more. */
export class ClaimLostError extends Error {
  public override readonly name = 'ClaimLostError';

  public constructor(why = 'another delivery has taken the item over') {
    super(why);
  }
}
