import { addFaults, FaultCounts, noFaults } from './fault-counts';
import { HistoryResult, runHistory } from './history';
import { makePlan } from './make-plan';
import { HistoryPlan } from './plan';
import { ProfileName } from './profiles';
import { Violation } from './world';

export interface HistoryRange {
  readonly seed: number;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly profile?: ProfileName;
  /** Stops at the first violation. @default false */
  readonly stopAtViolation?: boolean;
}

export interface FoundViolation extends Violation {
  /** Number of the history. */
  readonly history: number;
  readonly plan: HistoryPlan;
}

export interface RangeResult {
  histories: number;
  changes: number;
  readonly faults: FaultCounts;
  readonly violations: FoundViolation[];
}

function noResult(): RangeResult {
  return { histories: 0, changes: 0, faults: noFaults(), violations: [] };
}

/** Runs the histories of a range, one after the other. */
export async function runHistories({ seed, from, to, profile, stopAtViolation = false }: HistoryRange): Promise<RangeResult> {
  const result = noResult();
  for (let history = from; history < to; history += 1) {
    const plan = makePlan(seed, history, profile);
    const { changes, faults, violation } = await watched(plan);
    result.histories += 1;
    result.changes += changes;
    addFaults(result.faults, faults);
    if (violation) result.violations.push({ ...violation, history, plan });
    if (violation && stopAtViolation) break;
  }
  return result;
}

/** Like Node in Lambda, takes a rejection that nobody handles for the end of the process: it must not come to that. */
export async function watched(plan: HistoryPlan, trace?: (line: string) => void): Promise<HistoryResult> {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', listener);
  try {
    const result = await runHistory(plan, { trace });
    // Node tells of rejections when the ticks are over.
    if (plan.wholeTurns) await new Promise((resolve) => setImmediate(resolve));
    if (result.violation || unhandled.length === 0) return result;
    return { ...result, violation: { invariant: 'I11', message: `a rejection was not handled, which ends the process: ${String(unhandled[0])}` } };
  } finally {
    process.off('unhandledRejection', listener);
  }
}
