import { Health } from '../../src/runtime/lanes/health';

const MINUTE = 60_000;
const fail = (health: Health, items: readonly string[], at: number) => { for (const item of items) health.itemFailed(item, 'Error', at); };

describe('an outage', () => {
  test('is seen also where an item that failed long ago was settled by another process, and thousands have succeeded since', () => {
    // GIVEN a process that never learns what became of its first failure
    const health = new Health();
    fail(health, ['settled elsewhere'], 0);
    for (let item = 0; item < 5_000; item += 1) health.itemSucceeded(`item-${item}`, item * 100);

    // WHEN nothing works any more
    fail(health, ['a', 'b'], 9 * MINUTE);
    expect(health.inOutage('Error', 9 * MINUTE)).toBe(false);
    fail(health, ['c'], 9 * MINUTE + 1);

    expect(health.inOutage('Error', 9 * MINUTE + 1)).toBe(true);
  });

  test('of a few items is seen also in a process that has had some failure or other for more than an hour', () => {
    const health = new Health();
    for (let minute = 0; minute < 90; minute += 5) {
      fail(health, [`settled elsewhere ${minute}`], minute * MINUTE);
      for (let item = 0; item < 10; item += 1) health.itemSucceeded(`item-${minute}-${item}`, minute * MINUTE + 1);
    }

    fail(health, ['a', 'b', 'c'], 90 * MINUTE);

    expect(health.inOutage('Error', 90 * MINUTE)).toBe(true);
  });
});

test('a few items that fail beside more that succeed are no outage, whatever failed before them', () => {
  const health = new Health();
  fail(health, ['earlier'], 0);
  fail(health, ['a', 'b', 'c'], MINUTE);
  for (const item of ['d', 'e', 'f', 'g']) health.itemSucceeded(item, MINUTE + 1);

  expect(health.inOutage('Error', MINUTE + 2)).toBe(false);
});

test('one item shows that a permission is missing, for an hour at most, unless another succeeds', () => {
  const health = new Health();
  health.itemFailed('a', 'AccessDeniedException', 0);
  expect(health.inOutage('AccessDeniedException', 0)).toBe(true);
  for (let minute = 5; minute < 60; minute += 5) health.itemFailed('a', 'AccessDeniedException', minute * MINUTE);
  expect(health.inOutage('AccessDeniedException', 60 * MINUTE - 1)).toBe(true);
  expect(health.inOutage('AccessDeniedException', 60 * MINUTE)).toBe(false);

  // GIVEN a policy that names items
  const narrow = new Health();
  narrow.itemFailed('a', 'AccessDenied:403', 0);
  narrow.itemSucceeded('b', 1);
  expect(narrow.inOutage('AccessDenied:403', 2)).toBe(false);
});

