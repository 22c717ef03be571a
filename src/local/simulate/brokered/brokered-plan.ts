import { FaultRates, LIFE_FAULTS } from './life';
import { Route } from '../../../contract/routes';
import { derivedSeed, Rng } from '../random';

/** What goes wrong in histories of the brokered path. */
export const BROKERED_FAULTS = [
  ...LIFE_FAULTS, 'processFreezes', 'relayTimeout', 'workerTimeout', 'targetDown', 'entryRefused', 'queueNamedLate', 'largeChange',
  'handlerThrows', 'handlerThrowsAlways', 'handlerPermanent', 'handlerLater', 'handlerEndsProcess', 'handlerEndsProcessAlways', 'commitRefused',
] as const;

/** And where the relay's event source mapping discards batches. */
export const DISCARDED_FAULTS = [...BROKERED_FAULTS, 'discardedUnseen', 'discardedAfterInvocation', 'redriveDies'] as const;

export type BrokeredTrouble =
  | { readonly kind: 'throws'; readonly times: number }
  | { readonly kind: 'permanent' }
  | { readonly kind: 'later'; readonly times: number }
  | { readonly kind: 'endsProcess'; readonly times: number };

export interface BrokeredWrite {
  readonly at: number;
  readonly item: number;
  readonly kind: 'a' | 'b';
  /** Too large for a message. */
  readonly large: boolean;
}

export interface BrokeredTarget {
  readonly wantsOnlyA: boolean;
  readonly orderBy: 'ITEM' | 'PARTITION_KEY';
  readonly maxConcurrency: number;
  /** While its queue does not answer. */
  readonly down?: readonly [from: number, to: number];
  /** From when the deployment names its queue, if not from the start. */
  readonly namedFrom?: number;
  /** Chance that the queue refuses one entry. */
  readonly flaky: number;
  /** What else its route says. */
  readonly route?: Pick<Route, 'changesAMessage' | 'recordsLatest'>;
  readonly trouble: { readonly [ordinal: number]: BrokeredTrouble };
}

/** What the relay's mapping gives up in a history, and when somebody redrives it. */
export interface GivenUpPlan {
  /** Chance that a batch is given up. */
  readonly chance: number;
  /** Chance that the relay had it before, and may have sent some of it. */
  readonly partly: number;
  /** Virtual milliseconds from the start. */
  readonly redrives: readonly number[];
  /** Changes a second, and so changes of one request. */
  readonly rate?: number;
}

/** A history of one table, its relay, and its subscribers with queues, as plain data. Times are virtual milliseconds from the start. */
export interface BrokeredPlan {
  readonly seed: number;
  readonly shards: number;
  readonly batchSize: number;
  readonly writes: readonly BrokeredWrite[];
  readonly targets: readonly BrokeredTarget[];
  readonly rates: FaultRates;
  /** From here on nothing fails any more. */
  readonly quietFrom: number;
  /** @default - the relay's mapping gives nothing up */
  readonly givenUp?: GivenUpPlan;
}

const ITEMS = 8;
const FOR_EVER = 1_000_000;

export function makeBrokeredPlan(seed: number, index: number): BrokeredPlan {
  const random = new Rng(derivedSeed(seed, index));
  const calm = random.chance(0.1);
  const length = random.int(5, 60);
  const writes = Array.from({ length }, (): BrokeredWrite => ({
    at: random.int(0, 60_000),
    item: random.int(0, ITEMS - 1),
    kind: random.chance(0.6) ? 'a' : 'b',
    large: random.chance(0.03),
  })).sort((one, other) => one.at - other.at);
  const targets = Array.from({ length: random.int(1, 3) }, (): BrokeredTarget => ({
    wantsOnlyA: random.chance(0.4),
    orderBy: random.chance(0.3) ? 'PARTITION_KEY' : 'ITEM',
    maxConcurrency: random.int(2, 4),
    ...(!calm && random.chance(0.5) && { down: downFor(random) }),
    flaky: calm ? 0 : random.pick([0, 0, 0.1, 0.4]),
    trouble: calm ? {} : troubles(random, length),
    ...(!calm && random.chance(0.2) && { namedFrom: random.int(1, 60_000) }),
  }));
  return {
    seed: derivedSeed(seed, index),
    shards: random.int(1, 3),
    batchSize: random.pick([1, 3, 10, 100]),
    writes,
    targets,
    rates: calm ? { fails: 0, failsAfter: 0, kills: 0, refuses: 0 } : {
      fails: random.pick([0, 0.01, 0.05]),
      failsAfter: random.pick([0, 0.01, 0.05]),
      kills: random.pick([0, 0.005, 0.02]),
      refuses: random.pick([0, 0, 0.03]),
      freezes: random.chance(0.1) ? 0.02 : 0,
    },
    quietFrom: 5 * 60_000,
  };
}

function downFor(random: Rng): [number, number] {
  const from = random.int(0, 60_000);
  return [from, from + random.int(1_000, 120_000)];
}

/** Few, or they would be taken for an outage. */
function troubles(random: Rng, length: number): { [ordinal: number]: BrokeredTrouble } {
  const trouble: { [ordinal: number]: BrokeredTrouble } = {};
  for (let count = random.int(0, 2); count > 0; count -= 1) {
    trouble[random.int(0, length - 1)] = random.pick<BrokeredTrouble>([
      { kind: 'throws', times: random.pick([1, FOR_EVER]) }, { kind: 'permanent' }, { kind: 'later', times: random.int(1, 4) },
      { kind: 'endsProcess', times: random.pick([1, FOR_EVER]) },
    ]);
  }
  return trouble;
}
