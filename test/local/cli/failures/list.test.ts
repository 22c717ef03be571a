import { listFailures } from '../../../../src/local/cli/failures/list';
import { DeployedSubscriber } from '../../../../src/local/cli/failures/subscribers';
import { OperateClients } from '../../../../src/local/operate/clients';
import { stored } from '../../../runtime/redriver/memory';

const SUBSCRIBER: DeployedSubscriber = { name: 'Test', isRelay: false, functionName: 'test', timeoutMillis: 1000, bucket: 'failures', mappings: ['uuid-1'] };
const PAGE = 1000;

/** A bucket as S3 answers, which notes how many objects are read, and how many at a time. */
class Bucket {
  public reads = 0;
  public most = 0;
  private underWay = 0;
  private readonly keys: readonly string[];

  public constructor(private readonly objects: ReadonlyMap<string, string>) {
    this.keys = [...objects.keys()].sort();
  }

  public get clients(): OperateClients {
    const send = ({ input }: { input: { Key?: string; Prefix: string; StartAfter?: string } }) => this.answer(input);
    return { s3: { send } } as unknown as OperateClients;
  }

  private async answer({ Key, Prefix, StartAfter = '' }: { Key?: string; Prefix: string; StartAfter?: string }): Promise<object> {
    if (Key !== undefined) return this.read(Key);
    const from = this.keys.findIndex((key) => key > StartAfter && key.startsWith(Prefix));
    const page = from < 0 ? [] : this.keys.slice(from, from + PAGE + 1).filter((key) => key.startsWith(Prefix));
    const Contents = page.slice(0, PAGE).map((each) => ({ Key: each, Size: 1, LastModified: new Date(0) }));
    return { Contents, ...(page.length > PAGE && { IsTruncated: true, NextContinuationToken: 'next' }) };
  }

  private async read(key: string): Promise<object> {
    this.reads += 1;
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    await new Promise(setImmediate);
    this.underWay -= 1;
    return { Body: { transformToByteArray: async () => Buffer.from(this.objects.get(key)!) } };
  }
}

const changes = (items: number) => new Map(Array.from({ length: items }, (_, index) => {
  const change = stored(`item-${String(index).padStart(6, '0')}`, index);
  return [`changes/Test/${change.keyHash}/${change.position}.json`, JSON.stringify(change)] as const;
}));

async function list(bucket: Bucket, json: boolean): Promise<string[]> {
  const lines: string[] = [];
  await listFailures(bucket.clients, [SUBSCRIBER], json, (line) => void lines.push(line));
  return lines;
}

test('100,000 items are listed in order, with a bounded number of objects read at a time', async () => {
  const bucket = new Bucket(changes(100_000));
  const lines = await list(bucket, true);
  expect(lines).toHaveLength(100_000);
  expect(lines.map((line) => (JSON.parse(line) as { item: string }).item)).toEqual([...lines.keys()].map((index) => `item-${String(index).padStart(6, '0')}`));
  expect(bucket.most).toBe(32);
}, 120_000);

test('a table reads only what it shows, and counts the rest', async () => {
  const bucket = new Bucket(changes(3_000));
  const lines = await list(bucket, false);
  expect(bucket.reads).toBe(50);
  expect(lines.slice(-2)).toEqual(['... and 2950 items more: --json prints them all.', '3000 stored changes of 3000 items.']);
});

test('notes are bounded too', async () => {
  const bucket = new Bucket(new Map(Array.from({ length: 1_200 }, (_, index) => [`changes/.set-aside/Test/odd-${String(index).padStart(4, '0')}`, ''] as const)));
  const lines = await list(bucket, false);
  expect(lines.filter((line) => line.includes('set aside'))).toHaveLength(50);
  expect(lines).toContain('... and 1150 more of these: --json prints them all.');
});

test('what a change says cannot forge the terminal', async () => {
  const evil = '\u001b[2J\u009b31mOk\r\nAudit: nothing stored\u202e';
  const change = { ...stored('a', 1), error: { name: evil, message: '' }, storedAt: evil };
  const batch = { version: '1.0', timestamp: '2026-11-24T00:00:00Z', requestContext: { condition: evil }, payload: JSON.stringify({ Records: [{}] }) };
  const bucket = new Bucket(new Map([
    [`changes/Test/${change.keyHash}/${change.position}.json`, JSON.stringify(change)],
    [`changes/.set-aside/Test/${evil}`, ''],
    ['aws/lambda/uuid-1/shard/batch.json', JSON.stringify(batch)],
  ]));
  const text = (await list(bucket, false)).join('\n');
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text).not.toMatch(/^Audit/m);
  expect(text).toContain('\\u001b[2J');
  // A time that is none does not stand in for one.
  expect(text).toContain('1970-01-01T00:00:00.000Z');
});
