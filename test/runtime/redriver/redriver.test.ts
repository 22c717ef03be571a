import { failureKey } from '../../../src/contract/failure-record';
import { RedriveResult } from '../../../src/contract/redrive';
import { VirtualClock } from '../../../src/local/drive/memory-clock';
import { FunctionFailedError } from '../../../src/runtime/redriver/ports';
import { Redriver, RedriverOptions } from '../../../src/runtime/redriver/redriver';
import { clockOn } from '../harness';
import { add, FakeFunction, MemoryStore, stored } from './memory';

const APPLIED: RedriveResult = { outcome: 'APPLIED' };

async function redrive(store: MemoryStore, fn: FakeFunction, more: Partial<RedriverOptions> = {}) {
  const virtual = new VirtualClock(0);
  const redriver = new Redriver({
    store, fn, subscriber: 'Test', action: 'REDRIVE', outOfOrder: false, applyUnknown: false, clock: clockOn(virtual), stop: new AbortController().signal, ...more,
  });
  let over = false;
  const summary = redriver.run().finally(() => { over = true; });
  summary.catch(() => undefined);
  await virtual.runAsync(() => over);
  return { summary: await summary, seconds: virtual.now() / 1000 };
}

describe('what is handed over', () => {
  test('all items, in order per item, in requests of at most a hundred; what is settled is deleted last', async () => {
    const store = new MemoryStore();
    for (let n = 0; n < 250; n += 1) add(store, stored(`item-${n % 50}`, 250 - n));
    const fn = new FakeFunction(store, () => APPLIED);
    const { summary } = await redrive(store, fn);
    expect(fn.requests.map(({ changes }) => changes.length)).toEqual([100, 100, 50]);
    const numbers = new Map<string, number[]>();
    for (const [item, n] of fn.handed.map((one) => one.split('/'))) numbers.set(item, [...numbers.get(item) ?? [], Number(n)]);
    for (const of of numbers.values()) expect(of).toEqual([...of].sort((a, b) => a - b));
    expect(summary).toMatchObject({ items: 50, changes: 250, outcomes: { APPLIED: 250 }, isIncomplete: false });
    expect(store.keys()).toEqual([]);
  });

  test('requests stay below what Lambda takes', async () => {
    const store = new MemoryStore();
    for (let n = 0; n < 5; n += 1) add(store, stored(`item-${n}`, n, { record: { dynamodb: { NewImage: 'x'.repeat(1_500_000) } } }));
    const fn = new FakeFunction(store, () => APPLIED);
    await redrive(store, fn);
    expect(fn.requests.map(({ changes }) => changes.length)).toEqual([2, 2, 1]);
    for (const request of fn.requests) expect(JSON.stringify(request).length).toBeLessThan(6 * 1024 * 1024);
  });

  test('100,000 changes, of which no more than one request is held at once', async () => {
    const store = new MemoryStore();
    for (let n = 0; n < 100_000; n += 1) add(store, stored(`item-${n % 20_000}`, n));
    // The store is sorted once a page rather than once a request.
    store.remove = async (keys) => { removed += keys.length; };
    let removed = 0;
    const fn = new FakeFunction(store, () => APPLIED);
    const { summary } = await redrive(store, fn);
    expect(summary.of('APPLIED')).toBe(100_000);
    expect(removed).toBe(100_000);
    expect(store.mostHeld).toBeLessThanOrEqual(100);
  }, 120_000);

  test('as many a second as are asked for', async () => {
    const store = new MemoryStore();
    for (let n = 0; n < 100; n += 1) add(store, stored(`item-${n}`, n));
    const fn = new FakeFunction(store, () => APPLIED);
    const { seconds } = await redrive(store, fn, { rate: 10 });
    expect(Math.max(...fn.requests.map(({ changes }) => changes.length))).toBe(10);
    expect(seconds).toBe(9);
  });

  test('one item only, and only items that are wanted', async () => {
    const store = new MemoryStore();
    for (const item of ['a', 'b', 'ab']) add(store, stored(item, 1), stored(item, 2));
    const fn = new FakeFunction(store, () => APPLIED);
    await redrive(store, fn, { item: 'a' });
    expect(fn.handed).toEqual(['a/1', 'a/2']);
    await redrive(store, fn, { wants: ({ keyHash }) => keyHash === 'b' });
    expect(fn.handed.slice(2)).toEqual(['b/1', 'b/2']);
    expect(store.keys()).toHaveLength(2);
  });
});

