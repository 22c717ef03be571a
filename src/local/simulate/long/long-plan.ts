import { FaultRates, LIFE_FAULTS } from '../brokered/life';
import { derivedSeed, Rng } from '../random';

/** What goes wrong in histories of work that takes long. */
export const LONG_FAULTS = [
  ...LIFE_FAULTS, 'processFreezes', 'relayTimeout', 'workerTimeout', 'workerDies', 'claimLost', 'deliveredTwice', 'clockSkew', 'superseded', 'handlerOutage',
  'handlerPermanent', 'handlerLater', 'handlerHangs', 'handlerIgnoresSignal', 'handlerThrows', 'handlerEndsProcess', 'commitRefused',
] as const;

export type LongTrouble =
  | { readonly kind: 'throws'; readonly times: number }
  | { readonly kind: 'permanent' }
  | { readonly kind: 'later'; readonly times: number }
  | { readonly kind: 'endsProcess'; readonly times: number }
  /** Until its signal is aborted. */
  | { readonly kind: 'hangs'; readonly times: number }
  /** Goes on, whatever its signal says. */
  | { readonly kind: 'ignoresSignal' };

export interface LongWrite {
  readonly at: number;
  readonly item: number;
  /** How long the work on it takes. */
  readonly millis: number;
}

export interface LongRates extends FaultRates {
  /** Chance that a delivery is made twice at once. */
  readonly twice: number;
}

/** A history of a table, its relay, and one subscriber whose work takes long. Times are virtual milliseconds from the start. */
export interface LongPlan {
  readonly seed: number;
  readonly batchSize: number;
  readonly writes: readonly LongWrite[];
  readonly trouble: { readonly [ordinal: number]: LongTrouble };
  readonly onNewerChange: 'PROCESS_EACH' | 'SKIP_SUPERSEDED';
  readonly maxConcurrency: number;
  /** What one change's work may take. */
  readonly workMillis: number;
  readonly leaseSeconds: number;
  /** Clocks of processes are wrong by up to this. */
  readonly skewMillis: number;
  /** While what the handler calls is down. */
  readonly outage?: readonly [from: number, to: number];
  readonly rates: LongRates;
  /** From here on nothing fails any more. */
  readonly quietFrom: number;
}

const FOR_EVER = 1_000_000;
const MINUTE = 60_000;
const NO_FAULTS: LongRates = { fails: 0, failsAfter: 0, kills: 0, refuses: 0, freezes: 0, twice: 0 };

export function makeLongPlan(seed: number, index: number): LongPlan {
  const random = new Rng(derivedSeed(seed, index));
  const calm = random.chance(0.15);
  const length = random.int(3, 40);
  const items = random.int(1, 8);
  const workMillis = random.pick([30_000, 120_000]);
  const writes = Array.from({ length }, (): LongWrite => ({
    at: random.int(0, 5 * MINUTE),
    item: random.int(0, items - 1),
    millis: random.chance(0.7) ? random.int(100, workMillis / 4) : random.int(0, workMillis * 0.9),
  })).sort((one, other) => one.at - other.at);
  const outageFrom = random.int(0, 5 * MINUTE);
  return {
    seed: derivedSeed(seed, index),
    batchSize: random.pick([1, 10, 100]),
    writes,
    trouble: troubles(random, length, calm),
    onNewerChange: random.chance(0.6) ? 'SKIP_SUPERSEDED' : 'PROCESS_EACH',
    maxConcurrency: random.int(2, 6),
    workMillis,
    leaseSeconds: random.pick([10, 30, 60]),
    skewMillis: random.chance(0.5) ? 10 * MINUTE : 0,
    ...(random.chance(0.3) && { outage: [outageFrom, outageFrom + random.int(1, 60) * MINUTE] as const }),
    rates: calm ? NO_FAULTS : {
      fails: random.pick([0, 0.01, 0.05]),
      failsAfter: random.pick([0, 0.01, 0.05]),
      kills: random.pick([0, 0.005, 0.03]),
      refuses: random.pick([0, 0, 0.01]),
      freezes: random.pick([0, 0, 0.02, 0.08]),
      twice: random.pick([0, 0, 0.3]),
    },
    quietFrom: 15 * MINUTE,
  };
}

/** Few that are poison, or they would be taken for an outage. */
function troubles(random: Rng, length: number, calm: boolean): { [ordinal: number]: LongTrouble } {
  const trouble: { [ordinal: number]: LongTrouble } = {};
  const passing = calm ? 0 : random.pick([0, 0.1, 0.4]);
  for (let ordinal = 0; ordinal < length; ordinal += 1) {
    if (!random.chance(passing)) continue;
    trouble[ordinal] = random.pick<LongTrouble>([
      { kind: 'later', times: random.int(1, 4) }, { kind: 'hangs', times: random.int(1, 3) }, { kind: 'ignoresSignal' }, { kind: 'throws', times: 1 },
    ]);
  }
  for (let count = random.int(0, 2); count > 0; count -= 1) {
    trouble[random.int(0, length - 1)] = random.pick<LongTrouble>([
      { kind: 'throws', times: FOR_EVER }, { kind: 'permanent' }, { kind: 'endsProcess', times: random.pick([1, FOR_EVER]) },
    ]);
  }
  return trouble;
}
