import { add, FakeFunction, giveUp, MAPPING, MemoryStore, stored } from './memory';
import { BothBuckets } from '../../../src/runtime/redriver/both-buckets';
import { Redriver } from '../../../src/runtime/redriver/redriver';
import { discardRelayBatches, RelayRedriver } from '../../../src/runtime/redriver/relay-batches';
import { replayBatches } from '../../../src/runtime/redriver/replay';
import { Summary } from '../../../src/runtime/redriver/summary';
import { batchKeys, unpackMappingBatches } from '../../../src/runtime/redriver/unpack';
import { systemClock } from '../../../src/runtime/system';
import { record } from '../harness';

const stop = new AbortController().signal;

/** A stack that was upgraded: an older version had the event source mapping discard to the bucket of the changes. */
function upgraded() {
  const changes = new MemoryStore();
  const discards = new MemoryStore();
  const store = new BothBuckets(changes, discards);
  return { changes, discards, store, options: { store, subscriber: 'Test', mappings: [MAPPING], stop } };
}

const prefix = `aws/lambda/${MAPPING}/`;

async function keysOf(store: BothBuckets): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of batchKeys({ store, mappings: [MAPPING], stop })) keys.push(key);
  return keys;
}

test('batches of both buckets are listed in the order of their keys, each once, whatever the pages', async () => {
  const { changes, discards, store } = upgraded();
  const key = (n: number) => `${prefix}shard/${String(n).padStart(5, '0')}`;
  for (let n = 0; n < 4_321; n += 1) (n % 7 < 3 || n > 3_500 ? discards : changes).objects.set(key(n), '{}');
  changes.objects.set('aws/lambda/another-mapping/x', '{}');
  expect(await keysOf(store)).toEqual(Array.from({ length: 4_321 }, (_, n) => key(n)));
});

test('a stack that nothing was discarded in lists nothing', async () => {
  expect(await keysOf(upgraded().store)).toEqual([]);
});

test('batches of both buckets are set down beside the changes, and removed from where they lie', async () => {
  const { changes, discards, options } = upgraded();
  const [before, after] = [record('a'), record('b')];
  giveUp(changes, [before], 'id-1');
  giveUp(discards, [after], 'id-2');
  const summary = new Summary();
  await unpackMappingBatches(options, summary);
  expect(summary.batches).toBe(2);
  const set = changes.keys('changes/Test/').map((key) => JSON.parse(changes.objects.get(key)!).record.eventID);
  expect(set.sort()).toEqual([before.eventID, after.eventID].sort());
  expect([changes.keys('aws/'), discards.keys()]).toEqual([[], []]);
  // A versioned bucket keeps a marker of each key that is deleted, also of one that it never had.
  for (const { calls } of [changes, discards]) expect(calls.filter((call) => call.startsWith('remove'))).toEqual(['remove 1']);
});

test('a batch that cannot be read is set aside beside the changes, from either bucket', async () => {
  const { changes, discards, options } = upgraded();
  const [old, current] = [`${prefix}shard/a`, `${prefix}shard/b`];
  changes.objects.set(old, 'broken');
  discards.objects.set(current, 'broken too');
  const summary = new Summary();
  await unpackMappingBatches(options, summary);
  expect(summary.setAside).toBe(2);
  expect([changes.keys(), discards.keys()]).toEqual([[`changes/.set-aside/Test/${old}`, `changes/.set-aside/Test/${current}`], []]);
  expect(changes.objects.get(`changes/.set-aside/Test/${current}`)).toBe('broken too');
});

test('a function without the runtime gets the batches of both, and keeps what it fails for where it lies', async () => {
  const { changes, discards, options } = upgraded();
  const kept = [giveUp(changes, [record('fails')], 'id-1'), giveUp(discards, [record('fails')], 'id-3')];
  giveUp(changes, [record('a')], 'id-2');
  giveUp(discards, [record('b')], 'id-4');
  const fn = { invoke: async (event: string) => ({ batchItemFailures: event.includes('fails') ? ['x'] : [] }) };
  const { outcomes } = await replayBatches({ ...options, fn }, new Summary());
  expect(outcomes).toEqual({ APPLIED: 2, FAILED: 2 });
  expect([changes.keys(), discards.keys()]).toEqual(kept.map((key) => [key]));
});

test('the relay gets the batches of both in order, and they are removed from where they lie', async () => {
  const { changes, discards, options } = upgraded();
  const [first, second] = [record('a'), record('a')];
  giveUp(changes, [first], 'id-1');
  giveUp(discards, [second], 'id-2');
  const got: unknown[] = [];
  const relay = { handBack: async (request: any) => { got.push(...request.changes); return { cdcRelayRedrive: 1 as const, results: [] }; } };
  expect(await new RelayRedriver({ ...options, relay, clock: systemClock }).run()).toMatchObject({ batches: 2, left: 0 });
  expect(got).toEqual([first, second]);
  expect([changes.keys(), discards.keys()]).toEqual([[], []]);
});

test('the batches of both are discarded, and who did it and why is kept beside the changes', async () => {
  const { changes, discards, options } = upgraded();
  giveUp(changes, [record('a')], 'id-1');
  giveUp(discards, [record('b')], 'id-2');
  expect(await discardRelayBatches(options, { by: 'ann', reason: 'a test', at: 'now' })).toMatchObject({ discarded: 2 });
  expect(changes.keys().every((key) => key.startsWith('changes/.discarded/cdc.relay/'))).toBe(true);
  expect([changes.keys().length, discards.keys()]).toEqual([2, []]);
});

test('a batch is read by its key alone, from either bucket', async () => {
  const { changes, discards, store } = upgraded();
  const [old, current] = [giveUp(changes, [record('a')], 'id-1'), giveUp(discards, [record('b')], 'id-2')];
  expect(await store.get(old)).toBe(changes.objects.get(old));
  expect(await store.get(current)).toBe(discards.objects.get(current));
  expect(await store.get(`${prefix}none`)).toBeUndefined();
});

test('changes are the first bucket\'s alone', async () => {
  const { changes, discards, store } = upgraded();
  add(changes, stored('item', 1), stored('item', 2));
  const fn = new FakeFunction(changes, ({ keyHash, position }) => ({ keyHash, position, outcome: 'APPLIED' }) as never);
  const redriver = new Redriver({ store, fn, subscriber: 'Test', action: 'REDRIVE', outOfOrder: false, applyUnknown: false, clock: systemClock, stop });
  await redriver.run();
  expect(fn.handed).toEqual(['item/1', 'item/2']);
  expect([changes.keys('changes/Test/'), discards.calls]).toEqual([[], []]);
});
