import { Clock } from './ports';
import { timerMillis } from '../contract/timer';

/** The machine's clock. A sleep lasts 24 days at most. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Being woken early is not an error here: Node's own makes one, with its stack, for each sleep that is cut short.
  sleep: (millis, signal) => new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, timerMillis(millis));
    signal?.addEventListener('abort', wake);
  }),
};
