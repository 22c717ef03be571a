/** Each breakage of what is done with batches that the relay's mapping gave up is found again in the history where `npx projen mutants -- --record` found it. */

import { findGivenUpMutant } from '../../../scripts/simulate/find-brokered-mutant';
import { GIVEN_UP_RECORDS, readRecords } from '../../../scripts/simulate/find-mutant';
import { GIVEN_UP_MUTATIONS } from '../../../scripts/simulate/given-up-mutations';
import { runBrokeredHistory } from '../../../src/local/simulate/brokered/brokered-history';
import { makeGivenUpPlan } from '../../../src/local/simulate/brokered/given-up-plan';

const records = new Map(readRecords(GIVEN_UP_RECORDS).map((record) => [record.name, record]));

test('each breakage has a record', () => {
  expect([...records.keys()].sort()).toEqual(GIVEN_UP_MUTATIONS.map(({ name }) => name).sort());
});

test.each(GIVEN_UP_MUTATIONS.map((mutation) => [mutation.name, mutation] as const))('%s', async (name, mutation) => {
  const { seed, history, invariant } = records.get(name)!;
  expect(await findGivenUpMutant(mutation, { seed, from: history, to: history + 1 })).toMatchObject({ invariant });
  // Relay, worker and redrive as they are keep their promises there.
  expect((await runBrokeredHistory(makeGivenUpPlan(seed, history))).violation).toBeUndefined();
}, 60_000);
