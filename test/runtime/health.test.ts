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
