import type { Lane } from './lane';
import { LaneRecord, Run } from './run';
import { storeFailure } from '../failure/store-failure';

/** Objects of one item written to the failure store at once. */
const AT_ONCE = 10;

/**
 * Stores what comes behind a parked item, in order, without running it. The ledger learns of an object only after it is stored, so a crash
 * in between stores it again under the same key. False: the time is up.
 */
export async function storeBehind(run: Run, lane: Lane): Promise<boolean> {
  if (!(await run.admission.enter(0))) return false;
  try {
    const { parked } = lane.row!;
    if (!parked) return true;
    const settledBefore = (record: LaneRecord) => record.at <= parked.tail || record.at <= (lane.row!.mark ?? '');
    const rest = lane.unsettled;
    const fresh = rest.filter((record) => !settledBefore(record));
    run.counts.alreadySettled += rest.length - fresh.length;
    for (let index = 0; index < fresh.length; index += AT_ONCE) {
      await Promise.all(fresh.slice(index, index + AT_ONCE).map((record, offset) => (
        storeFailure(run, lane.pk, record, { reason: 'BEHIND_PARKED', after: fresh[index + offset - 1]?.at ?? parked.tail }))));
      if (!run.open) return false;
    }
    if (fresh.length === 0) {
      lane.stored(rest.length);
      return true;
    }
    const tail = fresh[fresh.length - 1].at;
    if (await run.ledger.extendParked(lane.pk, parked, tail, run.deadline.storeSignal)) {
      lane.row = { ...lane.row!, parked: { ...parked, tail } };
      lane.stored(rest.length);
    } else {
      // A redrive has released the item, or parked it anew, while its later changes were being stored: what it says now holds.
      await lane.readAgain();
    }
    return true;
  } finally {
    run.admission.leave();
  }
}
