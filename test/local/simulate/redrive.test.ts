import { findings, HISTORIES_WITH_EVERY_FAULT, runKind } from '../../../src/local/simulate/kinds';
import { makeRedrivePlan, runRedriveHistory } from '../../../src/local/simulate/redrive';

const seed = Number(process.env.REDRIVE_SEED ?? 1);
const histories = Number(process.env.REDRIVE_HISTORIES ?? HISTORIES_WITH_EVERY_FAULT.redrive);

test('redrives that are killed at any await lose nothing, apply once and in order, and leave nothing behind, and every fault happens', async () => {
  expect(findings('redrive', await runKind({ kind: 'redrive', seed, from: 0, to: histories }))).toEqual([]);
}, 900_000);

/**
 * Found in longer runs: a discard before an earlier change of the item was delivered, which no event source mapping does, and (the last)
 * a stored change that was lost.
 */
test.each([1938, 4247, 5946, 6776, 11752, 15981, 17768, 18312, 1163])(
  'seed 77004, history %d keeps the promises', async (history) => {
    expect((await runRedriveHistory(makeRedrivePlan(77004, history))).violation).toBeUndefined();
  });
