import { Case } from '../case';
import { BatchPlan, indexOf, itemOf } from '../events';
import { FunctionProcess, Variant, VARIANTS } from '../process/function';
import { Summary, summarize } from '../statistics';

const RECORDS = 100;
const ITEMS = 10;
const HANDLER_MILLIS = 20;
const BATCHES = 5;

/** Ten changes of each of ten items, with a handler that takes now longer, now shorter. */
export const order: Case = {
  name: 'order',
  title: `${RECORDS} changes of ${ITEMS} items, a handler that takes 0 to ${HANDLER_MILLIS} ms`,
  run: async ({ bundles, store }) => {
    const variants: Record<string, Summary> = {};
    for (const variant of VARIANTS) {
      const process = await FunctionProcess.start(bundles, store.endpoint, variant, { millis: HANDLER_MILLIS, uneven: true });
      const counts: number[] = [];
      for (let batch = 0; batch < BATCHES; batch += 1) counts.push(await outOfOrder(process, variant, batch));
      process.stop();
      variants[variant] = summarize(counts);
    }
    return {
      settings: { records: RECORDS, items: ITEMS, handlerMillis: HANDLER_MILLIS, batches: BATCHES },
      figures: [{ name: 'changes applied out of order, a batch', unit: '', variants, goal: { of: 'cdc', atMost: 0 } }],
    };
  },
};

async function outOfOrder(process: FunctionProcess, variant: Variant, batch: number): Promise<number> {
  const plan: BatchPlan = { name: `order-${variant}-${batch}`, records: RECORDS, items: ITEMS };
  const { effects } = await process.invoke(plan);
  const newest = new Map<number, number>();
  let count = 0;
  for (const index of effects.map(indexOf)) {
    const item = itemOf(plan, index);
    if (index < (newest.get(item) ?? -1)) count += 1;
    else newest.set(item, index);
  }
  return count;
}
