import { Clock } from './ports';

/** A request had not answered when there was no time left to wait for it. What became of it is not known. */
export class NoAnswerInTimeError extends Error {
  public override readonly name = 'NoAnswerInTimeError';

  public constructor() {
    super('no answer before the end of the time for it');
  }
}

/**
 * Waits for a request until the signal is aborted. Clients have time-outs of their own, but these
 * know nothing of the invocation: a request that hangs would turn a partial response into a crash.
 * An answer that comes later is dropped.
 *
 * @throws NoAnswerInTimeError when the signal is aborted first
 */
export function within<T>(signal: AbortSignal, request: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = () => reject(new NoAnswerInTimeError());
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
    const answered = () => signal.removeEventListener('abort', late);
    request.then((value) => {
      answered();
      resolve(value);
    }, (error: unknown) => {
      answered();
      reject(error as Error);
    });
  });
}

/**
 * Waits for a request for so many milliseconds.
 *
 * @throws NoAnswerInTimeError when it has not answered by then
 */
export async function atMost<T>(clock: Clock, millis: number, request: Promise<T>): Promise<T> {
  const late = new AbortController();
  const over = new AbortController();
  void clock.sleep(millis, over.signal).then(() => late.abort());
  try {
    return await within(late.signal, request);
  } finally {
    over.abort();
  }
}
