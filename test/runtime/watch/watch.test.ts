import { WatchEvent } from '../../../src/contract/watch';
import { COUNTED_PAGES, FolderLister } from '../../../src/runtime/watch/count-stored';
import { watch } from '../../../src/runtime/watch/watch';

const EVENT = { table: 'Orders', bucket: 'failures', discardBucket: 'discards' };
const PAGE = 2;

/** A bucket's list in pages of two folders; fails at the nth request. */
function bucket(keys: readonly string[], failsAt = Infinity) {
  const requests: string[] = [];
  const lister: FolderLister = {
    folders: async (prefix, from) => {
      requests.push(prefix);
      if (requests.length === failsAt) throw new Error('SlowDown');
      const below = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      const folders = [...new Set(below.filter((key) => key.includes('/')).map((key) => key.slice(0, key.indexOf('/') + 1)))];
      const start = Number(from ?? 0);
      return { folders: folders.slice(start, start + PAGE), ...(start + PAGE < folders.length && { next: String(start + PAGE) }) };
    },
  };
  return { lister, requests };
}

async function look(keys: readonly string[], discards: readonly string[] = [], event: WatchEvent = EVENT) {
  const { lister, requests } = bucket(keys);
  const other = bucket(discards);
  const lines: string[] = [];
  await watch(event, { lister: (name) => (name === 'discards' ? other.lister : lister), now: () => 1000, writeLine: (line) => lines.push(line) });
  return { requests: [...requests, ...other.requests], metrics: lines.map((line) => JSON.parse(line)) };
}

const KEYS = [
  'changes/email/item1/0001.json', 'changes/email/item1/0002.json', 'changes/email/item2/0001.json', 'changes/email/item3/0001.json', 'changes/sms/item1/0001.json',
  'aws/lambda/uuid-1/shardId-1/2026/11/25/x', 'spill/email/item9/0001.json', 'claims/x/y.json',
  'changes/.discarded/email/item7/1.json',
];

test('an empty store costs three requests and no metric', async () => {
  expect(await look([])).toEqual({ requests: ['changes/', 'aws/lambda/', 'aws/lambda/'], metrics: [] });
});

test('items are counted by subscriber, whatever the number of their changes, and shards by the mapping that gave up; neither spill, nor claims, nor what is discarded', async () => {
  const { metrics } = await look(KEYS);
  expect(metrics.map(({ Table, Subscriber, ParkedItems }) => [Table, Subscriber, ParkedItems])).toEqual([
    ['Orders', 'email', 3], ['Orders', 'sms', 1], ['Orders', 'uuid-1', 1],
  ]);
  expect(metrics[0]._aws).toEqual({
    Timestamp: 1000,
    CloudWatchMetrics: [{ Namespace: 'CdkDynamodbCdc', Dimensions: [['Table', 'Subscriber']], Metrics: [{ Name: 'ParkedItems', Unit: 'Count' }] }],
  });
});

test('batches are counted in both buckets: an older version had them with the changes', async () => {
  const batch = (mapping: string, shard: string) => `aws/lambda/${mapping}/${shard}/2026/11/25/x`;
  const { metrics } = await look([batch('uuid-1', 'a'), batch('uuid-1', 'b')], [batch('uuid-1', 'b'), batch('uuid-1', 'c'), batch('uuid-2', 'a')]);
  expect(metrics.map(({ Subscriber, ParkedItems }) => [Subscriber, ParkedItems])).toEqual([['uuid-1', 3], ['uuid-2', 1]]);
});

test('what the schedule of an older version sends names one bucket', async () => {
  const { requests, metrics } = await look(KEYS, KEYS, { table: 'Orders', bucket: 'failures' });
  expect(requests.slice(-1)).toEqual(['aws/lambda/uuid-1/']);
  expect(metrics).toHaveLength(3);
});

test('no key of an item is written', async () => {
  expect(JSON.stringify((await look(KEYS)).metrics)).not.toMatch(/item\d/);
});

test('a store of any size is looked at in bounded time', async () => {
  const { requests, metrics } = await look(Array.from({ length: 1000 }, (_, item) => `changes/email/item${item}/1.json`));
  expect(metrics[0].ParkedItems).toBe(COUNTED_PAGES * PAGE);
  expect(requests).toHaveLength(3 + COUNTED_PAGES);
});

test('fails, and says nothing, when any request fails: a count of a part would look like a redrive', async () => {
  const { requests } = await look(KEYS);
  for (let failsAt = 1; failsAt <= requests.length; failsAt += 1) {
    const lines: string[] = [];
    const { lister } = bucket(KEYS, failsAt);
    const looking = watch(EVENT, { lister: () => lister, now: () => 0, writeLine: (line) => lines.push(line) });
    await expect(looking).rejects.toThrow('SlowDown');
    expect(lines).toEqual([]);
  }
});
