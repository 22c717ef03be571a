import { MemoryDynamoDb, StoreError } from '../../../src/local/simulate/memory-dynamodb';
import type { Clock } from '../../../src/runtime/ports';
import { LeaseStore, RedriveLease } from '../../../src/runtime/redriver/lease';

const TABLE = 'Ledger';
const MINUTE = 60_000;
const LONGEST = 15 * MINUTE;

function world(store: LeaseStore = new MemoryDynamoDb({ [TABLE]: 'pk' })) {
  const time = { now: Date.UTC(2026, 10, 27) };
  const clock = { now: () => time.now } as Clock;
  const lease = (owner: string) => new RedriveLease(store, TABLE, owner, clock);
  return { lease, time, store };
}

const nothing = async () => undefined;

test('of two invocations at once only one works for a subscriber, and the next after it may', async () => {
  const { lease } = world();
  const other: boolean[] = [];
  expect(await lease('a').during('Search', LONGEST, async () => void other.push(await lease('b').during('Search', LONGEST, nothing)))).toBe(true);
  expect(other).toEqual([false]);
  expect(await lease('b').during('Search', LONGEST, nothing)).toBe(true);
});

test('subscribers do not hold back each other', async () => {
  const { lease } = world();
  const other: boolean[] = [];
  await lease('a').during('Search', LONGEST, async () => void other.push(await lease('b').during('Audit', LONGEST, nothing)));
  expect(other).toEqual([true]);
});

test('the lease of an invocation that died ends when the invocation would have', async () => {
  const { lease, time } = world();
  void lease('dead').during('Search', LONGEST, () => new Promise(() => undefined));
  await new Promise((resolve) => setImmediate(resolve));
  time.now += LONGEST;
  expect(await lease('b').during('Search', LONGEST, nothing)).toBe(false);
  time.now += MINUTE;
  expect(await lease('b').during('Search', LONGEST, nothing)).toBe(true);
});

test('work that fails gives the lease back, and fails', async () => {
  const { lease } = world();
  await expect(lease('a').during('Search', LONGEST, async () => { throw new Error('no'); })).rejects.toThrow('no');
  expect(await lease('b').during('Search', LONGEST, nothing)).toBe(true);
});

test('an invocation that was thought dead does not give back another one\'s lease', async () => {
  const { lease, time } = world();
  const seen: boolean[] = [];
  await lease('slow').during('Search', LONGEST, async () => {
    time.now += LONGEST + MINUTE;
    void lease('b').during('Search', LONGEST, () => new Promise(() => undefined));
    await new Promise((resolve) => setImmediate(resolve));
  });
  seen.push(await lease('c').during('Search', LONGEST, nothing));
  expect(seen).toEqual([false]);
});

test('fails when the ledger refuses: nobody knows whether another is at work', async () => {
  const { lease } = world({ update: async () => { throw new StoreError('AccessDeniedException'); } });
  let worked = false;
  await expect(lease('a').during('Search', LONGEST, async () => { worked = true; })).rejects.toThrow('AccessDeniedException');
  expect(worked).toBe(false);
});

test('a lease that cannot be given back hides nothing of what the work came to', async () => {
  const memory = new MemoryDynamoDb({ [TABLE]: 'pk' });
  const store: LeaseStore = {
    update: async (input) => {
      if (input.UpdateExpression.startsWith('REMOVE')) throw new StoreError('ProvisionedThroughputExceededException');
      return memory.update(input);
    },
  };
  const { lease, time } = world(store);
  expect(await lease('a').during('Search', LONGEST, nothing)).toBe(true);
  time.now += LONGEST + MINUTE;
  expect(await lease('b').during('Search', LONGEST, nothing)).toBe(true);
});
