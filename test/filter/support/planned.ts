import { SerializedFilter } from '../../../src/contract/filter';
import { ChangeFilter } from '../../../src/filter';
import { compileFilter } from '../../../src/filter/model';
import { FilterPlan, FilterPlanContext } from '../../../src/filter/plan/filter-plan';
import { matchesPattern } from '../../../src/local/model/event-pattern';

export const CONTEXT: FilterPlanContext = { scopePath: 'Stack/Fraud', streamViewType: 'NEW_AND_OLD_IMAGES', maxPatterns: 5, allowResidual: true };

export const KEYS = { partitionKey: { name: 'pk', type: 'S' }, sortKey: { name: 'sk', type: 'N' } };

export function plan(filter: ChangeFilter, context: Partial<FilterPlanContext> = {}): FilterPlan {
  return filter._plan({ ...CONTEXT, ...context });
}

/** What the mapping lets pass. */
export function passes({ patterns }: Pick<FilterPlan, 'patterns'>, record: object): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matchesPattern(record, JSON.parse(pattern)));
}

/** What reaches the user's function. */
export function reaches(filter: ChangeFilter, record: object): boolean {
  const planned = plan(filter);
  return passes(planned, record) && (planned.residual === undefined || compileFilter(planned.residual)(record));
}

export function meansByItself(filter: ChangeFilter, record: object): boolean {
  return compileFilter(filter.toJSON() as SerializedFilter)(record);
}

export const insert = (NewImage: object) => ({ eventName: 'INSERT', dynamodb: { Keys: { pk: { S: '1' } }, NewImage } });
export const modify = (OldImage: object, NewImage: object) => ({ eventName: 'MODIFY', dynamodb: { Keys: { pk: { S: '1' } }, OldImage, NewImage } });
export const remove = (OldImage: object, userIdentity?: object) => ({
  eventName: 'REMOVE', dynamodb: { Keys: { pk: { S: '1' } }, OldImage }, ...(userIdentity && { userIdentity }),
});
export const TTL = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
