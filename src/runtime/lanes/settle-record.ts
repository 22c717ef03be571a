import { afterFailure, afterPostponement, countBeforehand, exhausted, interrupted, InterruptedError, isOld, isSpent, store, waitUntilDue } from './after-failure';
import { Attempt, Outcome } from './attempt';
import { rememberApplied } from './given-up';
import type { Lane } from './lane';
import { LaneRecord, Run, Verdict } from './run';
import { readChange } from '../change/read-change';

/** Tries one record until there is a verdict. */
export async function settleRecord(run: Run, lane: Lane, record: LaneRecord): Promise<Verdict> {
  if (record.defect !== undefined) return store(run, lane, record, 'MALFORMED', record.defect);
  if (isSuperseded(run, lane, record)) {
    run.counts.superseded += 1;
    run.logger.debug('superseded: a newer change of the item is on its way', { keyHash: lane.pk, sequenceNumber: record.sequenceNumber });
    return 'superseded';
  }
  const known = lane.attemptsOf(record);
  let counted = false;
  const tooOld = known?.unfinished && run.settings.longWork && isOld(run, record);
  if (known?.unfinished && (tooOld || isSpent(run, known))) {
    const verdict = await exhausted(run, lane, record, tooOld ? 'RECORD_AGE' : 'ATTEMPTS_EXHAUSTED', new InterruptedError());
    if (verdict !== 'again') return verdict;
  } else {
    if (known !== undefined && !(await waitUntilDue(run, lane, record, known))) return 'stop';
    if (run.suspicious) {
      if (!(await countBeforehand(run, lane, record))) return 'look again';
      counted = true;
    }
  }
  for (let postponed = 0; ; postponed += 1) {
    // The store may have answered after the response, in a process that was frozen in between.
    if (!run.open) return 'stop';
    const alone = isAlone(run, record);
    const outcome = await call(run, lane, record, { counted, alone });
    if (!run.open) return 'stop';
    // What a worker that has lost its claim says of the change is not kept; what it has applied its mark decides.
    if (run.claim?.lost.aborted && outcome.kind !== 'applied') return 'stop';
    let verdict: Verdict | 'again';
    switch (outcome.kind) {
      case 'applied':
        run.counts.applied += 1;
        lane.handlerSucceeded(counted);
        run.memory.itemSucceeded(lane.pk, run.clock.now());
        run.admission.succeeded();
        if (outcome.committed) return 'marked';
        return record.givenUp ? rememberApplied(run, lane, record) : 'settled';
      case 'overtaken':
        await lane.readAgain();
        return 'look again';
      case 'interrupted': return interrupted(run, lane, record, { alone, counted });
      case 'permanent': return store(run, lane, record, 'PERMANENT_ERROR', outcome.error);
      case 'later':
        if (counted) lane.forgetAttempts();
        verdict = await afterPostponement(run, lane, record, outcome, postponed);
        break;
      case 'failed':
        verdict = await afterFailure(run, lane, record, outcome.error, counted);
        break;
    }
    if (verdict !== 'again') return verdict;
    counted = false;
  }
}

/** A newer change that the subscriber wants is in its queue, or about to be. */
function isSuperseded({ settings: { longWork } }: Run, lane: Lane, record: LaneRecord): boolean {
  return longWork?.onNewerChange === 'SKIP_SUPERSEDED' && record.at < (lane.row?.latest ?? '');
}

/**
 * Whether the change is to blame where its call does not finish: it had the whole invocation and nothing else to wait for. Work that takes long always has: what it calls
 * may be slow or down for as long as the record age allows.
 */
function isAlone(run: Run, record: LaneRecord): boolean {
  if (run.settings.longWork) return isOld(run, record);
  return (run.counts.records === 1 || run.patienceMillis !== undefined) && run.deadline.isUnhurried();
}

interface CallOptions {
  /** Whether the attempt has been counted beforehand. */
  readonly counted: boolean;
  readonly alone: boolean;
}

/** Calls the handler once. */
async function call(run: Run, lane: Lane, record: LaneRecord, { counted, alone }: CallOptions): Promise<Outcome> {
  const attempt = new Attempt({
    subscriberName: run.settings.subscriber,
    pk: lane.pk,
    at: record.at,
    attempt: (lane.attemptsOf(record)?.n ?? 0) + (counted ? 0 : 1),
    alone,
    deadline: run.deadline,
    logger: () => run.logger.with({ keyHash: lane.pk, sequenceNumber: record.sequenceNumber }),
    commitTarget: () => ({
      client: run.client,
      retry: { clock: run.clock, random: run.random, signal: run.deadline.storeSignal },
      mark: run.ledger.markWrite(lane.pk, record.at),
      ...(record.givenUp && { also: run.ledger.aloneWrite(lane.pk, record.at, 'applied') }),
    }),
    onCommit: run.onCommit,
  });
  lane.call = { attempt, record, alone, counted };
  run.counts.calls += 1;
  const start = lane.calledAt = run.clock.now();
  // Read anew for each attempt: what the handler has changed in it stays with the attempt before.
  const outcome = await attempt.run(run.handler, readChange(record.record));
  attempt.close();
  lane.call = undefined;
  run.memory.pace.took(run.clock.now() - start);
  return outcome;
}
