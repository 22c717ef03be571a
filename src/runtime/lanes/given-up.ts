import type { Lane } from './lane';
import { LaneRecord, Run, Verdict } from './run';
import { commitTransaction } from '../commit';
import { errorKind } from '../errors';
import { storeFailure } from '../failure/store-failure';
import { aloneKey } from '../ledger/item-key';

/**
 * Settles a change that the relay's mapping gave up where it is not to run: it has been applied or skipped before, a newer one makes it superfluous, or its item has gone on
 * without it. The last is stored, replacing nothing, for people to decide on: whether it was applied, when the relay sent it before it was given up, nobody can tell. False
 * where the change comes after all that is known of its item: it has its turn.
 */
export async function settleWithoutTurn(run: Run, lane: Lane, record: LaneRecord): Promise<boolean> {
  const { at, defect, sequenceNumber } = record;
  const known = await isKnown(run, lane, record);
  if (known || at === lane.reached) {
    // The item's mark knows it only until the next change: what a redrive repeats behind that one must find it here.
    if (!known) await run.ledger.make(run.ledger.aloneWrite(lane.pk, at, 'applied'), run.deadline.storeSignal);
    run.counts.alreadySettled += 1;
    return true;
  }
  const tail = lane.row?.parked?.tail ?? '';
  if (at > lane.reached && at > tail) return false;
  if (run.settings.longWork?.onNewerChange === 'SKIP_SUPERSEDED') {
    run.counts.superseded += 1;
    return true;
  }
  await storeFailure(run, lane.pk, record, { reason: 'MAPPING_GAVE_UP', ...(defect !== undefined && { error: defect }), onlyIfAbsent: true });
  run.logger.error('the relay\'s mapping gave the change up, and its item has gone on: stored in the failure store', { keyHash: lane.pk, sequenceNumber });
  return true;
}

/** Marks a change that the relay's mapping gave up, and remembers it by itself as well: should it come again, a later mark says nothing of it. */
export async function rememberApplied(run: Run, lane: Lane, { at }: LaneRecord): Promise<Verdict> {
  const { client, clock, deadline: { storeSignal: signal }, ledger, random } = run;
  const target = { client, retry: { clock, random, signal }, mark: ledger.markWrite(lane.pk, at), also: ledger.aloneWrite(lane.pk, at, 'applied') };
  try {
    await commitTransaction(target, []);
    return 'marked';
  } catch (error) {
    if (errorKind(error) !== 'ALREADY_APPLIED') throw error;
    await lane.readAgain();
    return 'look again';
  }
}

/** It has a row of its own: applied by a redrive or by the delivery before this, or skipped, and then it is stored. */
async function isKnown({ deadline, ledger }: Run, { pk }: Lane, { at }: LaneRecord): Promise<boolean> {
  const key = aloneKey(pk, at);
  return (await ledger.read([key], deadline.storeSignal)).get(key)?.alone !== undefined;
}
