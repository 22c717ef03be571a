import { setMaxListeners } from 'node:events';
import { RelayRun } from './relay-run';
import { WantedChange } from './select';
import { eachOf } from './send';
import { Target } from './target';
import { LEDGER, LEDGER_ROW_SECONDS, LEDGER_VERSION } from '../../contract/ledger';
import { BATCH_STATEMENTS } from '../../contract/limits';
import { itemKey } from '../ledger/item-key';
import { PositionStatements, StatementMark, writePositions } from '../ledger/mark-statements';
import { errorName } from '../thrown';

const REQUESTS_AT_ONCE = 10;
/** A ledger that does not answer must not hold up what is to be sent. */
const PATIENCE_MILLIS = 1_000;

/** How an item's newest change gets into its row. */
export const LATEST: PositionStatements = {
  insert: ({ table, subscriber, expires }, { pk, at }) => ({
    Statement: `INSERT INTO "${table}" VALUE {'${LEDGER.KEY}': ?, '${LEDGER.VERSION}': ?, '${LEDGER.SUBSCRIBER}': ?, `
      + `'${LEDGER.MARK}': ?, '${LEDGER.LATEST}': ?, '${LEDGER.EXPIRES}': ?}`,
    Parameters: [pk, LEDGER_VERSION, subscriber, '', at, expires],
  }),
  // A row without the attribute gets it when its item is claimed next.
  update: ({ table }, { pk, at }) => ({
    Statement: `UPDATE "${table}" SET ${LEDGER.LATEST} = ? WHERE ${LEDGER.KEY} = ? AND ${LEDGER.LATEST} < ?`,
    Parameters: [at, pk, at],
  }),
};

/**
 * Tells the ledger, before anything of the batch is sent, of each item's newest change that the target wants: one write an item and batch, 25 a request. A worker
 * may then pass over what is older, because the newest is on its way for good: it is sent, or spilled, or the batch is delivered again. Where it cannot be told
 * nothing is lost but the saving: every change is worked on.
 */
export async function recordLatest(run: RelayRun, target: Target, wanted: readonly WantedChange[]): Promise<void> {
  const { client, clock, ledgerTable, logger, random } = run;
  const marks = latestOf(run, target, wanted);
  const over = new AbortController();
  // Every request that waits for its next try listens; that is no leak.
  setMaxListeners(0, over.signal);
  const end = () => over.abort();
  void clock.sleep(PATIENCE_MILLIS, over.signal).then(end);
  // The invocation may end before.
  run.retry.signal.addEventListener('abort', end, { once: true });
  const statements = {
    client,
    table: ledgerTable,
    subscriber: target.name,
    expires: Math.ceil(clock.now() / 1000) + LEDGER_ROW_SECONDS,
    retry: { clock, random, signal: over.signal },
  };
  try {
    const requests = Array.from({ length: Math.ceil(marks.length / BATCH_STATEMENTS) }, (_, index) => index * BATCH_STATEMENTS);
    await eachOf(requests, REQUESTS_AT_ONCE, (start) => writePositions(statements, marks.slice(start, start + BATCH_STATEMENTS), LATEST));
  } catch (error) {
    logger.warn('newest changes are not recorded: those before them are worked on', { target: target.name, error: { name: errorName(error) } });
  } finally {
    run.retry.signal.removeEventListener('abort', end);
    end();
  }
}

/** One for each item. A change whose filter failed may not be wanted at all, so it supersedes nothing. */
function latestOf(run: RelayRun, target: Target, wanted: readonly WantedChange[]): StatementMark[] {
  const latest = new Map<string, StatementMark>();
  for (const { change: { record, at }, filterError } of wanted) {
    const pk = itemKey({ subscriber: target.name, table: run.table }, record.dynamodb?.Keys);
    if (filterError !== undefined || pk === undefined) continue;
    const before = latest.get(pk);
    // An item that is new in this batch has no row, most likely.
    latest.set(pk, { pk, at, exists: before?.exists ?? record.eventName !== 'INSERT' });
  }
  return [...latest.values()];
}
