import { interrupted } from './after-failure';
import { settleWithoutTurn } from './given-up';
import type { Lane } from './lane';
import { storeBehind } from './parked';
import { Run } from './run';
import { settleRecord } from './settle-record';

/**
 * Settles the changes of a lane in order, until all are, one cannot be for now, or the time is up: it stops at the first one that cannot be settled. Throws only what the
 * stores refuse.
 */
export async function settleLane(run: Run, lane: Lane): Promise<void> {
  while (run.open) {
    lane.skipSettled();
    const { upcoming } = lane;
    if (upcoming === undefined) return;
    if (upcoming.givenUp && await settleWithoutTurn(run, lane, upcoming)) {
      lane.pass();
      continue;
    }
    if (!(lane.row?.parked ? await storeBehind(run, lane) : await settleStride(run, lane))) return;
  }
}

/** The invocation ends: a handler that still runs can do nothing more; what was settled before it keeps its mark. */
export function giveUpLane(run: Run, lane: Lane): void {
  if (lane.call) {
    const { attempt, record, alone, counted } = lane.call;
    // A handler that waits for the store is not to blame.
    const toBlame = alone && !attempt.isCommitting;
    attempt.close();
    interrupted(run, lane, record, { alone: toBlame, counted });
  }
  // The write that counts an attempt may have arrived although its answer did not; no attempt has been made.
  if (lane.counting) lane.forgetAttempts();
  lane.stepOut();
}

/** Settles the next few records under one mark. False: stop here. */
async function settleStride(run: Run, lane: Lane): Promise<boolean> {
  const size = lane.stride;
  if (!(await run.admission.enter(size))) return false;
  lane.stepIn(size);
  try {
    while (lane.isInStride) {
      const verdict = await settleRecord(run, lane, lane.upcoming!);
      if (verdict === 'stop') return false;
      if (verdict === 'look again') return true;
      if (verdict === 'superseded') lane.extendStride();
      lane.advance(verdict === 'marked');
    }
    return true;
  } finally {
    lane.stepOut();
  }
}
