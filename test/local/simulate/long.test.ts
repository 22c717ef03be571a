import { findings, HISTORIES_WITH_EVERY_FAULT, runKind } from '../../../src/local/simulate/kinds';
import { runLongHistory } from '../../../src/local/simulate/long';
import { LongPlan, LongRates } from '../../../src/local/simulate/long/long-plan';

const SEED = Number(process.env.LONG_SEED ?? 1);
const HISTORIES = Number(process.env.LONG_HISTORIES ?? HISTORIES_WITH_EVERY_FAULT.long);
const MINUTE = 60_000;
const NO_FAULTS: LongRates = { fails: 0, failsAfter: 0, kills: 0, refuses: 0, freezes: 0, twice: 0 };
const CALM: LongPlan = {
  seed: 8,
  batchSize: 100,
  writes: [],
  trouble: {},
  onNewerChange: 'PROCESS_EACH',
  maxConcurrency: 10,
  workMillis: 2 * MINUTE,
  leaseSeconds: 60,
  skewMillis: 0,
  rates: NO_FAULTS,
  quietFrom: 0,
};

test('claims, leases and superseding keep the promises, whatever fails, dies, sleeps or is delivered twice, and every fault happens', async () => {
  expect(findings('long', await runKind({ kind: 'long', seed: SEED, from: 0, to: HISTORIES }))).toEqual([]);
}, 900_000);

/** Items that are written one after the other, so that about half of the workers are at work. */
function atHalfUtilization(hanging: (ordinal: number) => boolean): LongPlan {
  const length = 400;
  const trouble = Object.fromEntries(Array.from({ length }, (_, ordinal) => ordinal).filter(hanging).map((ordinal) => [ordinal, { kind: 'hangs', times: 1 } as const]));
  const writes = Array.from({ length }, (_, ordinal) => ({ at: ordinal * 6_000, item: ordinal, millis: 20_000 + (ordinal % 5) * 5_000 }));
  return { ...CALM, writes, trouble };
}

test('where one in twenty calls hangs, the others wait less than one and a half times as long', async () => {
  const hangs = (ordinal: number) => ordinal % 20 === 7;
  const usual = await runLongHistory(atHalfUtilization(() => false));
  const hanging = await runLongHistory(atHalfUtilization(hangs));
  const lagsOf = ({ lags }: typeof usual) => [...lags].filter(([ordinal]) => !hangs(ordinal)).map(([, lag]) => lag).sort((one, other) => one - other);
  expect([usual.violation, hanging.violation]).toEqual([undefined, undefined]);
  expect(hanging.calls).toBe(usual.calls + 20);
  // Virtual milliseconds, the same in every run.
  for (const share of [0.5, 0.9, 0.99]) {
    const at = Math.floor(lagsOf(usual).length * share);
    expect(lagsOf(hanging)[at] / lagsOf(usual)[at]).toBeLessThan(1.5);
  }
});

test('of ten edits that come while a call runs, the last alone is worked on next', async () => {
  const writes = Array.from({ length: 11 }, (_, ordinal) => ({ at: ordinal * 2_000, item: 0, millis: 40_000 }));
  const { violation, calls, superseded } = await runLongHistory({ ...CALM, onNewerChange: 'SKIP_SUPERSEDED', writes });
  expect({ violation, calls, superseded }).toEqual({ violation: undefined, calls: 2, superseded: 9 });
});

test('an outage of what the handler calls, for hours, costs no attempt and keeps nothing in the stream', async () => {
  const writes = Array.from({ length: 20 }, (_, ordinal) => ({ at: ordinal * 2 * MINUTE, item: ordinal % 6, millis: 5_000 }));
  const { violation, lags } = await runLongHistory({ ...CALM, writes, outage: [10 * MINUTE, 200 * MINUTE] });
  expect(violation).toBeUndefined();
  expect(lags.size).toBe(20);
});
