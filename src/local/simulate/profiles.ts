import { HOSTILE_ACTS, HOSTILE_BY_DEFAULT } from './hostile';
import { ALWAYS, HistoryPlan, InvocationRates, StoreRates, SubscriberPlan, TimedEvent, Trouble } from './plan';
import { Rng } from './random';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Profile = (plan: HistoryPlan, random: Rng) => HistoryPlan;

const throws = (times: number, random: Rng): Trouble => ({
  kind: 'throws',
  times,
  value: random.chance(0.7) ? 'error' : random.pick(['null', 'text'] as const),
  ...(random.chance(0.3) && { after: 'effect' as const }),
});

const passing: readonly ((random: Rng) => Trouble)[] = [
  (random) => throws(random.int(1, 3), random),
  (random) => throws(1, random),
  (random) => ({ kind: 'later', times: random.int(1, 6), ...(random.chance(0.5) && { after: random.int(0, 10_000) }) }),
  (random) => ({ kind: 'throttled', times: random.int(1, 6) }),
  () => ({ kind: 'ignoresCommit' }),
  () => ({ kind: 'failsCondition' }),
];
const poisonous: readonly ((random: Rng) => Trouble)[] = [
  (random) => throws(ALWAYS, random),
  (random) => throws(ALWAYS, random),
  () => ({ kind: 'permanent' }),
];
const slow: readonly ((random: Rng) => Trouble)[] = [
  (random) => ({ kind: 'hangs', times: random.pick([1, 2, ALWAYS]) }),
  () => ({ kind: 'ignoresSignal', times: 1 }),
];
const deadly: readonly ((random: Rng) => Trouble)[] = [(random) => ({ kind: 'endsProcess', times: random.pick([1, 2, ALWAYS]) })];

/** Gives some changes trouble, each of one of these kinds. */
function withTrouble(plan: HistoryPlan, random: Rng, share: number, kinds: readonly ((random: Rng) => Trouble)[]): HistoryPlan {
  return eachSubscriber(plan, (subscriber) => {
    const trouble: { [ordinal: number]: Trouble } = { ...subscriber.handler.trouble };
    plan.writes.forEach((_write, ordinal) => {
      if (random.chance(share)) trouble[ordinal] = random.pick(kinds)(random);
    });
    return { ...subscriber, handler: { ...subscriber.handler, trouble } };
  });
}

function eachSubscriber(plan: HistoryPlan, change: (subscriber: SubscriberPlan) => SubscriberPlan): HistoryPlan {
  return { ...plan, subscribers: plan.subscribers.map(change) };
}

const withRates = (plan: HistoryPlan, rates: Partial<InvocationRates>) => (
  eachSubscriber(plan, (subscriber) => ({ ...subscriber, rates: { ...subscriber.rates, ...rates } })));
const withStore = (plan: HistoryPlan, store: Partial<StoreRates>) => ({ ...plan, store: { ...plan.store, ...store } });
const withEvents = (plan: HistoryPlan, events: readonly TimedEvent[]) => ({ ...plan, events: [...plan.events, ...events] });
const someTime = (plan: HistoryPlan, random: Rng) => random.int(0, (plan.writes[plan.writes.length - 1]?.at ?? 0) + 2_000);
const withRecordAge = (plan: HistoryPlan, maxRecordAgeSeconds: number) => (
  eachSubscriber(plan, (subscriber) => ({ ...subscriber, settings: { ...subscriber.settings, maxRecordAgeSeconds } })));

const calm: Profile = (plan) => plan;

const handler: Profile = (plan, random) => withTrouble(plan, random, random.pick([0.05, 0.3]), passing);

const poison: Profile = (plan, random) => withTrouble(plan, random, random.pick([0.03, 0.1, 0.4]), [...poisonous, ...poisonous, ...passing]);

const slowness: Profile = (plan, random) => withTrouble(
  eachSubscriber(plan, (subscriber) => ({ ...subscriber, timeoutMillis: random.pick([1_000, 3_000, 10_000]) })),
  random, random.pick([0.03, 0.1]), [...slow, ...passing],
);

