import * as real from '../../handlers/availability';
import type { Change, ChangeContext } from 'cdk-dynamodb-cdc/runtime';

/** The real handler, which now and then fails before or after its commit. */
export const onChange = async (change: Change<real.Movement>, context: ChangeContext): Promise<void> => {
  const dice = Math.random();
  if (dice < 0.01) throw new Error('the demo lets this attempt fail');
  await real.onChange(change, context);
  if (dice < 0.02) throw new Error('the demo lets this attempt fail after its commit');
};
