import { giveUp, MAPPING, MemoryStore } from './memory';
import { FailureRecord } from '../../../src/contract/failure-record';
import { itemKey } from '../../../src/runtime/ledger/item-key';
import { FunctionFailedError } from '../../../src/runtime/redriver/ports';
import { replayBatches } from '../../../src/runtime/redriver/replay';
import { Summary } from '../../../src/runtime/redriver/summary';
import { unpackMappingBatches } from '../../../src/runtime/redriver/unpack';
import { record } from '../harness';

const unpack = async (store: MemoryStore, more: object = {}) => {
  const summary = new Summary();
  await unpackMappingBatches({ store, subscriber: 'Test', mappings: [MAPPING], stop: new AbortController().signal, ...more }, summary);
  return summary;
};
const changes = (store: MemoryStore) => store.keys('changes/Test/').map((key) => JSON.parse(store.objects.get(key)!) as FailureRecord);

describe('a batch that the mapping gave up', () => {
  test('is set down change by change, whole, and then deleted', async () => {
    const store = new MemoryStore();
    const records = [record('a'), record('b'), record('a')];
    giveUp(store, records);
    expect((await unpack(store)).batches).toBe(1);
    expect(store.keys('aws/')).toEqual([]);
    const set = changes(store);
    expect(set).toHaveLength(3);
    for (const one of records) {
      const found = set.find(({ sequenceNumber }) => sequenceNumber === one.dynamodb!.SequenceNumber)!;
      expect(found).toMatchObject({ reason: 'MAPPING_GAVE_UP', error: { name: 'RetryAttemptsExhausted' }, storedAt: '2026-11-24T00:00:00.000Z', record: one });
      expect(found.keyHash).toBe(itemKey({ subscriber: 'Test', table: 'Orders' }, one.dynamodb!.Keys));
    }
    expect(store.calls.at(-1)).toBe('remove 1');
  });

  test('by the partition key, where the subscriber orders by it', async () => {
    const store = new MemoryStore();
    const [one, other] = [record('a'), record('a')];
    for (const [index, { dynamodb }] of [one, other].entries()) Object.assign(dynamodb!.Keys!, { line: { N: String(index) } });
    giveUp(store, [one, other]);
    await unpack(store, { partitionKey: 'id' });
    expect(new Set(changes(store).map(({ keyHash }) => keyHash)).size).toBe(1);
  });

  test('leaves what the runtime has stored itself', async () => {
    const store = new MemoryStore();
    const one = record('a');
    giveUp(store, [one]);
    await unpack(store);
    const [own] = store.keys('changes/');
    store.objects.set(own, 'says more');
    giveUp(store, [one], 'id-2');
    await unpack(store);
    expect(store.objects.get(own)).toBe('says more');
  });

  test('marks what the runtime stored before it died: a later checkpoint does not prove that it was applied', async () => {
    const store = new MemoryStore();
    const one = record('a');
    giveUp(store, [one]);
    await unpack(store);
    const [own] = store.keys('changes/');
    const stored = { ...changes(store)[0], reason: 'PERMANENT_ERROR', error: { name: 'CardRefused', message: '' }, attempts: 3 };
    store.objects.set(own, JSON.stringify(stored));
    // WHEN the event source mapping discards it as well, because the ledger was never updated
    giveUp(store, [one], 'id-2');
    await unpack(store);
    // THEN what the runtime knows of it stays
    expect(changes(store)).toEqual([{ ...stored, reason: 'MAPPING_GAVE_UP' }]);
  });

  test('of which a record has no sequence number is kept aside as well', async () => {
    const store = new MemoryStore();
    const nameless = record('b');
    (nameless.dynamodb as { SequenceNumber?: string }).SequenceNumber = undefined;
    const key = giveUp(store, [record('a'), nameless]);
    const summary = await unpack(store);
    expect(changes(store)).toHaveLength(1);
    expect(store.keys('changes/.set-aside/')).toEqual([`changes/.set-aside/Test/${key}`]);
    expect(summary).toMatchObject({ setAside: 1, isIncomplete: true });
  });

  test.each(['', 'no JSON', '{}', '{"payload":"{}","timestamp":"2026-11-24T00:00:00Z"}', '{"payload":"{\\"Records\\":[]}","timestamp":"never"}'])(
    'that cannot be read is set aside: %s', async (text) => {
      const store = new MemoryStore();
      store.objects.set(`aws/lambda/${MAPPING}/shard/x`, text);
      expect((await unpack(store)).setAside).toBe(1);
      expect(store.keys('aws/')).toEqual([]);
      expect(store.keys('changes/.set-aside/Test/aws/')).toHaveLength(1);
    });

  test('of another mapping is none of its business', async () => {
    const store = new MemoryStore();
    giveUp(store, [record('a')]);
    expect((await unpack(store, { mappings: ['another'] })).batches).toBe(0);
    expect(store.keys('aws/')).toHaveLength(1);
  });
});

describe('a function without the runtime', () => {
  const replay = async (store: MemoryStore, invoke: (event: string) => Promise<unknown>) => (
    replayBatches({ store, subscriber: 'Raw', mappings: [MAPPING], fn: { invoke }, stop: new AbortController().signal }, new Summary()));

  test('gets the event as it was; what it does not report is deleted', async () => {
    const store = new MemoryStore();
    const records = [record('a'), record('b')];
    giveUp(store, records);
    const events: unknown[] = [];
    const summary = await replay(store, async (event) => void events.push(JSON.parse(event)));
    expect(events).toEqual([{ Records: records }]);
    expect(summary.outcomes).toEqual({ APPLIED: 2 });
    expect(store.keys()).toEqual([]);
  });

  test.each([
    ['that reports a failure', async () => ({ batchItemFailures: [{ itemIdentifier: '1' }] }), 'BatchItemFailures'],
    ['that crashes', async () => { throw new FunctionFailedError('Runtime.ExitError'); }, 'Runtime.ExitError'],
  ])('%s keeps its batch', async (_what, invoke) => {
    const store = new MemoryStore();
    giveUp(store, [record('a')]);
    expect((await replay(store, invoke)).outcomes).toEqual({ FAILED: 1 });
    expect(store.keys()).toHaveLength(1);
  });
});