const deadliness: Profile = (plan, random) => withTrouble(plan, random, random.pick([0.02, 0.06]), [...deadly, ...passing]);

const crashes: Profile = (plan, random) => withRates(
  handler(plan, random),
  {
    killAtCall: random.pick([0.1, 0.4, 0.7]),
    killAtAnyTime: random.pick([0, 0.1]),
    killBeforeResponse: random.pick([0, 0.1]),
    coldStart: random.pick([0, 0.5]),
  },
);

const redelivery: Profile = (plan, random) => withRates(
  random.pick([handler, poison, crashes])(plan, random),
  { redeliver: random.pick([0.2, 0.6]), atOnce: random.pick([0, 0.3, 0.6]), throttle: random.pick([0, 0.1]), coldStart: random.pick([0, 0.5]) },
);

const storeOutage: Profile = (plan, random) => {
  const at = someTime(plan, random);
  return withEvents(plan, [{ type: 'storeOutage', at, until: at + random.int(1, 6) * MINUTE }]);
};

const store: Profile = (plan, random) => withStore(
  random.pick([calm, calm, storeOutage])(random.pick([calm, handler, poison, crashes])(plan, random), random),
  {
    throttle: random.pick([0, 0.05, 0.3]),
    serverError: random.pick([0, 0.05]),
    timeout: random.pick([0, 0.03]),
    partial: random.pick([0, 0.1, 0.5]),
    refuse: random.pick([0, 0, 0.03]),
    failureStoreThrottle: random.pick([0, 0.3]),
    failureStoreRefuse: random.pick([0, 0, 0.2]),
  },
);

/** Everything fails alike for a while, in batches large enough to tell. */
const outage: Profile = (plan, random) => {
  const items = random.int(6, 12);
  const writes = Array.from({ length: random.int(items, 3 * items) }, (_, ordinal) => ({ at: 0, item: ordinal % items, kind: 'a' as const }));
  const single = plan.subscribers.slice(0, 1).map((subscriber): SubscriberPlan => ({
    ...subscriber,
    settings: { ...subscriber.settings, orderBy: 'ITEM', concurrency: random.pick([5, 50]), maxAttempts: random.pick([2, 5]), attemptSpanMillis: 60_000 },
    mapping: { ...subscriber.mapping, batchSize: 100, batchingWindowSeconds: 1, parallelizationFactor: 1 },
    timeoutMillis: random.pick([30_000, 300_000]),
    filter: undefined,
  }));
  const out = { ...plan, items, writes, shards: 1, subscribers: single };
  return withEvents(withRates(out, { coldStart: random.pick([0, 0, 0.3]) }), [
    { type: 'outage', at: 0, until: random.int(1, 45) * MINUTE, subscriber: 0 },
  ]);
};

/** Marks, attempts and parked items across the two weeks after which rows expire. */
const expiry: Profile = (plan, random) => {
  const pause = random.int(13, 40) * DAY;
  const half = Math.floor(plan.writes.length / 2);
  const writes = plan.writes.map((write, ordinal) => (ordinal < half ? write : { ...write, at: write.at + pause }));
  const later = writes[half]?.at ?? pause;
  return withEvents(poison({ ...plan, writes }, random), Array.from({ length: random.int(1, 6) }, () => (
    { type: 'expire', at: Math.max(0, later + random.int(-DAY, 10_000)) } as const)));
};

const malformed: Profile = (plan, random) => {
  const nameless = random.chance(0.3);
  const writes = plan.writes.map((write) => (random.chance(0.06) ? {
    ...write, defect: nameless ? 'noSequenceNumber' as const : random.pick(['unreadableKeys', 'unreadableImage'] as const),
  } : write));
  return handler(nameless ? withRecordAge({ ...plan, writes }, 600) : { ...plan, writes }, random);
};

