import { Outcome } from './attempt';
import { dueAfter, retryLaterDelay } from './attempt-schedule';
import { failureSignature, showsRefusal } from './health';
import type { Call, Lane } from './lane';
import { endOf, isPostponedTooLong } from './postponement';
import { LaneRecord, Run, Verdict } from './run';
import { FailureReason } from '../../contract/failure-record';
import { FailingState, LEDGER_VERSION } from '../../contract/ledger';
import { AGE_SHARE_BEFORE_STORING } from '../../contract/settings';
import { commitTransaction } from '../commit';
import { errorKind } from '../errors';
import { storeFailure } from '../failure/store-failure';
import { describeError } from '../observe/logger';

type Decision = Verdict | 'again';

/** A delivery comes about as soon as this by itself: less is not worth a write. */
const WORTH_REMEMBERING_MILLIS = 1_000;

/** Stands for an attempt whose end nobody saw. */
export class InterruptedError extends Error {
  public override readonly name = 'InterruptedError';

  public constructor() {
    super('the handler did not finish: the time was up, or the process ended');
  }
}

/**
 * Counts the attempt before it is made, so that a change that ends the process is found. False: another delivery has settled or parked it.
 * Only a batch of one in a fresh process pays for this write: a crash leaves a fresh process, and bisecting isolates the change.
 */
export async function countBeforehand(run: Run, lane: Lane, record: LaneRecord): Promise<boolean> {
  lane.countAttempt(record, run.clock.now(), true);
  lane.counting = true;
  try {
    if (await lane.rememberAttempts()) return true;
  } catch (error) {
    lane.forgetAttempts();
    throw error;
  } finally {
    lane.counting = false;
  }
  await lane.readAgain();
  return false;
}

/** As many attempts as the change has, over as much time as they are to be spread. */
export function isSpent({ clock, settings: { attemptSpanMillis, maxAttempts } }: Run, failing: FailingState): boolean {
  return failing.n >= maxAttempts && (maxAttempts === 1 || clock.now() - failing.first >= attemptSpanMillis);
}

/** An earlier delivery has made attempts, or was asked for time: the next one keeps the distance it would have had there. False: the time is up. */
export async function waitUntilDue(run: Run, lane: Lane, record: LaneRecord, known: FailingState): Promise<boolean> {
  const { n, first, due } = known;
  const now = run.clock.now();
  // The clock of the process that made them may have been wrong; it must not hold the item for longer than the attempts take in all.
  const longest = dueAfter(run.settings.maxAttempts, run.settings, run.random);
  const spread = n === 0 ? 0 : Math.min(longest, first + dueAfter(n, run.settings, run.random) - now);
  // What is asked for ends with the record's age: the last call decides then. Where the first attempt is yet to come by this clock, the handler is asked anew.
  const asked = due === undefined || first > now || isOld(run, record) ? 0 : Math.min(due, endOf(run, lane.rememberPostponed(record, now))) - now;
  const wait = Math.max(spread, asked);
  return wait <= 0 || lane.pause(wait);
}

/** The handler failed: tries again later in this invocation, leaves it to the next one, or gives the change up. */
export async function afterFailure(run: Run, lane: Lane, record: LaneRecord, error: unknown, counted: boolean): Promise<Decision> {
  const now = run.clock.now();
  const signature = failureSignature(error);
  run.counts.failedAttempts += 1;
  run.memory.health.itemFailed(lane.pk, signature, now);
  run.logger.warn('attempt failed', { ...identity(lane, record), error: describeError(error, run.settings) });
  if (isOld(run, record)) return store(run, lane, record, 'RECORD_AGE', error);
  if (run.memory.health.inOutage(signature, now, heldSince(lane, record, signature))) return waitForEnd(run, lane, record, signature);
  const failing = counted ? lane.attemptEnded(now) : lane.countAttempt(record, now);
  if (isSpent(run, failing)) return exhausted(run, lane, record, 'ATTEMPTS_EXHAUSTED', error);
  const due = failing.first + dueAfter(failing.n, run.settings, run.random);
  return await lane.pause(Math.max(0, due - now)) ? 'again' : 'stop';
}

/** The handler asked for another time, or whatever it calls is throttled: costs no attempt. */
export async function afterPostponement(
  run: Run, lane: Lane, record: LaneRecord, outcome: Extract<Outcome, { kind: 'later' }>, times: number,
): Promise<Decision> {
  run.logger.info('postponed', { ...identity(lane, record), error: describeError(outcome.error, run.settings) });
  if (isOld(run, record)) return store(run, lane, record, 'RECORD_AGE', outcome.error);
  const delay = retryLaterDelay(times, outcome.after, run.random);
  const due = run.clock.now() + delay;
  if (await isPostponedTooLong(run, lane, record, outcome.error, outcome.after === undefined ? 0 : due)) return store(run, lane, record, 'POSTPONED_TOO_LONG', outcome.error);
  if (await lane.pause(delay)) return 'again';
  lane.rememberPostponed(record, lane.calledAt);
  // A queue keeps the time itself; for a stream the next delivery has to know it.
  const isLong = outcome.after !== undefined && due - run.clock.now() > WORTH_REMEMBERING_MILLIS;
  if (isLong && run.patienceMillis === undefined) lane.rememberDue(record, due);
  return 'stop';
}

