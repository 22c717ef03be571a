/** A failure store in memory and a function that answers without a runtime, to drive the engine by itself. */

import { FailureRecord, failureKey } from '../../../src/contract/failure-record';
import { RedriveAnswer, RedriveRequest, RedriveResult } from '../../../src/contract/redrive';
import { failureDelivery, mappingConfig, offeredRecord } from '../../../src/local/model';
import { StreamRecord } from '../../../src/runtime/change/record';
import { StoredObject, StoredObjects, SubscriberFunction } from '../../../src/runtime/redriver/ports';
import { STREAM_ARN } from '../harness';

const PAGE = 1000;

export class MemoryStore implements StoredObjects {
  public readonly objects = new Map<string, string>();
  public readonly calls: string[] = [];
  /** Objects read since the function was last asked. */
  public held = 0;
  public mostHeld = 0;
  private sorted?: string[];

  public async list(prefix: string, after = ''): Promise<{ objects: readonly StoredObject[]; more: boolean }> {
    this.calls.push('list');
    const from = after > prefix ? after : prefix;
    const keys = (this.sorted ??= [...this.objects.keys()].sort());
    let low = 0;
    for (let high = keys.length; low < high;) {
      const middle = (low + high) >> 1; // eslint-disable-line no-bitwise -- binary search
      if (keys[middle] < from || keys[middle] === after) low = middle + 1;
      else high = middle;
    }
    const page = keys.slice(low, low + PAGE + 1).filter((key) => key.startsWith(prefix));
    return {
      objects: page.slice(0, PAGE).map((key) => ({ key, bytes: this.objects.get(key)!.length, storedAt: Date.parse('2026-11-24T00:00:00Z') })),
      more: page.length > PAGE,
    };
  }

  public async get(key: string): Promise<string | undefined> {
    this.calls.push('get');
    this.held += 1;
    this.mostHeld = Math.max(this.mostHeld, this.held);
    return this.objects.get(key);
  }

  public async put(key: string, text: string): Promise<void> {
    this.calls.push(`put ${key}`);
    this.objects.set(key, text);
    this.sorted = undefined;
  }

  public async putIfAbsent(key: string, text: string): Promise<boolean> {
    if (this.objects.has(key)) return false;
    await this.put(key, text);
    return true;
  }

  public async remove(keys: readonly string[]): Promise<void> {
    this.calls.push(`remove ${keys.length}`);
    for (const key of keys) this.objects.delete(key);
    this.sorted = undefined;
  }

  public keys(prefix = ''): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}

export function stored(item: string, n: number, more: Partial<FailureRecord> = {}): FailureRecord {
  const sequenceNumber = String(100_000_000_000_000_000_000n + BigInt(n));
  return {
    formatVersion: 1,
    subscriber: 'Test',
    table: 'Orders',
    streamArn: STREAM_ARN,
    keyHash: item,
    position: `20261123T183100.000#${sequenceNumber.padStart(40, '0')}`,
    sequenceNumber,
    reason: 'ATTEMPTS_EXHAUSTED',
    attempts: 5,
    storedAt: '2026-11-24T00:00:00.000Z',
    record: { dynamodb: { Keys: { id: { S: item } }, SequenceNumber: sequenceNumber } },
    ...more,
  };
}

export function add(store: MemoryStore, ...changes: readonly FailureRecord[]): void {
  for (const change of changes) store.objects.set(failureKey('Test', change.keyHash, change.position), JSON.stringify(change));
}

export class FakeFunction implements SubscriberFunction {
  public readonly requests: RedriveRequest[] = [];

  public constructor(private readonly store: MemoryStore, private readonly answer: (change: RedriveRequest['changes'][number]) => RedriveResult) {}

  public async redrive(request: RedriveRequest): Promise<RedriveAnswer> {
    this.requests.push(request);
    this.store.held = 0;
    return { cdcRedrive: 1, results: request.changes.map((change) => this.answer(change)) };
  }

  /** What was handed over, in order: item and number. */
  public get handed(): string[] {
    return this.requests.flatMap(({ changes }) => changes.map(({ keyHash, sequenceNumber }) => `${keyHash}/${BigInt(sequenceNumber) - 100_000_000_000_000_000_000n}`));
  }
}

export const MAPPING = '5d1c0a3e-0000-4000-8000-000000000001';

/** What the mapping stores, as AWS prints it. */
export function giveUp(store: MemoryStore, records: readonly StreamRecord[], id = 'id-1'): string {
  const config = mappingConfig({ uuid: MAPPING, onFailure: { type: 'S3', arn: 'arn:aws:s3:::failures' } });
  const { key, body } = failureDelivery(config, {
    type: 'deliver', shardId: 'shard-1', records: records.map((one) => offeredRecord(one)), condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1, at: Date.UTC(2026, 10, 24),
  } as never, id);
  store.objects.set(key!, body);
  return key!;
}
