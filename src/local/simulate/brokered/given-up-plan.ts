import { BrokeredPlan, makeBrokeredPlan } from './brokered-plan';
import { derivedSeed, Rng } from '../random';

/** A history of the brokered path in which the relay's mapping gives batches up. */
export function makeGivenUpPlan(seed: number, index: number): BrokeredPlan {
  const plan = makeBrokeredPlan(seed, index);
  const random = new Rng(derivedSeed(plan.seed, 2));
  return {
    ...plan,
    givenUp: {
      chance: random.pick([0.1, 0.3]),
      partly: random.pick([0, 0.5]),
      redrives: Array.from({ length: random.int(0, 6) }, () => random.int(0, 150_000)),
      ...(random.chance(0.5) && { rate: random.int(1, 4) }),
    },
  };
}
