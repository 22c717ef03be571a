import { LEDGER, LEDGER_VERSION } from '../../contract/ledger';
import { BATCH_STATEMENTS } from '../../contract/limits';
import { DocumentClient, Statement } from '../ports';
import { RetryOptions, retryStore } from './store-retry';
import { isTransientName } from './transient';

/** A position to be stored in a row, such as its mark: that of the last settled change. */
export interface StatementMark {
  readonly pk: string;
  readonly at: string;
  /** Whether the row was there when it was read; decides which statement is tried first. */
  readonly exists: boolean;
}

export interface StatementTarget {
  readonly client: DocumentClient;
  readonly table: string;
  readonly subscriber: string;
  /** Epoch seconds when the rows may be deleted. */
  readonly expires: number;
  readonly retry: RetryOptions;
}

interface Step {
  readonly mark: StatementMark;
  /** The statement to try, and those that decide where it finds its condition false. */
  readonly plan: readonly ('insert' | 'update')[];
}

const NEW_ROW = ['insert', 'update'] as const;
// The row may have expired, or its insert may still be on its way in another request: only an update that finds it is an answer.
const KNOWN_ROW = ['update', 'insert', 'update'] as const;

/**
 * Writes marks with conditions, 25 a request at one write unit each: BatchWriteItem has no conditions, and a transaction costs two units.
 * PartiQL has no upsert, so a mark is an INSERT that fails where the row exists, or an UPDATE that fails where the mark is as high,
 * the item is parked or the row has expired; where one fails the other tells which it was.
 */
export function writeMarkStatements(target: StatementTarget, marks: readonly StatementMark[]): Promise<void> {
  return writePositions(target, marks, MARK);
}

/** How a position gets into a row that is there, and into one that is not. */
export interface PositionStatements {
  insert(target: StatementTarget, mark: StatementMark): Statement;
  update(target: StatementTarget, mark: StatementMark): Statement;
}

/** Writes up to 25 positions in one request, and asks again for what the answer leaves open. One that is no higher than what is there is left alone. */
export async function writePositions(target: StatementTarget, marks: readonly StatementMark[], statements: PositionStatements): Promise<void> {
  if (marks.length > BATCH_STATEMENTS) throw new RangeError(`${marks.length} marks do not fit one request`);
  let steps: Step[] = marks.map((mark) => ({ mark, plan: mark.exists ? KNOWN_ROW : NEW_ROW }));
  while (steps.length > 0) {
    steps = await retryStore(target.retry, async () => {
      const { Responses = [] } = await target.client.batchExecuteStatement({
        Statements: steps.map(({ mark, plan }) => statements[plan[0]](target, mark)),
      });
      const next: Step[] = [];
      let refused: string | undefined;
      steps.forEach((step, index) => {
        // An answer that is short says nothing about the rest: ask again.
        const code = index < Responses.length ? Responses[index].Error?.Code : 'NoResponse';
        if (code === undefined) return;
        if (code === 'DuplicateItem' || code === 'ConditionalCheckFailed') {
          if (step.plan.length > 1) next.push({ mark: step.mark, plan: step.plan.slice(1) });
        } else {
          refused = code;
          next.push(step);
        }
      });
      if (refused !== undefined) {
        // What was written need not be written again; writing it again would be refused, so it is also harmless.
        steps = next;
        throw new StatementError(refused);
      }
      return next;
    });
  }
}

/** Stands for the code of a statement of which the answer says nothing. */
const NO_RESPONSE = 'NoResponse';

/** One statement of a batch was refused with this code. */
class StatementError extends Error {
  public constructor(code: string) {
    super(`a statement of the batch was refused: ${code}`);
    const transient = code === NO_RESPONSE || isTransientName(code);
    this.name = transient === false ? code : transient ? 'StatementError' : 'UnlistedStatementError';
  }
}

const MARK: PositionStatements = {
  insert: ({ table, subscriber, expires }, { pk, at }) => ({
    Statement: `INSERT INTO "${table}" VALUE {'${LEDGER.KEY}': ?, '${LEDGER.VERSION}': ?, '${LEDGER.SUBSCRIBER}': ?, `
      + `'${LEDGER.MARK}': ?, '${LEDGER.EXPIRES}': ?}`,
    Parameters: [pk, LEDGER_VERSION, subscriber, at, expires],
  }),
  update: ({ table, expires }, { pk, at }) => ({
    Statement: `UPDATE "${table}" SET ${LEDGER.MARK} = ? SET ${LEDGER.EXPIRES} = ? `
      + `WHERE ${LEDGER.KEY} = ? AND ${LEDGER.MARK} < ? AND ${LEDGER.PARKED} IS MISSING`,
    Parameters: [at, expires, pk, at],
  }),
};
