import { HistoryResult } from './history';
import { HistoryPlan, SubscriberPlan } from './plan';
import { watched } from './run-histories';
import { Violation } from './world';

/** Runs at most so often: a shrunk history is a help, not an aim. */
const MOST_RUNS = 1_500;

export interface Shrunk {
  readonly plan: HistoryPlan;
  readonly violation: Violation;
}

/** Takes away whatever can be taken away without the same promise being kept again. */
export async function shrink(found: Shrunk, run: (plan: HistoryPlan) => Promise<Pick<HistoryResult, 'violation'>> = watched): Promise<Shrunk> {
  let best = found;
  let runs = 0;
  for (let progress = true; progress;) {
    progress = false;
    for (const candidate of smaller(best.plan)) {
      if (runs === MOST_RUNS) return best;
      runs += 1;
      const { violation } = await run(candidate);
      if (violation?.invariant !== best.violation.invariant) continue;
      best = { plan: candidate, violation };
      progress = true;
      break;
    }
  }
  return best;
}

/** Smaller histories, the boldest first. */
function* smaller(plan: HistoryPlan): Generator<HistoryPlan> {
  for (let size = Math.floor(plan.writes.length / 2); size > 0; size = Math.floor(size / 2)) {
    for (let start = plan.writes.length - size; start >= 0; start -= size) yield withoutWrites(plan, start, size);
  }
  if (plan.subscribers.length > 1) {
    const events = plan.events.filter((event) => !('subscriber' in event) || event.subscriber === 0);
    yield { ...plan, subscribers: plan.subscribers.slice(0, 1), events };
  }
  for (const event of plan.events) yield { ...plan, events: plan.events.filter((other) => other !== event) };
  for (const name of Object.keys(plan.store) as (keyof HistoryPlan['store'])[]) if (plan.store[name] > 0) yield { ...plan, store: { ...plan.store, [name]: 0 } };
  for (let index = 0; index < plan.subscribers.length; index += 1) {
    for (const subscriber of smallerSubscriber(plan.subscribers[index])) {
      yield { ...plan, subscribers: plan.subscribers.map((other, place) => (place === index ? subscriber : other)) };
    }
  }
  if (plan.latencyMillis > 0) yield { ...plan, latencyMillis: 0 };
  if (plan.shards > 1) yield { ...plan, shards: 1 };
  if (plan.keySchema !== 'S' && plan.subscribers.every(({ settings }) => settings.orderBy === 'ITEM')) yield { ...plan, keySchema: 'S' };
  if (plan.writes.some(({ imageBytes }) => imageBytes !== undefined)) {
    yield { ...plan, writes: plan.writes.map((write) => ({ ...write, imageBytes: undefined })) };
  }
}

/** The changes that stay keep their trouble under their new ordinals. */
function withoutWrites(plan: HistoryPlan, start: number, count: number): HistoryPlan {
  const subscribers = plan.subscribers.map((subscriber): SubscriberPlan => ({
    ...subscriber,
    handler: {
      ...subscriber.handler,
      trouble: Object.fromEntries(Object.entries(subscriber.handler.trouble)
        .filter(([ordinal]) => Number(ordinal) < start || Number(ordinal) >= start + count)
        .map(([ordinal, trouble]) => [Number(ordinal) < start ? ordinal : Number(ordinal) - count, trouble])),
    },
  }));
  return { ...plan, writes: plan.writes.filter((_write, ordinal) => ordinal < start || ordinal >= start + count), subscribers };
}

function* smallerSubscriber(subscriber: SubscriberPlan): Generator<SubscriberPlan> {
  const { handler, mapping, rates } = subscriber;
  for (const name of Object.keys(rates) as (keyof SubscriberPlan['rates'])[]) if (rates[name] > 0) yield { ...subscriber, rates: { ...rates, [name]: 0 } };
  for (const ordinal of Object.keys(handler.trouble)) {
    const trouble = Object.fromEntries(Object.entries(handler.trouble).filter(([other]) => other !== ordinal));
    yield { ...subscriber, handler: { ...handler, trouble } };
  }
  if (subscriber.clockSkewMillis > 0) yield { ...subscriber, clockSkewMillis: 0 };
  if (subscriber.filter !== undefined) yield { ...subscriber, filter: undefined };
  if (handler.millis > 0) yield { ...subscriber, handler: { ...handler, millis: 0 } };
  if (mapping.parallelizationFactor > 1) yield { ...subscriber, mapping: { ...mapping, parallelizationFactor: 1 } };
  if (mapping.batchingWindowSeconds > 0) yield { ...subscriber, mapping: { ...mapping, batchingWindowSeconds: 0 } };
}
