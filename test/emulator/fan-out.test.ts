import { DOWN, FLAKY, POISON, POISONED, SLOW, SUBSCRIBERS } from './fixtures/fan-out/app';
import { limitMillis, runFanOut } from './fixtures/fan-out/run';
import { Volume, wanted } from './fixtures/fan-out/truth';

/** More, and the comparison with a run without faults: `npx projen fan-out`. */
const { FAN_OUT_LONG: long, FAN_OUT_CHANGES: changes = long ? '20000' : '200', FAN_OUT_ITEMS: items = long ? '200' : '20' } = process.env;
const VOLUME: Volume = { changes: Number(changes), items: Number(items), paceMillis: Number(process.env.FAN_OUT_PACE ?? 0) };
const COMPARE = (process.env.FAN_OUT_COMPARE ?? long) === 'true';
/** How much further behind those may be that no fault concerns. */
const MOST_LAG = 1.5;
const UNAFFECTED = SUBSCRIBERS.filter((name) => ![DOWN, FLAKY, SLOW, POISONED].includes(name));

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

test('ten subscribers, one queue down for a while, one failing entry by entry, one slow, one poisoned, the relay killed twice: each has its changes, '
  + 'in order, once', async () => {
  const faulty = await runFanOut(VOLUME, true);
  expect([...faulty.seen].sort()).toEqual([...wanted(VOLUME, true)].sort());
  expect(new Set(faulty.kills).size).toBe(2);
  expect(faulty.spilled).toBeGreaterThan(0);
  expect(faulty.stored).toHaveLength(VOLUME.changes / VOLUME.items - POISON.n);
  expect(faulty.stored.every((key) => key.startsWith(`changes/${POISONED}/`))).toBe(true);
  if (!COMPARE) return;

  // On the same machine, one after the other.
  const clean = await runFanOut(VOLUME, false);
  expect([...clean.seen].sort()).toEqual([...wanted(VOLUME, false)].sort());
  const lag = (run: typeof clean, name: string) => median(run.lags.get(name)!);
  const lines = SUBSCRIBERS.map((name) => `${name}: median lag ${lag(faulty, name)} ms with faults, ${lag(clean, name)} ms without`);
  const sum = (run: typeof clean) => UNAFFECTED.reduce((total, name) => total + lag(run, name), 0);
  console.log([...lines, `unaffected: ${(sum(faulty) / sum(clean)).toFixed(2)} times`].join('\n'));
  expect(sum(faulty)).toBeLessThanOrEqual(MOST_LAG * sum(clean));
}, 4 * limitMillis(VOLUME));