/** What people do to a running system, and what the service does by itself. */
const operations: Profile = (plan, random) => {
  const events: TimedEvent[] = [];
  const subscribers = plan.subscribers.length;
  for (let count = random.int(1, 4); count > 0; count -= 1) {
    const at = someTime(plan, random);
    const subscriber = random.int(0, subscribers - 1);
    events.push(random.pick<() => TimedEvent>([
      () => ({ type: 'split', at }),
      () => ({ type: 'split', at }),
      () => ({ type: 'recreate', at }),
      () => ({ type: 'disable', at, until: at + random.pick([500, 20_000, HOUR]), subscriber }),
      () => ({
        type: 'deploy',
        at,
        subscriber,
        settings: { concurrency: random.pick([1, 50]), flushSize: random.pick([1, 25]), onPoison: random.pick(['PARK_ITEM', 'SKIP_RECORD'] as const) },
      }),
    ])());
  }
  const troubled = withEvents(random.pick([handler, poison, crashes])(plan, random), events);
  return withRates(troubled, { throttle: random.pick([0, 0.2]), coldStart: random.pick([0, 0.3]) });
};

/** The clocks of processes are wrong by up to ten minutes. */
const skew: Profile = (plan, random) => withRates(
  eachSubscriber(random.pick([handler, poison, crashes])(plan, random), (subscriber) => ({ ...subscriber, clockSkewMillis: 10 * MINUTE })),
  { coldStart: 0.4 },
);

/** The mapping gives records up by itself: its destination is the outer net. */
const outerNet: Profile = (plan, random) => {
  const net = eachSubscriber(random.pick([poison, crashes, slowness])(plan, random), (subscriber) => ({
    ...subscriber,
    mapping: {
      ...subscriber.mapping, retryAttempts: random.int(0, 3), bisect: random.chance(0.7), startingPosition: random.chance(0.3) ? 'LATEST' as const : 'TRIM_HORIZON' as const,
    },
  }));
  return withStore(net, { destinationRefuse: random.pick([0, 0, 0.3]), refuse: random.pick([0, 0.05]) });
};

/** Changes nobody can apply before they are too old. */
const ageing: Profile = (plan, random) => withTrouble(withRecordAge(plan, random.pick([300, 900])), random, 0.04, [
  () => ({ kind: 'later', times: ALWAYS, after: 10_000 }), () => ({ kind: 'throttled', times: ALWAYS }),
]);

/** Adds user code that nobody expects. */
const hostility: Profile = (plan, random) => withTrouble(plan, random, random.pick([0.05, 0.15]), [
  () => ({ kind: 'hostile', times: random.pick([1, 2, ALWAYS]), act: random.pick(HOSTILE_ACTS) }),
]);

const hostile: Profile = (plan, random) => hostility(random.pick([calm, handler, crashes])(plan, random), random);

const everything: Profile = (plan, random) => [handler, poison, slowness, deadliness, crashes, redelivery, store, operations, skew]
  .filter(() => random.chance(0.4))
  .reduce((sum, profile) => profile(sum, random), plan);

const profiles = {
  calm,
  handler,
  poison,
  slowness,
  deadliness,
  crashes,
  redelivery,
  store,
  outage,
  expiry,
  malformed,
  operations,
  skew,
  outerNet,
  ageing,
  everything,
  hostile,
} satisfies { [name: string]: Profile };

export type ProfileName = keyof typeof profiles;
/** Hostile code is no profile of its own by default: it is added to histories of others. */
export const PROFILES = (Object.keys(profiles) as readonly ProfileName[]).filter((name) => name !== 'hostile');
export const ALL_PROFILES = [...PROFILES, 'hostile'] as const;
/** Which may have hostile code besides their own troubles, and how often. */
const WITH_HOSTILE: ReadonlySet<ProfileName> = new Set(['handler', 'poison', 'crashes', 'everything']);
const HOSTILE_SHARE = 0.15;

/** Chance of its own, so that the other histories stay as they are. */
export function addHostile(name: ProfileName, plan: HistoryPlan, random: Rng): HistoryPlan {
  return HOSTILE_BY_DEFAULT && WITH_HOSTILE.has(name) && random.chance(HOSTILE_SHARE) ? hostility(plan, random) : plan;
}

export function applyProfile(name: ProfileName, plan: HistoryPlan, random: Rng): HistoryPlan {
  return profiles[name](plan, random);
}
