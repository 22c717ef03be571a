import { LEDGER } from '../../contract/ledger';

export interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: { readonly [name: string]: string };
  readonly ExpressionAttributeValues?: object;
}

/** The write under one more condition: that nobody has claimed the row since. It costs nothing, because the row is written anyway. */
export function fenced<T extends Conditional>(write: T, fence: number): T {
  return {
    ...write,
    ConditionExpression: `${write.ConditionExpression} AND #fence = :fence`,
    ExpressionAttributeNames: { ...write.ExpressionAttributeNames, '#fence': LEDGER.FENCE },
    ExpressionAttributeValues: { ...write.ExpressionAttributeValues, ':fence': fence },
  };
}
