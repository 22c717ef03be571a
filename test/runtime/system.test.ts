import { Pause } from '../../src/local/drive/pause';
import { systemClock } from '../../src/runtime/system';

/** Whether a wait is over after a few milliseconds; a timer that Node.js takes for one millisecond is. */
async function isOverSoon(wait: Promise<void>): Promise<boolean> {
  return Promise.race([wait.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 30, false))]);
}

test.each([2 ** 31, 30 * 24 * 3600 * 1000, Infinity])('a sleep of %d ms does not end after a millisecond', async (millis) => {
  const over = new AbortController();
  const sleep = systemClock.sleep(millis, over.signal);
  expect(await isOverSoon(sleep)).toBe(false);
  over.abort();
  await sleep;
});

test('a pause of the local driver longer than a timer lasts does not end after a millisecond', async () => {
  const pause = new Pause();
  const wait = pause.wait(2 ** 31);
  expect(await isOverSoon(wait)).toBe(false);
  pause.end();
  await wait;
});
