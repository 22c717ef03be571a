/** Each breakage of relay and worker is found again in the history where `npx projen mutants -- --record` found it. */

import { BROKERED_MUTATIONS } from '../../../scripts/simulate/brokered-mutations';
import { findBrokeredMutant } from '../../../scripts/simulate/find-brokered-mutant';
import { BROKERED_RECORDS, readRecords } from '../../../scripts/simulate/find-mutant';
import { runBrokeredHistory } from '../../../src/local/simulate/brokered/brokered-history';
import { makeBrokeredPlan } from '../../../src/local/simulate/brokered/brokered-plan';

const records = new Map(readRecords(BROKERED_RECORDS).map((record) => [record.name, record]));

test('each breakage has a record', () => {
  expect([...records.keys()].sort()).toEqual(BROKERED_MUTATIONS.map(({ name }) => name).sort());
});

test.each(BROKERED_MUTATIONS.map((mutation) => [mutation.name, mutation] as const))('%s', async (name, mutation) => {
  const { seed, history, invariant } = records.get(name)!;
  expect(await findBrokeredMutant(mutation, { seed, from: history, to: history + 1 })).toMatchObject({ invariant });
  // Relay and worker as they are keep their promises there.
  expect((await runBrokeredHistory(makeBrokeredPlan(seed, history))).violation).toBeUndefined();
}, 60_000);