describe('a change that must wait', () => {
  const failing = (which: string) => (change: { keyHash: string; sequenceNumber: string }): RedriveResult => (
    `${change.keyHash}/${BigInt(change.sequenceNumber) - 100_000_000_000_000_000_000n}` === which ? { outcome: 'FAILED', error: 'TypeError' } : APPLIED);

  test('holds back those behind it, and no other item', async () => {
    const store = new MemoryStore();
    for (let n = 0; n < 2_500; n += 1) add(store, stored('a', n));
    add(store, stored('b', 1));
    const fn = new FakeFunction(store, failing('a/150'));
    const { summary } = await redrive(store, fn);
    expect(fn.handed).toContain('b/1');
    expect(fn.handed).not.toContain('a/200');
    expect(summary.of('FAILED')).toBe(1);
    expect(summary.isIncomplete).toBe(true);
  });

  test('what there was no time for is handed over again', async () => {
    const store = new MemoryStore();
    for (const item of ['a', 'b', 'c']) for (let n = 0; n < 5; n += 1) add(store, stored(item, n));
    let left = 4;
    const fn: FakeFunction = new FakeFunction(store, () => {
      left -= 1;
      return left >= 0 ? APPLIED : { outcome: 'NOT_TRIED', why: 'NO_TIME' };
    });
    const original = fn.redrive.bind(fn);
    fn.redrive = (request) => { left = 4; return original(request); };
    const { summary } = await redrive(store, fn);
    expect(store.keys()).toEqual([]);
    expect(summary.outcomes).toEqual({ APPLIED: 15 });
  });

  test('one for which there never is time is left', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1), stored('b', 1));
    const fn = new FakeFunction(store, ({ keyHash }) => (keyHash === 'a' ? { outcome: 'NOT_TRIED', why: 'NO_TIME' } : APPLIED));
    const { summary } = await redrive(store, fn);
    expect(summary.outcomes).toEqual({ APPLIED: 1, NOT_TRIED: 1 });
  });

  test('a change that ends the function is found, and holds back only its item', async () => {
    const store = new MemoryStore();
    for (const item of ['a', 'b']) for (let n = 0; n < 3; n += 1) add(store, stored(item, n));
    const fn = new FakeFunction(store, () => APPLIED);
    const original = fn.redrive.bind(fn);
    fn.redrive = async (request) => {
      if (request.changes.some(({ keyHash, sequenceNumber }) => keyHash === 'a' && sequenceNumber.endsWith('1'))) throw new FunctionFailedError('Runtime.ExitError');
      return original(request);
    };
    const fates: unknown[] = [];
    const { summary } = await redrive(store, fn, { onFate: ({ keyHash }, fate) => fates.push([keyHash, fate]) });
    expect(fates).toContainEqual(['a', { outcome: 'FAILED', error: 'Runtime.ExitError' }]);
    expect(summary.outcomes).toEqual({ APPLIED: 4, FAILED: 1, NOT_TRIED: 1 });
    expect(store.keys()).toHaveLength(2);
  });
});

describe('an item that stays parked', () => {
  test('what has been stored of it meanwhile is handed over too', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1), stored('b', 1));
    const fn = new FakeFunction(store, ({ keyHash, sequenceNumber }) => {
      if (keyHash === 'b') return APPLIED;
      const n = Number(BigInt(sequenceNumber) - 100_000_000_000_000_000_000n);
      if (n === 4) return APPLIED;
      void store.put(failureKey('Test', 'a', stored('a', n + 1).position), JSON.stringify(stored('a', n + 1)));
      return { outcome: 'APPLIED', parked: true };
    });
    const { summary } = await redrive(store, fn);
    expect(fn.handed.filter((one) => one.startsWith('a'))).toEqual(['a/1', 'a/2', 'a/3', 'a/4']);
    expect(summary.isIncomplete).toBe(false);
  });

  test('is told of when nothing more of it is stored', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1));
    const { summary } = await redrive(store, new FakeFunction(store, () => ({ outcome: 'APPLIED', parked: true })));
    expect(summary.emptied).toEqual(['a']);
    expect(summary.isIncomplete).toBe(true);
  });
});

