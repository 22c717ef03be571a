import { HistoryPlan, InvocationRates, KeySchema, MappingPlan, SimulatedSettings, StoreRates, SubscriberPlan, WritePlan } from './plan';
import { addHostile, applyProfile, PROFILES, ProfileName } from './profiles';
import { derivedSeed, Rng } from './random';

const HOUR_SECONDS = 60 * 60;
/** One history in so many waits for whole turns of the event loop. */
const WHOLE_TURNS_EVERY = 64;

const NO_RATES: InvocationRates = {
  killAtCall: 0, killAtAnyTime: 0, killBeforeResponse: 0, redeliver: 0, atOnce: 0, throttle: 0, coldStart: 0,
};
const NO_STORE_FAULTS: StoreRates = {
  throttle: 0, serverError: 0, timeout: 0, partial: 0, refuse: 0, failureStoreThrottle: 0, failureStoreRefuse: 0, destinationRefuse: 0,
};

/** The plan of one history: a peaceful one, with the troubles of a profile added. */
export function makePlan(seed: number, index: number, profile?: ProfileName): HistoryPlan {
  const historySeed = derivedSeed(seed, index);
  const random = new Rng(historySeed);
  const chosen = profile ?? random.pick(PROFILES);
  const keySchema = random.pick<KeySchema>(['S', 'S', 'N', 'B', 'SS', 'SN']);
  const items = random.int(1, 12);
  const plan: HistoryPlan = {
    seed: historySeed,
    profile: chosen,
    keySchema,
    items,
    shards: random.pick([1, 1, 1, 2]),
    ...(random.chance(0.1) && { digitGainAfter: random.int(1, 20) }),
    writes: makeWrites(random, items),
    subscribers: Array.from({ length: random.pick([1, 1, 1, 2]) }, () => makeSubscriber(random, keySchema)),
    store: NO_STORE_FAULTS,
    latencyMillis: random.pick([0, 0, 0, 5, 20, 100]),
    events: [],
    wholeTurns: index % WHOLE_TURNS_EVERY === 0,
  };
  return addHostile(chosen, applyProfile(chosen, plan, random), new Rng(derivedSeed(historySeed, 3)));
}

/** Bursts and trickles. */
function makeWrites(random: Rng, items: number): WritePlan[] {
  const count = random.int(4, random.pick([12, 40, 90]));
  const gap = random.pick([0, 0, 10, 200, 2_000]);
  const writes: WritePlan[] = [];
  let at = 0;
  for (let ordinal = 0; ordinal < count; ordinal += 1) {
    at += random.chance(0.02) ? random.int(0, 60_000) : random.int(0, gap);
    writes.push({
      at,
      item: random.int(0, items - 1),
      kind: random.chance(0.7) ? 'a' : 'b',
      ...(random.chance(0.1) && { remove: true }),
      ...(random.chance(0.03) && { imageBytes: random.pick([1, 1_000, 30_000, 400_000, 1_370_000]) }),
    });
  }
  return writes;
}

function makeSubscriber(random: Rng, keySchema: KeySchema): SubscriberPlan {
  const orderBy = keySchema.length > 1 && random.chance(0.5) ? 'PARTITION_KEY' : 'ITEM';
  const settings: SimulatedSettings = {
    orderBy,
    concurrency: random.pick([1, 2, 5, 50]),
    flushSize: random.pick([1, 3, 25, 25, 100]),
    maxAttempts: random.pick([1, 2, 3, 5]),
    attemptSpanMillis: random.pick([0, 1_000, 60_000]),
    onPoison: random.chance(0.75) ? 'PARK_ITEM' : 'SKIP_RECORD',
    maxRecordAgeSeconds: 12 * HOUR_SECONDS,
  };
  const mapping: MappingPlan = {
    batchSize: random.pick([1, 3, 10, 100, 100]),
    batchingWindowSeconds: random.pick([0, 0, 0, 1, 5]),
    parallelizationFactor: orderBy === 'PARTITION_KEY' ? 1 : random.pick([1, 1, 2, 10]),
    retryAttempts: 10_000,
    bisect: true,
    startingPosition: 'TRIM_HORIZON',
  };
  return {
    settings,
    mapping,
    handler: { effect: random.chance(0.5) ? 'commit' : 'plain', millis: random.pick([0, 0, 3, 50, 400]), trouble: {} },
    ...(random.chance(0.3) && { filter: random.pick(['mapping', 'runtime'] as const) }),
    timeoutMillis: random.pick([3_000, 10_000, 30_000, 300_000]),
    rates: NO_RATES,
    clockSkewMillis: 0,
  };
}
