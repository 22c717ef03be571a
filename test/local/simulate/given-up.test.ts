import { runBrokeredHistory } from '../../../src/local/simulate/brokered/brokered-history';
import { makeGivenUpPlan } from '../../../src/local/simulate/brokered/given-up-plan';
import { findings, HISTORIES_WITH_EVERY_FAULT, runKind } from '../../../src/local/simulate/kinds';

const seed = Number(process.env.GIVEN_UP_SEED ?? 1);
const histories = Number(process.env.GIVEN_UP_HISTORIES ?? HISTORIES_WITH_EVERY_FAULT.discarded);

test('what the event source mapping of the relay discards is applied in order or stored, whoever dies while it is redriven, and every fault happens', async () => {
  expect(findings('discarded', await runKind({ kind: 'discarded', seed, from: 0, to: histories }))).toEqual([]);
}, 900_000);

/** Found in a longer run: only redrives had come behind a change that the relay had sent itself, and yet it was in doubt. */
test('seed 77003, history 1050 keeps the promises', async () => {
  expect((await runBrokeredHistory(makeGivenUpPlan(77003, 1050))).violation).toBeUndefined();
});
