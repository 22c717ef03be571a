import { HOSTILE_BY_DEFAULT, HOSTILE_FAULTS } from './hostile';

/** Every fault of a stream's histories, by name: each is counted, so that none is silently absent. */
const NAMED_FAULTS = [
  'handlerThrowsOnceFirst', 'handlerThrowsOnceMiddle', 'handlerThrowsOnceLast',
  'handlerThrowsAlwaysFirst', 'handlerThrowsAlwaysMiddle', 'handlerThrowsAlwaysLast',
  'handlerThrowsNonError', 'handlerThrowsAfterEffect', 'handlerThrowsAfterCommit', 'handlerIgnoresCommit',
  'handlerFailsCondition', 'permanentError', 'retryLater', 'handlerThrottled', 'handlerHangs', 'handlerIgnoresSignal', 'handlerEndsProcess',
  'handlerOutage',
  'timeout', 'killedAtAwait', 'killedAtAnyTime', 'crashAfterEffectBeforeMark', 'crashAfterMarkBeforeResponse',
  'redeliveredWithSameRequestId', 'redeliveredWithNewRequestId', 'redeliveredSuffix', 'twoDeliveriesAtOnce',
  'invocationThrottled', 'serviceError', 'retriesExhausted', 'recordTooOldForMapping',
  'shardSplit', 'sequenceNumberGainsDigit', 'streamRecreated', 'changesBeforeLatest',
  'store400', 'store429', 'store500', 'storeTimeoutBefore', 'storeTimeoutAfter', 'unprocessedKeys', 'statementRefused', 'answerTooShort',
  'transactionConflict', 'storeOutage',
  'failureStoreRefused', 'failureStoreThrottled', 'destinationRefused',
  'noSequenceNumber', 'unreadableKeys', 'unreadableImage', 'largeImage',
  'clockSkew', 'markExpired', 'mappingDisabled', 'deploy',
] as const;

export type Fault = (typeof NAMED_FAULTS)[number];

export const FAULTS: readonly string[] = [...NAMED_FAULTS, ...(HOSTILE_BY_DEFAULT ? HOSTILE_FAULTS : [])];

/** How often each fault of a kind of histories has happened. */
export type FaultCounts = { [fault: string]: number };

export function noFaults(faults: readonly string[] = FAULTS): FaultCounts {
  return Object.fromEntries(faults.map((fault) => [fault, 0]));
}

export function addFaults(to: FaultCounts, more: Readonly<FaultCounts>): void {
  for (const fault of Object.keys(more)) to[fault] = (to[fault] ?? 0) + more[fault];
}

/** Faults that should have happened, and have not. */
export function absentFaults(counts: Readonly<FaultCounts>): string[] {
  return Object.keys(counts).filter((fault) => counts[fault] === 0);
}

/** Counts the faults of one history. */
export class FaultTally {
  public readonly counts: FaultCounts;

  public constructor(faults: readonly string[]) {
    this.counts = noFaults(faults);
  }

  /** @throws RangeError for a fault that is not in the kind's table */
  public readonly count = (fault: string): void => {
    if (!(fault in this.counts)) throw new RangeError(`${fault} is in no table of faults`);
    this.counts[fault] += 1;
  };
}
