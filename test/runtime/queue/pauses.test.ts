import { message, WorkerHarness } from './harness';
import { QUEUE_DEFAULTS, RECEIVES_TO_SPARE } from '../../../src/contract/settings';
import { RetryLaterError } from '../../../src/runtime';
import { WorkerPorts } from '../../../src/runtime/queue/ports';
import { pauseAfter } from '../../../src/runtime/queue/settle-messages';
import { record as changeOf, START } from '../harness';

const HOUR = 3_600;

/** Receives of a message that fails each time, until its change is too old; pauses last `share` of what is asked for. */
function receives(maxReceiveCount: number, maxRecordAgeSeconds: number, spare: number, share: number): number {
  const settings = { longestPauseSeconds: Math.max(60, Math.ceil((maxRecordAgeSeconds * spare) / maxReceiveCount)) };
  let seconds = 0;
  for (let count = 1; ; count += 1) {
    const ports = { clock: { now: () => seconds * 1000 }, settings } as unknown as WorkerPorts;
    const pause = pauseAfter(ports, {
      messageId: 'm', receiptHandle: 'r', body: '', attributes: { ApproximateReceiveCount: String(count), SentTimestamp: '0' },
    });
    seconds += Math.max(1, pause * share);
    if (seconds > maxRecordAgeSeconds) return count;
  }
}

describe.each([HOUR, 24 * HOUR, QUEUE_DEFAULTS.maxRecordAgeSeconds, 7 * 24 * HOUR])('for a change that may be %d s old', (age) => {
  test.each([100, 300, 1_000])('%d receives last, with whole pauses and with full jitter', (count) => {
    expect(receives(count, age, RECEIVES_TO_SPARE, 1)).toBeLessThan(count);
    expect(receives(count, age, RECEIVES_TO_SPARE * 2, 0.5)).toBeLessThan(count);
  });
});

test('a message that has waited a minute waits half a minute more, whatever it was received', () => {
  const ports = { clock: { now: () => 60_000 }, settings: { longestPauseSeconds: 346 } } as unknown as WorkerPorts;
  const record = { messageId: 'm', receiptHandle: 'r', body: '' };
  expect(pauseAfter(ports, { ...record, attributes: { ApproximateReceiveCount: '12', SentTimestamp: '0' } })).toBe(30);
  expect(pauseAfter(ports, { ...record, attributes: { ApproximateReceiveCount: '2', SentTimestamp: '0' } })).toBe(2);
  // A clock that is behind the queue's.
  expect(pauseAfter(ports, { ...record, attributes: { ApproximateReceiveCount: '12', SentTimestamp: '90000' } })).toBe(1);
});

describe('what the queue is told', () => {
  const failing = () => new WorkerHarness({ handler: () => { throw new RetryLaterError('not now', { after: 24 * HOUR * 1000 }); } });

  test('is a whole number of seconds, also where the message has waited for a fraction of one', async () => {
    const harness = new WorkerHarness();
    const unreadable = message([], { body: '{', group: 'g', receives: 12, sentAt: START - 7_301 });
    await harness.settle([unreadable]);
    expect(harness.changed).toEqual([{ receiptHandle: unreadable.receiptHandle, seconds: 4 }]);
  });

  test('leaves room in the twelve hours since the message was received, which end what it asks for', async () => {
    const harness = failing();
    await harness.settle([message([changeOf('a')])]);
    expect(harness.changed).toEqual([{ receiptHandle: expect.any(String), seconds: 11 * HOUR }]);
  });
});
