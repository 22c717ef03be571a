import { LEDGER_ROW_SECONDS, LedgerRow } from '../../contract/ledger';
import { RedriveChange, RedriveOutcome, RedriveRequest, UnknownReason } from '../../contract/redrive';

export type Choices = Pick<RedriveRequest, 'action' | 'outOfOrder' | 'applyUnknown'>;

export interface Situation {
  readonly change: RedriveChange;
  /** Its keys cannot be read, so it belongs to no item. */
  readonly loose: boolean;
  /** The item's row, and the change's own. */
  readonly row?: LedgerRow;
  readonly alone?: LedgerRow;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The subscriber's filter can be evaluated here. */
  readonly filters: boolean;
}

/** What is to be done with one change: taken in its item's order, taken by itself, or left, with the answer that says why. */
export type Decision =
  | { readonly take: 'IN_ORDER' | 'ALONE' }
  | {
    readonly leave: RedriveOutcome;
    readonly why?: UnknownReason;
    /** Its turn in the item is not over: what comes after it must wait. */
    readonly blocks: boolean;
    /** Only the item's mark knows it, and only until the next change: it is to have a row of its own. */
    readonly remember?: true;
  };

const settled: Decision = { leave: 'ALREADY_APPLIED', blocks: false };

/** The rules of docs/adr/0040, on what the ledger says now. */
export function decide(situation: Situation, choices: Choices): Decision {
  const { change: { position: at, after, reason }, loose, row, alone, filters } = situation;
  const mark = row?.mark ?? '';
  const asked = choices.applyUnknown || choices.action === 'DISCARD';
  if (alone?.alone === 'applied') return settled;
  if (loose) return asked ? { take: 'ALONE' } : { leave: 'UNKNOWN', why: 'KEYS_UNREADABLE', blocks: false };
  if (alone?.alone === 'skipped') {
    return choices.outOfOrder || choices.action === 'DISCARD' ? { take: 'ALONE' } : { leave: 'SUPERSEDED', blocks: false };
  }
  if (at <= mark) {
    // The mapping stores nothing of what it gave up in the ledger, so a later mark may have passed over the change.
    if (reason !== 'MAPPING_GAVE_UP') return settled;
    if (at === mark) return { ...settled, remember: true };
    return asked ? { take: 'ALONE' } : { leave: 'UNKNOWN', why: 'LATER_CHANGE_APPLIED', blocks: false };
  }
  // Whoever stored it has not told the ledger: the stream or the queue delivers it again, and behind the parked ones it has its turn.
  if (row?.parked && at > row.parked.tail) return { leave: 'NOT_TRIED', blocks: true };
  // Stored behind a parked item that was released before the ledger was told: it is delivered again as well, in its turn.
  if (row?.mark !== undefined && !row.parked && after !== undefined && after > mark) return { leave: 'NOT_TRIED', blocks: true };
  const why = doubt(situation, mark) ?? (reason === 'MALFORMED' && !filters ? 'FILTER_FAILED' : undefined);
  return why === undefined || asked ? { take: 'IN_ORDER' } : { leave: 'UNKNOWN', why, blocks: true };
}

/** Why nobody can say that it is this change's turn. */
function doubt({ change: { position: at, after, storedAt }, row, now }: Situation, mark: string): UnknownReason | undefined {
  if (row?.parked && mark < row.parked.at && at > row.parked.at) return 'EARLIER_CHANGE_MISSING';
  if (row?.parked && after !== undefined && after > mark) return 'EARLIER_CHANGE_MISSING';
  // A row is kept for this long after anything was applied.
  if (row?.mark === undefined && Date.parse(storedAt) + LEDGER_ROW_SECONDS * 1000 < now) return 'LEDGER_FORGOT';
  return undefined;
}
