import { makeBrokeredPlan, runBrokeredHistory } from '../../../src/local/simulate/brokered';
import { findings, HISTORIES_WITH_EVERY_FAULT, runKind } from '../../../src/local/simulate/kinds';

const seed = Number(process.env.BROKERED_SEED ?? 1);
const histories = Number(process.env.BROKERED_HISTORIES ?? HISTORIES_WITH_EVERY_FAULT.brokered);

test('relay, queues, large changes, spills and workers keep the promises, whatever fails or dies, and every fault happens', async () => {
  expect(findings('brokered', await runKind({ kind: 'brokered', seed, from: 0, to: histories }))).toEqual([]);
}, 900_000);

/** Found in a longer run: everything had been sent, but nothing of the spill could be deleted before the history was taken to be over. */
test('seed 77, history 197 keeps the promises', async () => {
  expect((await runBrokeredHistory(makeBrokeredPlan(77, 197))).violation).toBeUndefined();
});
