/** Stored changes of a subscriber that was renamed. */

import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { listFailures } from '../../../../src/local/cli/failures/list';
import { adopt, discardOrphan, orphanedSubscriber } from '../../../../src/local/cli/failures/orphans';
import { DeployedSubscriber } from '../../../../src/local/cli/failures/subscribers';
import { OperateClients } from '../../../../src/local/operate/clients';
import { DeployedReader } from '../../../../src/local/operate/deployed-reader';
import { orphanConcern, orphansOf } from '../../../../src/local/operate/orphans';
import { itemKey } from '../../../../src/runtime/ledger/item-key';
import { record } from '../../../runtime/harness';
import { giveUp, MemoryStore, stored } from '../../../runtime/redriver/memory';

const READER = { name: 'New', kind: 'STREAM', mappingId: 'uuid-new', failureBucket: 'failures', discardBucket: 'discards', table: 'Orders' } as DeployedReader;
const NEW: DeployedSubscriber = {
  name: 'New', isRelay: false, functionName: 'new', timeoutMillis: 1000, bucket: 'failures', mappings: ['uuid-new'], table: 'Orders', settings: { subscriber: 'New' } as never,
};
const OLD = orphanedSubscriber({ name: 'Old', isMapping: false, bucket: 'failures', table: 'Orders' });
const live = new AbortController().signal;

interface Input {
  readonly Prefix: string;
  readonly Delimiter?: string;
  readonly StartAfter?: string;
  readonly Key: string;
  readonly Body: string;
  readonly Delete: { readonly Objects: { readonly Key: string }[] };
}

/** S3 in front of a store in memory. */
function clientsOf(store: MemoryStore): OperateClients {
  const answers: Readonly<Record<string, (input: Input) => object>> = {
    ListObjectsV2Command: ({ Delimiter, Prefix, StartAfter = '' }) => {
      const keys = store.keys(Prefix).filter((key) => key > StartAfter);
      if (!Delimiter) return { Contents: keys.map((Key) => ({ Key, Size: 1, LastModified: new Date(0) })) };
      return { CommonPrefixes: [...new Set(keys.map((key) => `${Prefix}${key.slice(Prefix.length).split('/')[0]}/`))].map((each) => ({ Prefix: each })) };
    },
    GetObjectCommand: ({ Key }) => {
      const text = store.objects.get(Key);
      if (text === undefined) throw Object.assign(new Error('not there'), { name: 'NoSuchKey' });
      return { Body: { transformToByteArray: async () => Buffer.from(text) } };
    },
    PutObjectCommand: ({ Body, Key }) => store.objects.set(Key, Body),
    DeleteObjectsCommand: ({ Delete }) => {
      for (const { Key } of Delete.Objects) store.objects.delete(Key);
      return {};
    },
  };
  const send = async (command: { constructor: { name: string }; input: Input }) => answers[command.constructor.name](command.input);
  return { region: 'eu-west-1', s3: Object.assign(Object.create(S3Client.prototype) as object, { send }) } as unknown as OperateClients;
}

/** Two changes of an item that a subscriber Old has parked. */
function parked(): { store: MemoryStore; changes: ReturnType<typeof stored>[] } {
  const store = new MemoryStore();
  const changes = [1, 2].map((n) => {
    const change = record('a');
    return stored('old-hash', n, { subscriber: 'Old', record: change, ...(n === 2 && { reason: 'BEHIND_PARKED', after: 'before' }) });
  });
  for (const change of changes) store.objects.set(`changes/Old/old-hash/${change.position}.json`, JSON.stringify(change));
  return { store, changes };
}

