import { setTimeout as wait } from 'node:timers/promises';
import { Clock } from './ports';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (millis, signal) => {
    // Being woken early is not an error here.
    await wait(millis, undefined, { signal }).catch(() => undefined);
  },
};