describe('what is kept', () => {
  test.each([
    ['superseded', { outcome: 'SUPERSEDED' }], ['unknown', { outcome: 'UNKNOWN', why: 'LATER_CHANGE_APPLIED' }], ['failed', { outcome: 'FAILED' }], ['not tried', { outcome: 'NOT_TRIED' }],
  ] as const)('what is %s', async (_what, result) => {
    const store = new MemoryStore();
    add(store, stored('a', 1));
    await redrive(store, new FakeFunction(store, () => result));
    expect(store.keys()).toHaveLength(1);
  });

  test('an object that cannot be read is set aside, and told of', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1), stored('a', 2), stored('a', 3));
    const [first, second] = store.keys();
    store.objects.set(first, '{"formatVersion":1,');
    store.objects.set(second, JSON.stringify({ ...stored('a', 2), record: undefined }));
    const fn = new FakeFunction(store, () => APPLIED);
    const { summary } = await redrive(store, fn);
    expect(fn.handed).toEqual(['a/3']);
    expect(summary).toMatchObject({ setAside: 2, isIncomplete: true });
    expect(store.keys()).toEqual([first, second].map((key) => `changes/.set-aside/Test/${key}`));
  });

  test('fails for an object of a newer version, and touches nothing', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1, { formatVersion: 2 as 1 }));
    await expect(redrive(store, new FakeFunction(store, () => APPLIED))).rejects.toThrow('written by a newer version');
    expect(store.keys()).toHaveLength(1);
  });

  test.each([
    ['fewer results than changes', []], ['a result without its outcome', [{}]], ['an outcome that this version does not know', [{ outcome: 'MAYBE' }]],
  ])('fails for an answer with %s, and deletes nothing', async (_form, results) => {
    const store = new MemoryStore();
    add(store, stored('a', 1));
    await expect(redrive(store, { redrive: async () => ({ cdcRedrive: 1, results }) } as never)).rejects.toThrow('does not understand this redrive');
    expect(store.keys()).toHaveLength(1);
  });

  test('fails for a function that does not understand the request, and deletes nothing', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1));
    const old = { redrive: async () => ({ batchItemFailures: [] }) as never };
    await expect(redrive(store, old as never)).rejects.toThrow('does not understand this redrive');
    expect(store.keys()).toHaveLength(1);
  });

  test('who discards and why, with the change, before it is taken off', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1), stored('a', 2));
    const discard = { by: 'arn:aws:iam::1:user/ann', reason: 'test orders', at: '2026-11-25T00:00:00Z' };
    const fn = new FakeFunction(store, ({ sequenceNumber }) => (sequenceNumber.endsWith('1') ? { outcome: 'DISCARDED' } : { outcome: 'NOT_TRIED' }));
    await redrive(store, fn, { action: 'DISCARD', discard });
    const [note, ...others] = store.keys('changes/.discarded/');
    expect(others).toEqual([]);
    expect(JSON.parse(store.objects.get(note)!)).toMatchObject({ ...discard, change: stored('a', 1) });
    expect(store.keys('changes/Test/')).toHaveLength(1);
    expect(store.calls.findIndex((call) => call.startsWith('put'))).toBeLessThan(store.calls.findIndex((call) => call.startsWith('remove')));
  });
});

describe('an interrupted discard', () => {
  const ann = { by: 'arn:aws:iam::1:user/ann', reason: 'test orders', at: '2026-11-25T00:00:00Z' };
  const bob = { by: 'arn:aws:iam::1:user/bob', reason: 'once more', at: '2026-11-26T00:00:00Z' };
  const noteOf = (store: MemoryStore) => store.keys('changes/.discarded/').map((key) => JSON.parse(store.objects.get(key)!));

  test.each([
    ['repeated', { action: 'DISCARD', discard: bob } as const], ['followed by a redrive', {}],
  ])('keeps the change with who discarded it when it is %s', async (_what, next) => {
    // GIVEN a function that has discarded the change, and whose answer is lost
    const store = new MemoryStore();
    add(store, stored('a', 1));
    const lost = { redrive: async () => { throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }); } } as never;
    await expect(redrive(store, lost, { action: 'DISCARD', discard: ann })).rejects.toThrow('socket hang up');
    // WHEN
    await redrive(store, new FakeFunction(store, () => ({ outcome: 'ALREADY_APPLIED' })), next);
    // THEN
    expect(store.keys('changes/Test/')).toEqual([]);
    expect(noteOf(store)).toEqual([expect.objectContaining({ ...ann, change: stored('a', 1) })]);
  });

  test('whose change somebody else discards meanwhile takes no note away', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1));
    const fn = new FakeFunction(store, () => ({ outcome: 'NOT_TRIED' }));
    await redrive(store, new FakeFunction(store, () => ({ outcome: 'DISCARDED' })), { action: 'DISCARD', discard: ann });
    add(store, stored('a', 1));
    await redrive(store, fn, { action: 'DISCARD', discard: bob });
    expect(noteOf(store)).toEqual([expect.objectContaining(ann)]);
  });

  test('that the function never dealt with leaves no note where it is applied after all', async () => {
    const store = new MemoryStore();
    add(store, stored('a', 1));
    await redrive(store, new FakeFunction(store, () => ({ outcome: 'ALREADY_APPLIED' })), { action: 'DISCARD', discard: ann });
    expect(noteOf(store)).toEqual([]);
  });
});

