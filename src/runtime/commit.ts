import { randomUUID } from 'node:crypto';
import { COMMIT_WRITES } from '../contract/limits';
import type { CommitWrite } from './change/context';
import { AlreadyAppliedError, CommitConditionError, CommitMisuseError } from './errors';
import { errorName, retryStore, RetryOptions } from './ledger/store-retry';
import { DocumentClient } from './ports';

/** Reasons for which the same transaction may succeed a moment later. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded', 'InternalServerError']);

export interface CommitTarget {
  readonly client: DocumentClient;
  readonly retry: RetryOptions;
  /** The ledger's part of the transaction. */
  readonly mark: CommitWrite;
  /** A second row of the ledger's, of a redrive. Left out where the handler's writes fill the transaction. */
  readonly also?: CommitWrite;
}

/**
 * The handler's writes and the ledger's mark in one transaction. The ledger's part comes last, so a reason's position tells whose condition
 * failed; where both failed the ledger's counts, because the change has then been applied. One token for all tries makes a lost answer harmless.
 */
export async function commitTransaction(target: CommitTarget, writes: readonly CommitWrite[]): Promise<void> {
  if (writes.length > COMMIT_WRITES) throw new CommitMisuseError(`a commit takes up to ${COMMIT_WRITES} writes, ${writes.length} were given`);
  const also = target.also && writes.length < COMMIT_WRITES ? [target.also] : [];
  const input = { TransactItems: [...writes, ...also, target.mark], ClientRequestToken: randomUUID() };
  await retryStore(target.retry, async () => {
    try {
      await target.client.transactWrite(input);
    } catch (error) {
      throw explain(error, writes.length);
    }
  });
}

function explain(error: unknown, ledgerFrom: number): unknown {
  if (errorName(error) !== 'TransactionCanceledException') return error;
  const reasons = (error as { CancellationReasons?: readonly { Code?: string }[] }).CancellationReasons ?? [];
  if (reasons.slice(ledgerFrom).some(({ Code }) => Code === 'ConditionalCheckFailed')) return new AlreadyAppliedError();
  const refused = reasons.flatMap((reason, index) => (reason.Code === 'ConditionalCheckFailed' ? [index] : []));
  if (refused.length > 0) return new CommitConditionError(refused, { cause: error });
  return reasons.some((reason) => PASSING.has(reason.Code ?? '')) ? new TransactionBusyError(error) : error;
}

/** The transaction met another one, or a throttle: it is tried again. */
class TransactionBusyError extends Error {
  public override readonly name = 'TransactionBusyError';

  public constructor(cause: unknown) {
    super('the transaction met another one', { cause });
  }
}

