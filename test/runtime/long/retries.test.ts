import { LongHarness, LongHarnessOptions, WORK_MILLIS } from './harness';
import { AGE_SHARE_BEFORE_STORING, LONG_WORK_DEFAULTS, RECEIVES_TO_SPARE } from '../../../src/contract/settings';
import { RetryLaterError, retryLaterIfUnavailable } from '../../../src/runtime';
import { record, START, TestHandler } from '../harness';

const HOUR = 3_600_000;
const AGE = LONG_WORK_DEFAULTS.maxRecordAgeSeconds;
const RECEIVES = 1_000;
/** As the construct derives it for the default age. */
const LONGEST_PAUSE_SECONDS = (AGE * RECEIVES_TO_SPARE * 2) / RECEIVES;

/** Pseudo-random, so that jitter is as it is meant, and the same every time. */
function random(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

class RetryHarness extends LongHarness {
  /** What the handler was told of attempts, call by call. */
  public readonly attempts: number[] = [];

  public constructor(handler: TestHandler, { random: dice = random(), settings }: LongHarnessOptions = {}) {
    super({ random: dice, settings: { maxRecordAgeSeconds: AGE, longestPauseSeconds: LONGEST_PAUSE_SECONDS, ...settings } });
    this.handler = (change, context) => {
      this.attempts.push(context.attempt);
      return handler(change, context);
    };
  }

  /** No call has been the second attempt that counts. */
  public expectNoAttemptSpent(): void {
    expect(this.attempts.filter((attempt) => attempt !== 1)).toEqual([]);
  }
}

function withOne(handler: TestHandler, options: LongHarnessOptions = {}): RetryHarness {
  const harness = new RetryHarness(handler, options);
  harness.send(record('a'));
  return harness;
}

const isDown = (harness: LongHarness, millis: number) => harness.virtual.now() - START < millis;

describe('the signal', () => {
  test('is aborted when the stated time is up, and the call is tried again later at no cost', async () => {
    let calls = 0;
    let lasted = 0;
    const harness = withOne(async (_change, { signal }) => {
      calls += 1;
      if (calls > 1) return;
      const start = harness.virtual.now();
      await harness.clock.sleep(HOUR, signal);
      lasted = harness.virtual.now() - start;
      signal.throwIfAborted();
    });
    await harness.work();
    expect(lasted).toBe(WORK_MILLIS);
    expect(calls).toBe(2);
    harness.expectNoAttemptSpent();
    expect(harness.failures.records).toEqual([]);
  });

  test('that a handler ignores ends its attempt all the same: the function does not run into its timeout, and a late commit is refused', async () => {
    let late: Promise<unknown> | undefined;
    const harness = withOne((_change, context) => new Promise(() => {
      late = harness.clock.sleep(WORK_MILLIS + 8_000).then(() => context.commit([{ Put: { TableName: 'Effects', Item: { id: 'late' } } }]));
      late.catch(() => undefined);
    }));
    expect(await harness.settle(harness.receive()!)).toBe(false);
    expect(harness.virtual.now() - START).toBeLessThan(WORK_MILLIS + 7_000);
    await expect(harness.answerOf(late!)).rejects.toMatchObject({ name: 'CommitMisuseError' });
    expect(harness.db.table('Effects').size).toBe(0);
  });
});

describe('a change that hangs for ever', () => {
  test.each<[string, TestHandler]>([
    ['and heeds its signal', (_change, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))],
    ['and heeds nothing', () => new Promise(() => undefined)],
  ])('%s is in the failure store by the stated age, and costs no attempt before', async (_what, handler) => {
    const harness = withOne(handler);
    await harness.work();
    harness.expectNoAttemptSpent();
    const [failure, ...others] = harness.failures.records;
    expect(others).toEqual([]);
    expect(failure).toMatchObject({ reason: 'RECORD_AGE', error: { name: 'InterruptedError' } });
    const hours = (Date.parse(failure.storedAt) - START) / HOUR;
    expect(hours).toBeGreaterThanOrEqual(24 * AGE_SHARE_BEFORE_STORING);
    expect(hours).toBeLessThan(24);
  });

  test('does not hold up another item', async () => {
    const seen: string[] = [];
    const harness = withOne(async (change, { signal }) => {
      if (change.keys.id === 'a') await harness.clock.sleep(HOUR, signal);
      signal.throwIfAborted();
      seen.push(String(change.keys.id));
    });
    harness.send(record('b'));
    const first = harness.invoke(harness.receive()!, harness.life());
    expect(await harness.settle(harness.receive()!)).toBe(true);
    expect(harness.virtual.now()).toBe(START);
    expect(await harness.answerOf(first)).toBe(false);
    expect(seen).toEqual(['b']);
  });
});

