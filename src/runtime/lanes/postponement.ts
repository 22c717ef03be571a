import { failureSignature } from './health';
import type { Lane } from './lane';
import { LaneRecord, Run } from './run';
import { FailingState } from '../../contract/ledger';

/**
 * Whether a change that is postponed once more has been so for long enough, or will be before the handler wants it again (`due`): while other items succeed it must not
 * hold them up. Where none
 * has succeeded since, or most items are postponed alike, it is an outage, and the change waits for its end.
 */
export async function isPostponedTooLong(run: Run, lane: Lane, record: LaneRecord, error: unknown, due: number): Promise<boolean> {
  const { clock, memory } = run;
  const now = clock.now();
  const signature = failureSignature(error);
  memory.postponed.itemFailed(lane.pk, signature, now);
  const ends = endOf(run, lane.rememberPostponed(record, lane.calledAt));
  if (now < ends && due < ends) return false;
  await run.loadHealth();
  if (!memory.postponed.inOutage(signature, now)) return true;
  if (run.outageSignature === undefined) run.logger.error('most items are postponed: taken for an outage, nothing is given up', { signature });
  run.outageSignature ??= signature;
  run.counts.outage = 1;
  return false;
}

/** Until when a change may be postponed; without end as long as no other item has succeeded. */
export function endOf({ settings: { maxPostponementMillis = Infinity } }: Run, { passed, postponed }: FailingState): number {
  return passed && postponed !== undefined ? postponed + maxPostponementMillis : Infinity;
}
