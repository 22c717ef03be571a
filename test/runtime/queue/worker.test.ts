import { applying, message, WorkerHarness } from './harness';
import { PermanentError, RetryLaterError } from '../../../src/runtime';
import { record, START, STREAM_ARN, TestHandler } from '../harness';

const failingFor = (...keys: string[]): TestHandler => (change) => {
  if (keys.includes(String(change.keys.id))) throw new Error('no');
};

test('messages are applied in order, with the same change and context as from a stream', async () => {
  const harness = new WorkerHarness();
  const seen: unknown[] = [];
  (harness.options as { handler: TestHandler }).handler = (change, context) => {
    seen.push([change.keys.id, change.eventName, change.newImage?.n, context.subscriberName, context.attempt, context.idempotencyKey.length]);
  };
  const [a, b, a2] = [record('a', { newImage: { n: { N: '1' } } }), record('b', { newImage: { n: { N: '2' } } }), record('a', { newImage: { n: { N: '3' } } })];
  expect(await harness.settle([message([a, a2]), message([b])])).toEqual([]);
  expect(seen).toEqual([['a', 'INSERT', 1, 'Test', 1, 43], ['b', 'INSERT', 2, 'Test', 1, 43], ['a', 'INSERT', 3, 'Test', 1, 43]]);
  expect(await harness.settle([message([a, a2])])).toEqual([]);
  expect(seen).toHaveLength(3);
});

test('a failure holds back the later messages of its group and no other, until its next attempt is due', async () => {
  const harness = new WorkerHarness();
  const seen = applying(harness, failingFor('bad'));
  const batch = [message([record('bad')]), message([record('good')]), message([record('bad')]), message([record('fine')])];
  expect(await harness.settle(batch)).toEqual([batch[0].messageId, batch[2].messageId]);
  expect(seen).toEqual(['good', 'fine']);
  const seconds = harness.changed[0].seconds;
  expect(seconds).toBeGreaterThanOrEqual(4);
  expect(harness.changed).toEqual([{ receiptHandle: batch[0].receiptHandle, seconds }, { receiptHandle: batch[2].receiptHandle, seconds }]);
  // The others of the batch did not wait for it.
  expect(harness.virtual.now() - START).toBeLessThan(2_000);
});

test('attempts are counted over deliveries; when spent the change is stored and its item parked', async () => {
  const harness = new WorkerHarness({ settings: { maxAttempts: 3 } });
  const seen = applying(harness, failingFor('bad'));
  const bad = message([record('bad')]);
  for (let delivery = 0; delivery < 10; delivery += 1) {
    const failed = await harness.settle([bad]);
    if ((failed as string[]).length === 0) break;
    await harness.virtual.runAsync(() => true);
    harness.virtual.at(harness.virtual.now() + harness.changed[harness.changed.length - 1].seconds * 1000, () => undefined);
    harness.virtual.runNext();
  }
  expect(harness.handlerCalls).toBe(3);
  expect(harness.virtual.now() - START).toBeGreaterThanOrEqual(60_000);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 3, streamArn: STREAM_ARN })]);
  expect(await harness.settle([message([record('bad')])])).toEqual([]);
  expect(harness.failures.records).toHaveLength(2);
  expect(seen).toEqual([]);
});

test('a PermanentError is stored at once, a RetryLaterError waits in the queue and costs nothing', async () => {
  const harness = new WorkerHarness();
  applying(harness, (change) => {
    throw change.keys.id === 'p' ? new PermanentError('never') : new RetryLaterError('busy', { after: 30_000 });
  });
  const later = message([record('l')]);
  expect(await harness.settle([message([record('p')]), later])).toEqual([later.messageId]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'PERMANENT_ERROR' })]);
  expect(harness.changed).toEqual([{ receiptHandle: later.receiptHandle, seconds: expect.any(Number) }]);
  expect(harness.changed[0].seconds).toBeGreaterThanOrEqual(30);
});

