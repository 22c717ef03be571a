import { randomUUID } from 'node:crypto';
import { COMMIT_WRITES } from '../contract/limits';
import type { CommitWrite } from './change/context';
import { copyOf } from './change/copy-write';
import { AlreadyAppliedError, CommitConditionError, CommitMisuseError } from './errors';
import { retryStore, RetryOptions } from './ledger/store-retry';
import { DocumentClient } from './ports';
import { errorName } from './thrown';

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
export async function commitTransaction(
  target: CommitTarget, writes: readonly CommitWrite[], onCommit?: (writes: readonly CommitWrite[]) => void,
): Promise<void> {
  // Read once, so that every try sends the same, and what cannot be read fails before anything is retried.
  const own = readWrites(writes);
  onCommit?.(own);
  const also = target.also && own.length < COMMIT_WRITES ? [target.also] : [];
  const input = { TransactItems: [...own, ...also, target.mark], ClientRequestToken: randomUUID() };
  await retryStore(target.retry, async () => {
    try {
      await target.client.transactWrite(input);
    } catch (error) {
      throw explain(error, own.length);
    }
  });
}

function explain(error: unknown, ledgerFrom: number): unknown {
  if (errorName(error) !== 'TransactionCanceledException') return error;
  const reasons = (error as { CancellationReasons?: readonly { Code?: string }[] }).CancellationReasons ?? [];
  if (reasons.slice(ledgerFrom).some(({ Code }) => Code === 'ConditionalCheckFailed')) return new AlreadyAppliedError();
  const refused = reasons.flatMap((reason, index) => (reason.Code === 'ConditionalCheckFailed' ? [index] : []));
  if (refused.length > 0) return new CommitConditionError(refused, { cause: error });
  const codes = reasons.flatMap(({ Code = 'None' }) => (Code === 'None' ? [] : [Code]));
  return codes.length > 0 && codes.every((code) => PASSING.has(code)) ? new TransactionBusyError(error) : error;
}

const KINDS = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;

/** A copy of what the handler has given. @throws CommitMisuseError where it is no list of writes */
function readWrites(writes: unknown): CommitWrite[] {
  if (!Array.isArray(writes)) throw new CommitMisuseError(`a commit takes a list of writes, ${nameOf(writes)} was given`, 'ERR_COMMIT_LIST');
  if (writes.length > COMMIT_WRITES) {
    throw new CommitMisuseError(`a commit takes up to ${COMMIT_WRITES} writes, ${writes.length} were given`, 'ERR_COMMIT_TOO_MANY');
  }
  return Array.from(writes as readonly unknown[], (write, index) => {
    checkWrite(write, index);
    return copyOf(write, index);
  });
}

function checkWrite(write: unknown, index: number): asserts write is CommitWrite {
  const place = `write ${index} of the commit`;
  const fail = (what: string, code = 'ERR_COMMIT_WRITE'): never => { throw new CommitMisuseError(what, code); };
  if (typeof write !== 'object' || write === null) return fail(`${place} is ${nameOf(write)}, not an object with one of ${KINDS.join(', ')}`);
  const given = Object.keys(write);
  const [kind] = given;
  if (given.length !== 1 || !(KINDS as readonly string[]).includes(kind)) fail(`${place} must have exactly one of ${KINDS.join(', ')}`);
  const input = (write as { readonly [kind: string]: unknown })[kind];
  if (typeof input !== 'object' || input === null) return fail(`${kind} of ${place} is ${nameOf(input)}, not an object`);
  const { TableName } = input as { readonly TableName?: unknown };
  if (typeof TableName !== 'string' || TableName === '') fail(`${kind} of ${place} names no table: TableName is ${nameOf(TableName)}`, 'ERR_COMMIT_TABLE');
}

/** Never the value, which may be the change's. */
function nameOf(value: unknown): string {
  if (value === '') return 'an empty string';
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
}

/** The transaction met another one, or a throttle: it is tried again. */
class TransactionBusyError extends Error {
  public override readonly name = 'TransactionBusyError';

  public constructor(cause: unknown) {
    super('the transaction met another one', { cause });
  }
}
