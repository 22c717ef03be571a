import { runBrokeredHistory } from '../../../src/local/simulate/brokered/brokered-history';
import { makeBrokeredPlan } from '../../../src/local/simulate/brokered/brokered-plan';

const SEED = Number(process.env.BROKERED_SEED ?? 1);
const HISTORIES = Number(process.env.BROKERED_HISTORIES ?? 100);

test('relay, queues, claim check, spill and workers keep the promises, whatever fails or dies', async () => {
  for (let index = 0; index < HISTORIES; index += 1) {
    const { violation } = await runBrokeredHistory(makeBrokeredPlan(SEED, index));
    if (violation) throw new Error(`history ${index} of seed ${SEED}: ${violation.invariant}: ${violation.message}`);
  }
}, 600_000);
