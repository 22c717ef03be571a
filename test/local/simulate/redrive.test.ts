import { makeRedrivePlan, runRedriveHistory } from '../../../src/local/simulate/redrive';

const SEED = Number(process.env.REDRIVE_SEED ?? 1);
const HISTORIES = Number(process.env.REDRIVE_HISTORIES ?? 300);

test('redrives that are killed at any await lose nothing, apply once and in order, and leave nothing behind', async () => {
  for (let index = 0; index < HISTORIES; index += 1) {
    const { violation } = await runRedriveHistory(makeRedrivePlan(SEED, index));
    if (violation) throw new Error(`history ${index} of seed ${SEED}: ${violation.invariant}: ${violation.message}`);
  }
}, 600_000);
