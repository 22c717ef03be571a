import { Harness, record, START } from './harness';
import { LongHarness } from './long/harness';
import { LONG_WORK_DEFAULTS } from '../../src/contract/settings';

const HOUR = 3_600_000;
const refuse = () => { throw Object.assign(new Error('no'), { name: 'AccessDenied' }); };

test('a change that alone is refused is given up an hour after its first refusal, also where each delivery comes to another process', async () => {
  // GIVEN an object that is gone from a bucket which the function may not list: S3 says AccessDenied
  const harness = new LongHarness({
    settings: { maxRecordAgeSeconds: LONG_WORK_DEFAULTS.maxRecordAgeSeconds, longestPauseSeconds: 346 },
    handler: ({ keys }) => (keys.id === 'gone' ? refuse() : undefined),
  });
  harness.send(record('gone'));

  await harness.work();

  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED' })]);
  const lasted = Date.parse(harness.failures.records[0].storedAt) - START;
  expect(lasted).toBeGreaterThanOrEqual(HOUR);
  expect(lasted).toBeLessThan(2 * HOUR);
});

test('the shard of a change that alone is refused goes on after an hour, also where each delivery comes to another process', async () => {
  const harness = new Harness({ handler: refuse });
  const poison = record('gone');
  let failures: readonly string[] = ['first'];
  for (let delivery = 0; failures.length > 0 && delivery < 100; delivery += 1) {
    harness.restart();
    failures = (await harness.deliver([poison]) as { failures: string[] }).failures;
  }

  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED' })]);
  expect(harness.virtual.now() - START).toBeGreaterThanOrEqual(HOUR);
  expect(harness.virtual.now() - START).toBeLessThan(1.5 * HOUR);
});
