/** One item that is postponed for ever holds up the others for a stated time; an outage of everything waits for its end. */

import { distinct, Harness, record, START, TestHandler } from './harness';
import { LongHarness } from './long/harness';
import { RetryLaterError } from '../../src/runtime';

const MINUTE = 60_000;
const MAX = 30 * MINUTE;
const busy = (after?: number): never => { throw new RetryLaterError('busy', { after }); };
const throttled = (): never => { throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' }); };
const settings = { maxPostponementMillis: MAX };
const lasted = ({ failures }: Harness): number => Date.parse(failures.records[0].storedAt) - START;

/** Delivers until all is settled, or so much time has passed; in a fresh process each time if so wanted. */
async function deliverFor(harness: Harness, records: ReturnType<typeof distinct>, millis: number, fresh = false): Promise<readonly unknown[]> {
  let rest: readonly (typeof records)[number][] = records;
  const end = harness.virtual.now() + millis;
  while (rest.length > 0 && harness.virtual.now() < end) {
    if (fresh) harness.restart();
    const { failures: [from] } = await harness.deliver(rest, MINUTE) as { failures: string[] };
    rest = from === undefined ? [] : rest.slice(rest.findIndex((one) => one.dynamodb!.SequenceNumber === from));
  }
  return rest;
}

describe.each<[string, () => never, number]>([
  ['asks for more time', () => busy(), MAX],
  ['asks for a minute', () => busy(MINUTE), MAX - 2 * MINUTE],
  ['is throttled', throttled, MAX],
])('an item whose handler %s for ever', (_what, fail, least) => {
  const handler: TestHandler = ({ keys }) => (keys.id === 'item-0' ? fail() : undefined);

  test.each([['one process', false], ['a fresh process each time', true]])('is parked after half an hour while others succeed, in %s', async (_where, fresh) => {
    const harness = new Harness({ settings, handler });

    expect(await deliverFor(harness, distinct(5), 2 * 60 * MINUTE, fresh)).toEqual([]);

    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'POSTPONED_TOO_LONG', attempts: 0 })]);
    expect(lasted(harness)).toBeGreaterThanOrEqual(least);
    expect(lasted(harness)).toBeLessThan(MAX + 3 * MINUTE);
    expect(harness.logs('ERROR')).toEqual([expect.objectContaining({ reason: 'POSTPONED_TOO_LONG', keyHash: expect.any(String), sequenceNumber: expect.any(String) })]);
  });

  test('waits while no other item has anything to do', async () => {
    const harness = new Harness({ settings, handler });
    expect(await deliverFor(harness, distinct(1), 4 * 60 * MINUTE)).toHaveLength(1);
    expect(harness.failures.records).toEqual([]);
  });
});

test.each([['one process', false], ['a fresh process each time', true]])('an outage of everything parks nothing, also where it begins in the middle of a batch, in %s', async (_where, fresh) => {
  const harness: Harness = new Harness({ settings });
  let calls = 0;
  const until = START + 4 * 60 * MINUTE;
  (harness.options as { handler: TestHandler }).handler = async () => {
    const call = calls += 1;
    await harness.clock.sleep(call);
    if (call > 4 && harness.virtual.now() < until) busy();
  };

  expect(await deliverFor(harness, distinct(20), 5 * 60 * MINUTE, fresh)).toEqual([]);
  expect(harness.failures.records).toEqual([]);
});

test('an item that asks for longer than it may be postponed is parked as soon as another has succeeded', async () => {
  const harness = new Harness({ settings, handler: ({ keys }) => (keys.id === 'item-0' ? busy(2 * 60 * MINUTE) : undefined) });
  expect(await deliverFor(harness, distinct(3), 60 * MINUTE)).toEqual([]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'POSTPONED_TOO_LONG' })]);
});

test('an item that is postponed for less than half an hour is applied', async () => {
  const harness: Harness = new Harness({ settings });
  (harness.options as { handler: TestHandler }).handler = ({ keys }) => {
    if (keys.id === 'item-0' && harness.virtual.now() < START + 25 * MINUTE) busy();
  };
  expect(await deliverFor(harness, distinct(3), 60 * MINUTE)).toEqual([]);
  expect(harness.failures.records).toEqual([]);
});

test('an item that is skipped where its subscriber skips what fails', async () => {
  const harness = new Harness({ settings: { ...settings, onPoison: 'SKIP_RECORD' }, handler: ({ keys }) => (keys.id === 'item-0' ? busy() : undefined) });
  expect(await deliverFor(harness, distinct(3), 60 * MINUTE)).toEqual([]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'POSTPONED_TOO_LONG' })]);
  expect(harness.logs('ERROR')).toEqual([expect.objectContaining({ message: expect.stringContaining('skipped') })]);
});

test('an item whose work takes long is bounded likewise, and holds only its own group', async () => {
  const applied: unknown[] = [];
  const harness = new LongHarness({
    settings,
    handler: ({ keys }) => {
      if (keys.id === 'busy') busy();
      applied.push(keys.id);
    },
  });
  for (const id of ['busy', 'other', 'another']) harness.send(record(id));
  const process = harness.life();
  await harness.work(() => process);

  expect(applied).toEqual(['other', 'another']);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'POSTPONED_TOO_LONG' })]);
  const millis = Date.parse(harness.failures.records[0].storedAt) - START;
  expect(millis).toBeGreaterThanOrEqual(MAX);
  expect(millis).toBeLessThan(2 * MAX);
});
