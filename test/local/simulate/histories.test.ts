import { FAULTS } from '../../../src/local/simulate/fault-counts';
import { runHistory } from '../../../src/local/simulate/history';
import { makePlan } from '../../../src/local/simulate/make-plan';
import { PROFILES } from '../../../src/local/simulate/profiles';
import { runHistories } from '../../../src/local/simulate/run-histories';
import { shrink } from '../../../src/local/simulate/shrink';

test.each(PROFILES)('histories of the profile %s keep the promises', async (profile) => {
  const { violations } = await runHistories({ seed: 7, from: 0, to: 25, profile });
  expect(violations.map(({ history, invariant, message }) => `${history} ${invariant} ${message}`)).toEqual([]);
}, 60_000);

test('the same seed gives the same result, another one another', async () => {
  const run = (seed: number) => runHistories({ seed, from: 100, to: 130 });
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect((await run(2)).faults).not.toEqual(first.faults);
}, 60_000);

test('a trace tells what happens, and does not change it', async () => {
  const plan = makePlan(1, 3, 'poison');
  const lines: string[] = [];
  const traced = await runHistory(plan, { trace: (line) => void lines.push(line) });
  expect(traced).toEqual(await runHistory(plan));
  expect(lines.some((line) => line.includes('handler gets change'))).toBe(true);
});

test('every fault has a name of its own', () => {
  expect(new Set(FAULTS).size).toBe(FAULTS.length);
});

test('a broken promise is shrunk to what it needs', async () => {
  const plan = makePlan(1, 5, 'store');
  const violation = { invariant: 'I1' as const, message: 'item 2 was lost' };
  const writes = [...plan.writes.filter(({ item }) => item !== 2), { at: 5, item: 2, kind: 'a' as const }, ...plan.writes.slice(0, 3)];
  const shrunk = await shrink({ plan: { ...plan, writes, store: { ...plan.store, throttle: 0.1 } }, violation }, async (candidate) => (
    { violation: candidate.writes.some(({ item }) => item === 2) && candidate.store.throttle > 0 ? violation : undefined }));
  expect(shrunk.plan.writes).toEqual([expect.objectContaining({ item: 2 })]);
  expect(shrunk.plan.store).toMatchObject({ throttle: 0.1, partial: 0 });
  expect(shrunk.plan.events).toEqual([]);
});
