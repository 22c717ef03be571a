/** Every fault the simulation knows, by name: each is counted, so that none is silently absent. */
export const FAULTS = [
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

export type Fault = (typeof FAULTS)[number];
export type FaultCounts = { [fault in Fault]: number };

export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as FaultCounts;
}

export function addFaults(to: FaultCounts, more: Readonly<FaultCounts>): void {
  for (const fault of FAULTS) to[fault] += more[fault];
}