describe('a message that cannot be read', () => {
  test.each([['not JSON', '{'], ['a list', '[]'], ['no changes', '{"v":1,"changes":[]}'], ['a newer version', '{"v":2,"changes":[{}]}']])('%s: fails with its group, loudly', async (_what, body) => {
    const harness = new WorkerHarness();
    const seen = applying(harness);
    const batch = [message([], { body, group: 'g' }), message([record('x')], { group: 'g' }), message([record('y')])];
    expect(await harness.settle(batch)).toEqual([batch[0].messageId, batch[1].messageId]);
    expect(seen).toEqual(['y']);
    expect(harness.logs('ERROR')).toHaveLength(1);
    expect(harness.lines.join()).not.toContain('"x"');
  });

  test('a record without a sequence number fails the whole batch', async () => {
    const harness = new WorkerHarness();
    const nameless = { ...record('x'), dynamodb: {} };
    expect(await harness.settle([message([nameless], { group: 'g' }), message([record('y')])])).toEqual({ error: expect.objectContaining({ name: 'UnidentifiableRecordError' }) });
  });

  test('a change in S3 is fetched; one that may not be read or is gone fails its group, and is not lost', async () => {
    const harness = new WorkerHarness();
    const seen = applying(harness);
    const large = record('large');
    harness.claims.set('claims/1.json', JSON.stringify(large));
    const claim = (bucket: string, key: string, group: string) => message([], { group, body: JSON.stringify({ v: 1, claim: { bucket, key } }) });
    const batch = [claim('failures', 'claims/1.json', 'large'), claim('other', 'claims/1.json', 'd'), claim('failures', 'claims/2.json', 'e'), message([record('d')], { group: 'd' })];
    expect(await harness.settle(batch)).toEqual(batch.slice(1).map(({ messageId }) => messageId).sort());
    expect(seen).toEqual(['large']);
    expect(harness.logs('ERROR').map(({ error }) => (error as { name: string }).name)).toEqual(['ClaimError', 'ClaimError']);
  });
});

test('a change that the filter failed on is stored as malformed', async () => {
  const harness = new WorkerHarness();
  const seen = applying(harness);
  const odd = record('odd');
  const body = JSON.stringify({ v: 1, changes: [odd], filterError: { name: 'TypeError', message: 'no such member' } });
  expect(await harness.settle([message([odd], { body }), message([record('fine')])])).toEqual([]);
  expect(seen).toEqual(['fine']);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'MALFORMED', error: expect.objectContaining({ name: 'TypeError', message: 'no such member' }), record: odd })]);
});

test('a large change that the filter failed on is fetched, and stored as malformed with its error', async () => {
  const harness = new WorkerHarness();
  const seen = applying(harness);
  const odd = record('odd');
  harness.claims.set('claims/1.json', JSON.stringify(odd));
  const body = JSON.stringify({ v: 1, claim: { bucket: 'failures', key: 'claims/1.json' }, filterError: { name: 'TypeError', message: 'no such member' } });
  expect(await harness.settle([message([], { body, group: 'g' })])).toEqual([]);
  expect(seen).toEqual([]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'MALFORMED', error: expect.objectContaining({ message: 'no such member' }), record: odd })]);
});

test('changes of a stream and of the one before it are told apart', async () => {
  const harness = new WorkerHarness();
  const old = { ...record('a', { sequenceNumber: '9'.repeat(25) }), eventSourceARN: STREAM_ARN.replace('2026-11-23', '2026-11-22') };
  const young = record('a', { sequenceNumber: '1'.repeat(21) });
  const seen = applying(harness);
  expect(await harness.settle([message([old]), message([young])])).toEqual([]);
  expect(seen).toEqual(['a', 'a']);
});

test('what ends the process is found, though its batch is not bisected; the others are applied once', async () => {
  const harness = new WorkerHarness({ settings: { maxAttempts: 3, attemptSpanMillis: 0 } });
  const seen: string[] = [];
  let died = false;
  (harness.options as { handler: TestHandler }).handler = (change) => {
    if (change.keys.id === 'crash') {
      died = true;
      return new Promise(() => undefined);
    }
    seen.push(String(change.keys.id));
    return undefined;
  };
  const changes = ['a', 'crash', 'b'].map((key) => record(key));
  for (let receives = 1; receives <= 6; receives += 1) {
    died = false;
    const result = await harness.settle(changes.map((change) => message([change], { receives })), 60_000, () => !died);
    harness.restart();
    if (result !== 'killed') break;
  }
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 3 })]);
  expect(seen.filter((key) => key === 'b')).toHaveLength(2);
  expect(seen.filter((key) => key === 'a').length).toBeLessThanOrEqual(2);
});

test('a call that hangs does not hang for ever, though its batch is never alone', async () => {
  const harness = new WorkerHarness({ settings: { maxAttempts: 2, attemptSpanMillis: 0 } });
  const seen = applying(harness, (change) => change.keys.id === 'hangs' ? new Promise(() => undefined) : undefined);
  const hangs = record('hangs');
  for (let delivery = 0; delivery < 4; delivery += 1) await harness.settle([message([hangs]), message([record('other')])]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ record: hangs })]);
  expect(seen).toHaveLength(4);
});

test('when visibility cannot be changed the messages still fail', async () => {
  const harness = new WorkerHarness();
  applying(harness, failingFor('bad'));
  harness.visibilityFails = true;
  const bad = message([record('bad')]);
  expect(await harness.settle([bad])).toEqual([bad.messageId]);
  expect(harness.logs('WARN').map((line) => line.message)).toContainEqual(expect.stringContaining('visibility not changed'));
});

test('no messages, nothing to do', async () => {
  expect(await new WorkerHarness().settle([])).toEqual([]);
});
