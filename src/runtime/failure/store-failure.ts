import { FAILURE_RECORD_VERSION, FailureReason, FailureRecord } from '../../contract/failure-record';
import { FailingState } from '../../contract/ledger';
import { LaneRecord, Run } from '../lanes/run';
import { retryStore } from '../ledger/store-retry';
import { wholeError } from '../thrown';

export interface Failure {
  readonly reason: FailureReason;
  /** What was thrown, which may be undefined; absent where nothing was. */
  readonly error?: unknown;
  readonly failing?: FailingState;
  /** Position of the change before it, where that is stored or settled too. */
  readonly after?: string;
  /** What is stored of the change already stays, because it says more. */
  readonly onlyIfAbsent?: boolean;
}

/** Puts one change, whole, into the failure store; waits out what passes. Nothing is settled before this has returned. */
export async function storeFailure(run: Run, keyHash: string, record: LaneRecord, failure: Failure): Promise<void> {
  const { clock, random, settings } = run;
  // The failure store knows no fence; what is put there after all, under the same name, a redrive knows as applied already.
  if (!failure.onlyIfAbsent) await run.claim?.confirm(run.deadline.storeSignal);
  const stored: FailureRecord = {
    formatVersion: FAILURE_RECORD_VERSION,
    subscriber: settings.subscriber,
    table: run.scope.table,
    streamArn: record.record.eventSourceARN ?? run.streamArn,
    keyHash,
    position: record.at,
    sequenceNumber: record.sequenceNumber,
    reason: failure.reason,
    ...(failure.after !== undefined && { after: failure.after }),
    ...('error' in failure && { error: wholeError(failure.error) }),
    attempts: failure.failing?.n ?? (failure.reason === 'PERMANENT_ERROR' ? 1 : 0),
    ...(failure.failing && { firstFailedAt: new Date(failure.failing.first).toISOString() }),
    storedAt: new Date(clock.now()).toISOString(),
    record: record.record,
  };
  const put = () => (failure.onlyIfAbsent ? run.failures.putIfAbsent(stored) : run.failures.put(stored));
  await retryStore({ clock, random, signal: run.deadline.storeSignal }, put);
  run.counts.stored += 1;
}