describe('an interrupted redrive', () => {
  test('ends after the request under way, and goes on behind what it has dealt with', async () => {
    const store = new MemoryStore();
    for (let n = 0; n < 500; n += 1) add(store, stored(`item-${String(n).padStart(3, '0')}`, n));
    const stop = new AbortController();
    const places: string[] = [];
    const fn: FakeFunction = new FakeFunction(store, () => {
      if (fn.requests.length === 2) stop.abort();
      return { outcome: 'FAILED', error: 'Error' };
    });
    const { summary } = await redrive(store, fn, { stop: stop.signal, onProgress: async (place) => void places.push(place) });
    expect(summary).toMatchObject({ interrupted: true, changes: 200 });
    const again = new FakeFunction(store, () => APPLIED);
    await redrive(store, again, { after: places.at(-1) });
    expect(again.handed[0]).toBe('item-200/200');
    expect(again.handed).toHaveLength(300);
  });

  test('goes on with the item whose turn it was, also where it was waiting for that', async () => {
    const store = new MemoryStore();
    for (const item of ['a', 'b', 'c']) add(store, stored(item, 1));
    const stop = new AbortController();
    const places: string[] = [];
    const fn = new FakeFunction(store, () => APPLIED);
    const clock = { now: () => 0, sleep: async () => stop.abort() };
    const { summary } = await redrive(store, fn, { clock, rate: 1, stop: stop.signal, onProgress: async (place) => void places.push(place) });
    expect([fn.handed, places, summary.interrupted]).toEqual([['a/1'], ['changes/Test/a/~'], true]);
  });

  test('goes on with an item of which more was stored while it was redriven', async () => {
    const store = new MemoryStore();
    for (const item of ['a', 'b', 'c']) add(store, stored(item, 1));
    const stop = new AbortController();
    const places: string[] = [];
    const fn = new FakeFunction(store, ({ keyHash }) => {
      stop.abort();
      if (keyHash === 'b') add(store, stored('b', 2));
      return { outcome: 'APPLIED', ...(keyHash === 'b' && { parked: true }) };
    });
    await redrive(store, fn, { stop: stop.signal, onProgress: async (place) => void places.push(place) });
    expect(places).toEqual(['changes/Test/a/~']);
  });

  test('says, when it has gone on, that an earlier one has left something behind', async () => {
    const store = new MemoryStore();
    for (const item of ['a', 'b']) add(store, stored(item, 1));
    const resumed = await redrive(store, new FakeFunction(store, () => APPLIED), { after: 'changes/Test/a/~' });
    expect(resumed.summary).toMatchObject({ outcomes: { APPLIED: 1 }, leftBefore: true, isIncomplete: true });
    const again = await redrive(store, new FakeFunction(store, () => APPLIED));
    expect(again.summary).toMatchObject({ outcomes: { APPLIED: 1 }, leftBefore: false, isIncomplete: false });
    const empty = await redrive(store, new FakeFunction(store, () => APPLIED), { after: 'changes/Test/a/~' });
    expect(empty.summary).toMatchObject({ leftBefore: false, isIncomplete: false });
  });

  test('never goes on in the middle of an item', async () => {
    const store = new MemoryStore();
    for (let n = 0; n < 250; n += 1) add(store, stored('a', n));
    const places: string[] = [];
    await redrive(store, new FakeFunction(store, () => APPLIED), { onProgress: async (place) => void places.push(place) });
    expect(places).toEqual(['changes/Test/a/~']);
  });
});