describe('at its bounds', () => {
  const items = (count: number) => Array.from({ length: count }, (_, index) => `item-${index}`);
  /** So many items fail, each again every ten minutes: what is older says nothing. */
  const failUntil = (health: Health, failing: readonly string[], end: number, signature = 'Error') => {
    for (let at = 0; at <= end; at += 10 * MINUTE) for (const item of failing) health.itemFailed(item, signature, at);
  };

  test.each([[2, false], [3, true]])('of %i items that fail alike an outage is %s', (count, outage) => {
    const health = new Health();
    fail(health, items(count), 0);
    expect(health.inOutage('Error', 0)).toBe(outage);
    expect(health.toRemember('Error', 0)).toEqual(outage ? { signature: 'Error', at: 0 } : undefined);
  });

  test.each([[9, false], [10, true]])('%i items that have failed alike for an hour are an outage still: %s', (count, outage) => {
    const health = new Health();
    failUntil(health, items(count), 60 * MINUTE);
    expect(health.inOutage('Error', 60 * MINUTE - 1)).toBe(true);
    expect(health.inOutage('Error', 60 * MINUTE)).toBe(outage);
    expect(health.inOutage('Error', 24 * 60 * MINUTE)).toBe(outage);
  });

  test.each([[9, false], [10, true]])('a change that is held for an hour is held on by %i items whose permission is missing: %s', (count, outage) => {
    const health = new Health();
    for (const item of items(count)) health.itemFailed(item, 'AccessDenied', 60 * MINUTE);
    expect(health.inOutage('AccessDenied', 60 * MINUTE, 1)).toBe(true);
    expect(health.inOutage('AccessDenied', 60 * MINUTE, 0)).toBe(outage);
  });

  test.each([[9, false], [10, false], [11, true]])('%i items that fail beside ten that succeed since: %s', (count, outage) => {
    const health = new Health();
    fail(health, items(count), 0);
    for (let index = 0; index < 10; index += 1) health.itemSucceeded(`healthy-${index}`, 1);
    expect(health.inOutage('Error', 1)).toBe(outage);
  });

  test('a success counts from the millisecond of the failure on', () => {
    const health = new Health();
    fail(health, ['a', 'b', 'c'], 5);
    for (const item of ['d', 'e', 'f']) health.itemSucceeded(item, 5);
    expect(health.inOutage('Error', 5)).toBe(false);
  });

  test('an item that succeeds again counts by its last success', () => {
    const health = new Health();
    fail(health, ['earlier'], 0);
    for (const item of ['d', 'e', 'f', 'g']) health.itemSucceeded(item, 1);
    fail(health, ['a', 'b', 'c'], 2);
    expect(health.inOutage('Error', 2)).toBe(true);
    for (const item of ['d', 'e', 'f']) health.itemSucceeded(item, 3);
    expect(health.inOutage('Error', 3)).toBe(false);
  });

  test.each([[10 * MINUTE, true], [10 * MINUTE + 1, false]])('a failure counts for ten minutes after the last one (%i ms: %s)', (later, outage) => {
    const health = new Health();
    fail(health, ['a', 'b'], 0);
    fail(health, ['c'], later);
    expect(health.inOutage('Error', later)).toBe(outage);
  });

  test('10,000 failing items are remembered; with the next one it begins anew', () => {
    const health = new Health();
    fail(health, items(9_998), 0);
    health.itemFailed('a', 'Other', 0);
    health.itemFailed('b', 'Other', 0);
    expect(health.inOutage('Error', 0)).toBe(true);
    fail(health, ['one more'], 0);
    expect(health.inOutage('Error', 0)).toBe(false);
  });

  describe('an outage that another process has seen', () => {
    const remembering = (at: number) => {
      const health = new Health();
      health.remember({ signature: 'Error', at });
      return health;
    };

    test.each([[60 * MINUTE - 1, true], [60 * MINUTE, false]])('holds for an hour (%i ms: %s)', (later, outage) => {
      const health = remembering(0);
      fail(health, ['a'], later);
      expect(health.inOutage('Error', later)).toBe(outage);
    });

    test.each([[1, true], [0, false]])('holds nothing that has failed here for an hour (since %i ms: %s)', (since, outage) => {
      const health = new Health();
      for (let at = since; at <= 60 * MINUTE; at += 10 * MINUTE) fail(health, ['a'], at);
      health.remember({ signature: 'Error', at: 60 * MINUTE });
      expect(health.inOutage('Error', 60 * MINUTE)).toBe(outage);
    });

    test('holds nothing that fails otherwise, or has not failed here', () => {
      const health = remembering(0);
      expect(health.inOutage('Error', 1)).toBe(false);
      health.itemFailed('a', 'Other', 1);
      expect(health.inOutage('Other', 1)).toBe(false);
      expect(health.inOutage('Error', 1)).toBe(false);
    });

    test.each([[7, true, undefined], [8, false, 'over']])('is over with a success after it, not with one at its time (%i ms)', (at, outage, written) => {
      const health = remembering(7);
      health.itemSucceeded('healthy', at);
      fail(health, ['a'], 9);
      expect(health.inOutage('Error', 9)).toBe(outage);
      expect(health.toRemember('Error', 9)).toBe(written);
    });
  });
});