test('what the failure store holds of a name that nothing in the stack has is an orphan', async () => {
  const { store } = parked();
  store.objects.set('changes/New/x/1.json', '');
  store.objects.set('changes/.discarded/Gone/x/1.json', '');
  store.objects.set('aws/lambda/uuid-new/shard/1', '');
  store.objects.set('aws/lambda/uuid-old/shard/1', '');
  const orphans = await orphansOf(clientsOf(store), [READER, { ...READER, failureBucket: undefined }]);
  expect(orphans).toEqual([
    { name: 'Old', isMapping: false, bucket: 'failures', discardBucket: 'discards', table: 'Orders' },
    { name: 'uuid-old', isMapping: true, bucket: 'failures', discardBucket: 'discards', table: 'Orders' },
  ]);
  expect(orphans.map(orphanConcern)).toEqual([
    'changes of a subscriber Old of table Orders are in the failure store, and nothing in this stack has that name: it was renamed or removed, or is in another stack',
    'changes of event source mapping uuid-old of table Orders are in the failure store, and nothing in this stack has that id: it was renamed or removed, or is in another stack',
  ]);
});

test.each([true, false])('failures list shows them, as JSON: %p', async (json) => {
  const { store } = parked();
  const lines: string[] = [];
  await listFailures(clientsOf(store), [NEW, OLD], json, (line) => void lines.push(line));
  expect(lines.join('\n')).toContain(json ? '{"orphan":"Old","table":"Orders"}' : 'Old: nothing in this stack has that name.');
  expect(lines.join('\n')).toContain('old-hash');
});

test('another subscriber takes them over under its own key, as discarded by the event source mapping', async () => {
  const { changes, store } = parked();
  expect(await adopt(clientsOf(store), OLD, NEW, live)).toMatchObject({ isIncomplete: false });
  const keyHash = itemKey({ subscriber: 'New', table: 'Orders' }, { id: { S: 'a' } })!;
  expect(store.keys()).toEqual(changes.map(({ position }) => `changes/New/${keyHash}/${position}.json`));
  const { after: _after, ...second } = changes[1];
  expect(JSON.parse(store.objects.get(store.keys()[1])!)).toEqual({ ...second, subscriber: 'New', keyHash, reason: 'MAPPING_GAVE_UP' });
});

test('also batches that a mapping of before has discarded', async () => {
  const store = new MemoryStore();
  giveUp(store, [record('a'), record('b')]);
  const [key] = store.keys();
  const orphan = orphanedSubscriber({ name: key.split('/')[2], isMapping: true, bucket: 'failures', table: 'Orders' });
  expect(await adopt(clientsOf(store), orphan, NEW, live)).toMatchObject({ batches: 1 });
  expect(store.keys()).toHaveLength(2);
  expect(store.keys('changes/New/')).toHaveLength(2);
});

test.each([
  ['of another table', { ...NEW, bucket: 'others' }, 'New receives the changes of another table than Old'],
  ['without the runtime', { ...NEW, settings: undefined }, 'New runs without the library\'s runtime'],
])('fails for a subscriber %s, and touches nothing', async (_what, by, message) => {
  const { store } = parked();
  const before = store.keys();
  await expect(adopt(clientsOf(store), OLD, by, live)).rejects.toThrow(message);
  expect(store.keys()).toEqual(before);
});

test('they are discarded with who and why', async () => {
  const { changes, store } = parked();
  jest.spyOn(STSClient.prototype, 'send').mockImplementation(async () => ({ Arn: 'arn:aws:iam::1:user/ann' }) as never);
  const summary = await discardOrphan(clientsOf(store), OLD, { all: true, reason: 'test orders', yes: true }, live);
  expect(summary.outcomes).toEqual({ DISCARDED: 2 });
  expect(store.keys()).toEqual(changes.map(({ position }) => `changes/.discarded/Old/old-hash/${position}.json`));
  const note = JSON.parse(store.objects.get(store.keys()[0])!);
  expect(note).toMatchObject({ by: 'arn:aws:iam::1:user/ann', reason: 'test orders', change: changes[0] });
});

test('fails to discard only some of them: no ledger knows which come first', async () => {
  const { store } = parked();
  await expect(discardOrphan(clientsOf(store), OLD, { item: 'old-hash', reason: 'x', yes: true }, live)).rejects.toThrow('can only be discarded together, with --all');
  expect(store.keys()).toHaveLength(2);
});
