import * as real from '../../handlers/low-stock';
import type { Change, ChangeContext } from 'cdk-dynamodb-cdc/runtime';

const callReal = globalThis.fetch;

// The receiver asks one worker to end itself once: after the effect, before the runtime can mark it.
globalThis.fetch = async (...args) => {
  const response = await callReal(...args);
  if (response.headers.get('x-demo') === 'end-yourself') process.exit(1);
  return response;
};

export const onChange = (change: Change<never>, context: ChangeContext): Promise<void> => real.onChange(change, context);
