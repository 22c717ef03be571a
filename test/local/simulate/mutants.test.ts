/** Each breakage of the runtime is found again in the history where `npx projen mutants -- --record` found it. */

import { applyPatch, StalePatchError } from '../../../scripts/simulate/bundle-worker';
import { findMutant, readRecords } from '../../../scripts/simulate/find-mutant';
import { MUTATIONS } from '../../../scripts/simulate/mutations';
import { makePlan } from '../../../src/local/simulate/make-plan';
import { watched } from '../../../src/local/simulate/run-histories';

const FEWEST_MUTANTS = 12;
const MOST_HISTORIES = 20_000;
const records = new Map(readRecords().map((record) => [record.name, record]));

test('there are enough breakages, each with a record', () => {
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(FEWEST_MUTANTS);
  expect([...records.keys()].sort()).toEqual(MUTATIONS.map(({ name }) => name).sort());
});

test.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))('%s', async (name, mutation) => {
  const { seed, history, invariant } = records.get(name)!;
  expect(history).toBeLessThan(MOST_HISTORIES);
  expect(await findMutant(mutation, { seed, from: history, to: history + 1 })).toMatchObject({ invariant });
  // The runtime as it is keeps its promises there.
  expect((await watched(makePlan(seed, history))).violation).toBeUndefined();
}, 30_000);

test('fails when the text to break is not there any more, or in two places', () => {
  const patch = { file: 'a.ts', find: 'x', replace: 'y' };
  expect(() => applyPatch(patch, 'nothing')).toThrow(StalePatchError);
  expect(() => applyPatch(patch, 'x x')).toThrow('2 times, not once');
  expect(applyPatch(patch, 'a x b')).toBe('a y b');
});
