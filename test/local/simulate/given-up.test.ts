import { runBrokeredHistory } from '../../../src/local/simulate/brokered/brokered-history';
import { makeGivenUpPlan } from '../../../src/local/simulate/brokered/given-up-plan';

const SEED = Number(process.env.GIVEN_UP_SEED ?? 1);
const HISTORIES = Number(process.env.GIVEN_UP_HISTORIES ?? 100);

test('what the relay\'s mapping gives up is applied in order or stored, whoever dies while it is redriven, and no batch is left', async () => {
  for (let index = 0; index < HISTORIES; index += 1) {
    const { violation } = await runBrokeredHistory(makeGivenUpPlan(SEED, index));
    if (violation) throw new Error(`history ${index} of seed ${SEED}: ${violation.invariant}: ${violation.message}`);
  }
}, 600_000);