/**
 * The time was up while the handler ran. That is no fault of the change, unless it was alone and had the whole invocation: then it counts, or
 * a change that hangs would hold its shard until the record is too old.
 */
export function interrupted(run: Run, lane: Lane, record: LaneRecord, { alone, counted }: Pick<Call, 'alone' | 'counted'>): 'stop' {
  if (alone) {
    run.counts.failedAttempts += 1;
    run.memory.health.itemFailed(lane.pk, failureSignature(new InterruptedError()), run.clock.now());
    if (!counted) lane.countAttempt(record, run.clock.now(), true);
  } else if (counted) {
    lane.forgetAttempts();
  }
  run.logger.warn('interrupted by the end of the invocation', identity(lane, record));
  return 'stop';
}

/** All attempts are spent; an outage that only others have seen still saves the change. */
export async function exhausted(run: Run, lane: Lane, record: LaneRecord, reason: FailureReason, error: unknown): Promise<Decision> {
  await run.loadHealth();
  const signature = failureSignature(error);
  const isOutage = run.memory.health.inOutage(signature, run.clock.now(), heldSince(lane, record, signature));
  if (isOutage && !isOld(run, record)) return waitForEnd(run, lane, record, signature);
  return store(run, lane, record, reason, error);
}

/** Gives the change up: whole into the failure store, then the item is parked, or only this record skipped. */
export async function store(run: Run, lane: Lane, record: LaneRecord, reason: FailureReason, error: unknown): Promise<Verdict> {
  if (!run.open) return 'stop';
  await storeFailure(run, lane.pk, record, { reason, error, failing: lane.attemptsOf(record) });
  // The response has said that it is not settled: what becomes of it is for the next delivery to decide.
  if (!run.open) return 'stop';
  run.memory.itemStored(lane.pk);
  const park = run.settings.onPoison === 'PARK_ITEM' && !record.loose;
  run.logger.error(park ? 'stored in the failure store; the item is parked' : 'stored in the failure store; the change is skipped', {
    ...identity(lane, record), reason, error: describeError(error, run.settings),
  });
  if (!park) return record.loose ? 'settled' : skip(run, lane, record);
  const parked = { at: record.at, since: run.clock.now(), tail: record.at };
  if (await run.ledger.park(lane.pk, parked, run.deadline.storeSignal)) lane.row = { pk: lane.pk, v: LEDGER_VERSION, ...lane.row, parked };
  // Another delivery has settled the change, or parked the item: what it left is taken up.
  else await lane.readAgain();
  return 'look again';
}

/**
 * Moves the item on past the change, and remembers in the same transaction that it was skipped: the mark alone could not tell a redrive a change that
 * was skipped from one that a later delivery has applied after all.
 */
async function skip(run: Run, lane: Lane, { at }: LaneRecord): Promise<Verdict> {
  const { client, clock, ledger, random, deadline: { storeSignal: signal } } = run;
  try {
    await commitTransaction({ client, retry: { clock, random, signal }, mark: ledger.markWrite(lane.pk, at) }, [ledger.aloneWrite(lane.pk, at, 'skipped')]);
    return 'marked';
  } catch (error) {
    // A redrive has applied it already: only the mark is to move.
    if (errorKind(error) === 'COMMIT_CONDITION') return 'settled';
    if (errorKind(error) !== 'ALREADY_APPLIED') throw error;
    await lane.readAgain();
    return 'look again';
  }
}

/** Most items fail alike: attempts do not count, and only a few calls probe whether it is over. */
async function waitForEnd(run: Run, lane: Lane, record: LaneRecord, signature: string): Promise<Decision> {
  if (run.outageSignature === undefined) run.logger.error('most items fail alike: taken for an outage, nothing is given up', { signature });
  run.outageSignature = signature;
  run.counts.outage = 1;
  const now = run.clock.now();
  const since = Math.min(now, heldSince(lane, record, signature) ?? now);
  lane.forgetAttempts();
  if (showsRefusal(signature)) lane.rememberRefused(record, since);
  run.admission.probeFailed();
  return await lane.pause(0) ? 'again' : 'stop';
}

/** Since when a refused permission has held the change, in whatever process. */
function heldSince(lane: Lane, record: LaneRecord, signature: string): number | undefined {
  return showsRefusal(signature) ? lane.attemptsOf(record)?.refused : undefined;
}

/** The mapping would soon discard the record; what we store stays in order, what it discards does not. */
export function isOld(run: Run, record: LaneRecord): boolean {
  const created = (record.record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000;
  return created > 0 && run.clock.now() - created >= run.settings.maxRecordAgeSeconds * 1000 * AGE_SHARE_BEFORE_STORING;
}

function identity(lane: Lane, record: LaneRecord): object {
  return { keyHash: lane.pk, sequenceNumber: record.sequenceNumber };
}
