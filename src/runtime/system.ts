import { Clock } from './ports';

/** The machine's clock. */
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
    const timer = setTimeout(wake, millis);
    signal?.addEventListener('abort', wake);
  }),
};
