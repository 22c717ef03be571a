import { SerializedFilter } from '../../contract/filter';

/** How the key attributes are called and typed (`S`, `N` or `B`). */
export interface FilterKey {
  readonly name: string;
  readonly type: string;
}

export interface FilterKeySchema {
  readonly partitionKey: FilterKey;
  readonly sortKey?: FilterKey;
}

/** What the planner has to know about the subscriber and its source. */
export interface FilterPlanContext {
  /** Construct path, for error messages. */
  readonly scopePath: string;
  /** DynamoDB's StreamViewType. */
  readonly streamViewType: string;
  /** Unknown when the table was imported without it: key checks are then left out. */
  readonly keySchema?: FilterKeySchema;
  /** Patterns the mapping may have: 5, or the quota AWS granted. */
  readonly maxPatterns: number;
  /** False where no runtime of ours evaluates the rest: whatever cannot be pushed down is then an error. */
  readonly allowResidual: boolean;
}

export interface FilterPlan {
  /** FilterCriteria patterns, ORed by the mapping; empty when every change is to pass it. */
  readonly patterns: string[];
  /** What the runtime must still evaluate; absent when the patterns alone mean the filter. */
  readonly residual?: SerializedFilter;
  /** What was pushed down, what stays, and why. */
  readonly reasons: string[];
}
