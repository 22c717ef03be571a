import { Failures, summaryOf } from '../../../../src/local/cli/live/summary';
import { MappingStatus } from '../../../../src/local/drive';

function status(given: Partial<MappingStatus>): MappingStatus {
  return {
    name: 'S',
    enabled: true,
    read: 0,
    filteredOut: 0,
    applied: 0,
    retried: 0,
    failed: 0,
    lost: 0,
    inFlight: 0,
    waiting: 0,
    lagMillis: 0,
    failureStore: 0,
    invocations: 0,
    functionErrors: 0,
    ...given,
  };
}

test('what a relay passes on does not count as applied, but what it loses counts as lost', () => {
  const relay = status({ isRelay: true, applied: 3, failed: 1, lost: 1 });

  expect(summaryOf({ drained: true, mappings: [relay, status({ applied: 2 })] }, 300))
    .toEqual({ lines: ['2 applied, 0 retried, 1 failed, 0 in failure store, 1 lost.'], allApplied: false });
});

test('a pointer that reached a queue or topic is not lost, and a dead letter is counted', () => {
  const mappings = [status({ failed: 3, lost: 2, atDestination: 2 }), status({ failed: 1, deadLetters: 1 })];

  expect(summaryOf({ drained: true, mappings }, 300).lines)
    .toEqual(['0 applied, 0 retried, 4 failed, 0 in failure store, 2 sent to a queue or topic, 1 in dead-letter queues, 0 lost.']);
});

test.each([[1, '1 change is'], [2, '2 changes are']])('what is not dealt with in time is counted: %d', (waiting, words) => {
  const { lines, allApplied } = summaryOf({ drained: false, mappings: [status({ waiting })] }, 300);

  expect(lines[0]).toBe(`Not everything was dealt with within 300 s: ${words} waiting; see --limit.`);
  expect(allApplied).toBe(false);
});

test('errors are counted by subscriber, the most frequent first', () => {
  const failures = new Failures();
  for (const error of ['b', 'a', 'b']) failures.add('Score', error);
  for (let index = 0; index < 7; index += 1) failures.add('Email', `E${index}`);

  expect(failures.lines()).toEqual([
    ...[0, 1, 2, 3, 4].map(index => `Email failed 1 time: E${index}`),
    'Email failed with 2 other errors',
    'Score failed 2 times: b',
    'Score failed 1 time: a',
  ]);
});