describe('an outage of what the handler calls', () => {
  const answers: [string, (signal: AbortSignal) => unknown][] = [
    ['answers 429', () => new Response('', { status: 429 })],
    ['answers 503 and asks for a second each time', () => new Response('', { status: 503, headers: { 'retry-after': '1' } })],
    ['does not take connections', () => { throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }); }],
    ['throttles an AWS SDK', () => { throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' }); }],
  ];
  const calling = (millis: number, answer: (signal: AbortSignal) => unknown): TestHandler => (_change, { signal }) => (
    retryLaterIfUnavailable((async () => (isDown(calling.harness!, millis) ? answer(signal) : new Response('fine')))()));
  calling.harness = undefined as LongHarness | undefined;

  test.each(answers)('that %s leaves nothing in the failure store when it is shorter than the stated age', async (_what, answer) => {
    const harness = calling.harness = withOne(calling(24 * HOUR * 0.85, answer));
    const invocations = await harness.work(undefined, RECEIVES);
    expect(harness.failures.records).toEqual([]);
    expect(harness.row()).toMatchObject({ mark: expect.stringContaining('#') });
    harness.expectNoAttemptSpent();
    // Receives last, with room to spare.
    expect(invocations).toBeLessThan(450);
  });

  test('that is longer ends in the failure store by the stated age', async () => {
    const harness = calling.harness = withOne(calling(48 * HOUR, () => new Response('', { status: 503 })));
    await harness.work(undefined, RECEIVES);
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'RECORD_AGE', attempts: 0 })]);
    // Each of its calls has ended: the last one says what is stored.
    expect(harness.failures.records[0].error).toMatchObject({ name: 'RetryLaterError' });
  });

  test('is over for a change within the longest pause', async () => {
    const harness = calling.harness = withOne(calling(6 * HOUR, () => new Response('', { status: 503 })));
    await harness.work();
    expect(harness.virtual.now() - START - 6 * HOUR).toBeLessThanOrEqual(LONGEST_PAUSE_SECONDS * 1000);
  });

  test.each([10, 60, 300])('of %d s is over for a change within half as long again, however often it was tried meanwhile', async (seconds) => {
    const harness = calling.harness = withOne(calling(seconds * 1000, () => new Response('', { status: 503 })), { random: () => 1 });
    await harness.pass(seconds * 1000 - 2_000);
    expect(await harness.settle({ ...harness.receive()!, receiveCount: 30 })).toBe(false);
    await harness.pass(seconds * 500 + 1_000);
    expect(await harness.settle({ ...harness.receive()!, receiveCount: 31 })).toBe(true);
  });
});

describe('putting a change off', () => {
  test('waits at least as long as was asked for, in the queue', async () => {
    const harness = withOne(() => { throw new RetryLaterError('busy', { after: 90_000 }); });
    await harness.settle(harness.receive()!);
    const asked = harness.visibilities.map(({ seconds }) => seconds);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toBeGreaterThanOrEqual(90);
    expect(asked[1]).toBeLessThan(95);
  });

  test('waits no longer than the queue can hold a message back, which is counted from its receipt', async () => {
    const harness = withOne(async () => {
      await harness.clock.sleep(WORK_MILLIS / 2);
      throw new RetryLaterError('busy', { after: 1e12 });
    });
    const received = harness.virtual.now();
    await harness.settle(harness.receive()!);
    const { at, seconds } = harness.visibilities.at(-1)!;
    expect(seconds).toBe(11 * 3600);
    expect(harness.queue.nextVisibleAt(at)).toBe(at + 11 * HOUR);
    expect(at + 11 * HOUR - received).toBeLessThan(12 * HOUR);
  });

  test('has full jitter: pauses of many changes that failed together are spread from nothing on', async () => {
    const harness = withOne(() => { throw new RetryLaterError('busy'); });
    for (let index = 0; index < 200; index += 1) harness.send(record(`item-${index}`));
    const life = harness.life();
    // So old, and so often received, that the back-off has reached its longest.
    await harness.pass(HOUR);
    for (let message = harness.receive(); message; message = harness.receive()) await harness.settle({ ...message, receiveCount: 30 }, life);
    const pauses = harness.visibilities.filter((_, index) => index % 2 === 1).map(({ seconds }) => seconds);
    expect(pauses).toHaveLength(201);
    const quarters = [0, 0, 0, 0];
    for (const seconds of pauses) quarters[Math.min(3, Math.floor((seconds / LONGEST_PAUSE_SECONDS) * 4))] += 1;
    for (const count of quarters) expect(count).toBeGreaterThan(pauses.length * 0.15);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(Math.ceil(LONGEST_PAUSE_SECONDS));
  });
});

test('poison is found as everywhere: after its attempts, spread over their span', async () => {
  const harness = withOne(() => { throw new Error('cannot be judged'); }, { settings: { maxAttempts: 3, attemptSpanMillis: 60_000 } });
  harness.send(record('a'));
  await harness.work();
  expect(harness.handlerCalls).toBe(3);
  expect(harness.failures.records.map(({ reason, attempts }) => [reason, attempts])).toEqual([['ATTEMPTS_EXHAUSTED', 3], ['BEHIND_PARKED', 0]]);
  expect(Date.parse(harness.failures.records[0].storedAt) - START).toBeGreaterThanOrEqual(60_000);
});

test('what ends its process again and again is found, and costs an attempt each time', async () => {
  const harness = withOne(() => undefined, { settings: { maxAttempts: 3, attemptSpanMillis: 0 } });
  harness.handler = (_change, _context, life) => {
    life.dead = true;
    return new Promise(() => undefined);
  };
  let deaths = 0;
  while (harness.queue.size > 0 && deaths < 20) {
    const message = harness.receive();
    if (!message) {
      await harness.pass(harness.queue.nextVisibleAt(harness.virtual.now())! - harness.virtual.now());
      continue;
    }
    const life = harness.life();
    const call = harness.invoke(message, life);
    await harness.pass(1_000);
    if (life.dead) deaths += 1;
    else await harness.answerOf(call);
  }
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED' })]);
  // The first delivery is not suspicious yet.
  expect(deaths).toBe(4);
});
