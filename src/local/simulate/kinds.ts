import { BROKERED_FAULTS, DISCARDED_FAULTS, makeBrokeredPlan, makeGivenUpPlan, runBrokeredHistory } from './brokered';
import { absentFaults, addFaults, FaultCounts, FAULTS, noFaults } from './fault-counts';
import { LONG_FAULTS, makeLongPlan, runLongHistory } from './long';
import { makeRedrivePlan, REDRIVE_FAULTS, runRedriveHistory } from './redrive';
import { Violation } from './world';

/** Histories by what takes part in them: `stream` has profiles, a trace and shrinking of its own. */
export const KINDS = ['stream', 'brokered', 'long', 'discarded', 'redrive'] as const;
export type KindName = (typeof KINDS)[number];
export type QueuedKind = Exclude<KindName, 'stream'>;

export interface KindResult {
  readonly changes: number;
  readonly faults: Readonly<FaultCounts>;
  readonly violation?: Violation;
}

/** Runs one history of each kind. */
const RUN: { readonly [kind in QueuedKind]: (seed: number, history: number) => Promise<KindResult> } = {
  brokered: (seed, history) => runBrokeredHistory(makeBrokeredPlan(seed, history)),
  discarded: (seed, history) => runBrokeredHistory(makeGivenUpPlan(seed, history)),
  long: (seed, history) => runLongHistory(makeLongPlan(seed, history)),
  redrive: (seed, history) => runRedriveHistory(makeRedrivePlan(seed, history)),
};

export const FAULTS_OF: { readonly [kind in KindName]: readonly string[] } = {
  stream: FAULTS, brokered: BROKERED_FAULTS, discarded: DISCARDED_FAULTS, long: LONG_FAULTS, redrive: REDRIVE_FAULTS,
};

/** With so many histories, of all profiles, each fault of the kind must have happened. */
export const HISTORIES_WITH_EVERY_FAULT: { readonly [kind in KindName]: number } = {
  stream: 4_000, brokered: 100, discarded: 100, long: 40, redrive: 300,
};

export interface KindRange {
  readonly kind: QueuedKind;
  readonly seed: number;
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

export interface KindViolation extends Violation {
  /** Number of the history. */
  readonly history: number;
}

export interface KindRangeResult {
  histories: number;
  changes: number;
  readonly faults: FaultCounts;
  readonly violations: KindViolation[];
}

export async function runKind({ kind, seed, from, to }: KindRange): Promise<KindRangeResult> {
  const result: KindRangeResult = { histories: 0, changes: 0, faults: noFaults(FAULTS_OF[kind]), violations: [] };
  for (let history = from; history < to; history += 1) {
    const { changes, faults, violation } = await RUN[kind](seed, history);
    result.histories += 1;
    result.changes += changes;
    addFaults(result.faults, faults);
    if (violation) result.violations.push({ ...violation, history });
  }
  return result;
}

/** What is wrong with a run: broken promises, and faults that should have happened. Empty when nothing is. */
export function findings(kind: KindName, { faults, histories, violations }: KindRangeResult): string[] {
  const broken = violations.map(({ history, invariant, message }) => `history ${history}: ${invariant}: ${message}`);
  const absent = histories < HISTORIES_WITH_EVERY_FAULT[kind] ? [] : absentFaults(faults);
  return [...broken, ...absent.map((fault) => `the fault ${fault} did not happen in ${histories} histories`)];
}
