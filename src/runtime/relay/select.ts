import { PreparedChange } from './prepared-change';
import { Target } from './target';
import { FilterError } from '../../contract/envelope';
import { errorName, messageOf } from '../thrown';

export interface WantedChange {
  readonly change: PreparedChange;
  /** The filter failed on this change, so nobody knows whether it is wanted. */
  readonly filterError?: FilterError;
}

/** The filter fails on so many changes that it is the filter's fault, not theirs. */
export class FilterFailingError extends Error {
  public constructor(cause: unknown) {
    super(`the filter cannot be evaluated: ${errorName(cause)}`, { cause });
    this.name = 'FilterFailingError';
  }
}

const FEWEST_FAILURES = 3;

/**
 * What the target wants. A filter that fails on a change now and then fails on what is wrong with the change: the change goes on, to be stored
 * with this error by its subscriber. One that fails on most throws: nothing is decided until it works again.
 */
export function select(target: Target, changes: readonly PreparedChange[]): WantedChange[] {
  if (target.filterDefect !== undefined) throw new FilterFailingError(target.filterDefect);
  const { filter } = target;
  if (!filter) return changes.map(({ wanted }) => wanted);
  const chosen: WantedChange[] = [];
  let failures = 0;
  let last: unknown;
  for (const change of changes) {
    try {
      if (filter(change.record)) chosen.push(change.wanted);
    } catch (error) {
      failures += 1;
      last = error;
      chosen.push({ change, filterError: { name: errorName(error), message: messageOf(error) } });
    }
  }
  if (failures >= FEWEST_FAILURES && failures * 2 > changes.length) throw new FilterFailingError(last);
  return chosen;
}
