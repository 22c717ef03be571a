import { FaultRates, LIFE_FAULTS } from '../brokered/life';
import { derivedSeed, Rng } from '../random';

/** What goes wrong in histories of redrives. */
export const REDRIVE_FAULTS = [
  ...LIFE_FAULTS, 'poison', 'discardedUnseen', 'discardedAfterInvocation', 'redriveDies', 'redrivesOverlap', 'functionDies', 'skipped',
] as const;

export interface RedriveWrite {
  readonly at: number;
  readonly item: number;
  /** The handler fails for it until it is fixed. */
  readonly poison: boolean;
  /** The event source mapping discards it. */
  readonly givenUp: boolean;
}

/** A history of one subscriber whose handler is broken for a while, and of those who redrive, as plain data. Times are virtual milliseconds. */
export interface RedrivePlan {
  readonly seed: number;
  readonly onPoison: 'PARK_ITEM' | 'SKIP_RECORD';
  readonly batchSize: number;
  readonly writes: readonly RedriveWrite[];
  /** The function has had what the event source mapping discards, and its answer was lost. */
  readonly discardsAfterInvocation: boolean;
  /** When the fixed handler is deployed. */
  readonly fixedAt: number;
  /** When somebody redrives. */
  readonly redrives: readonly number[];
  readonly rates: FaultRates;
  /** Changes of one request. */
  readonly rate?: number;
  /** From here on nothing fails any more. */
  readonly quietFrom: number;
}

const ITEMS = 4;

export function makeRedrivePlan(seed: number, index: number): RedrivePlan {
  const random = new Rng(derivedSeed(seed, index));
  const items = random.int(1, ITEMS);
  const until = random.pick([5_000, 60_000]);
  const givesUp = random.pick([0, 0, 0.1]);
  const writes = Array.from({ length: random.int(3, 40) }, (): RedriveWrite => ({
    at: random.int(0, until),
    item: random.int(0, items - 1),
    poison: random.chance(0.15),
    givenUp: random.chance(givesUp),
  })).sort((one, other) => one.at - other.at);
  return {
    seed: derivedSeed(seed, index),
    onPoison: random.chance(0.75) ? 'PARK_ITEM' : 'SKIP_RECORD',
    batchSize: random.pick([1, 3, 10, 100]),
    writes,
    fixedAt: random.int(0, until),
    redrives: Array.from({ length: random.int(0, 8) }, () => random.int(0, until + 30_000)),
    rates: random.chance(0.1) ? { fails: 0, failsAfter: 0, kills: 0, refuses: 0 } : {
      fails: random.pick([0, 0.01, 0.05]),
      failsAfter: random.pick([0, 0.01, 0.05]),
      kills: random.pick([0.005, 0.02, 0.08]),
      refuses: random.pick([0, 0, 0.03]),
    },
    ...(random.chance(0.5) && { rate: random.int(1, 4) }),
    quietFrom: until + 120_000,
    discardsAfterInvocation: random.chance(0.3),
  };
}
