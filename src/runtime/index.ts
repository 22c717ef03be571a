/** What user code imports from `cdk-dynamodb-cdc/runtime`. It names no type of another package. */

export type { AttributeValueJson, ChangeJson, ItemJson } from '../contract/change-json';
export type { AttributeValue } from './change/attribute-value';
export { changeFromJson } from './change/change-json';
export { ExactNumber } from './change/exact-number';
export type { Change, InsertChange, Item, ModifyChange, RemoveChange } from './change/change';
export type { ChangeContext, ChangeLogger, CommitWrite, WritableValue } from './change/context';
export {
  AlreadyAppliedError, ChangeError, CommitConditionError, CommitMisuseError, PermanentError, RetryLaterError,
} from './errors';
export type { RetryLaterOptions } from './errors';
export { retryLaterIfUnavailable, unavailability } from './unavailable';

import type { Change, Item } from './change/change';
import type { ChangeContext } from './change/context';

/** The shape of a subscriber's function. */
export type OnChange<T = Item> = (change: Change<T>, context: ChangeContext) => Promise<void> | void;
