import { mappingConfig, MappingSettings, StreamMapping } from '../../../src/local/model';
import { DeliverAction, Fate, InvokeAction, MappingAction, OfferedRecord } from '../../../src/local/model/types';

const SHARD = 'shard';
const HOUR = 3_600_000;
const FAILED = { kind: 'functionError' } as const;
const RETURNED = { kind: 'returned' } as const;

function record(ordinal: number, fields: Partial<OfferedRecord> = {}): OfferedRecord {
  return { sequenceNumber: String(100 + ordinal), arrivedAt: 0, bytes: 100, key: 'a', record: { eventName: 'INSERT' }, ...fields };
}

function setUp(settings: MappingSettings = {}) {
  const fates: [string, Fate][] = [];
  const mapping = new StreamMapping(mappingConfig({ onFailure: { type: 'SQS', arn: 'arn:queue' }, ...settings }),
    ({ sequenceNumber }, fate) => fates.push([sequenceNumber, fate]));
  mapping.addShard({ shardId: SHARD });
  return { mapping, fates };
}

function onlyInvoke(actions: readonly MappingAction[]): InvokeAction {
  expect(actions.map(({ type }) => type)).toEqual(['invoke']);
  return actions[0] as InvokeAction;
}

function onlyDeliver(actions: readonly MappingAction[]): DeliverAction {
  expect(actions.map(({ type }) => type)).toEqual(['deliver']);
  return actions[0] as DeliverAction;
}

const sequenceNumbers = ({ records }: MappingAction) => records.map(({ sequenceNumber }) => sequenceNumber);

test('a throttled invocation uses up no retries, splits nothing and backs off', () => {
  const { mapping } = setUp({ retryAttempts: 0, bisectBatchOnFunctionError: true });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1), record(2)], 0);
  for (const [now, wake] of [[0, 1000], [1000, 3000], [3000, 7000]]) {
    mapping.invocationEnded(onlyInvoke(mapping.next(now)).id, { kind: 'throttled' }, now);
    expect(mapping.wakeAt()).toBe(wake);
    expect(mapping.next(wake - 1)).toEqual([]);
  }
  const action = onlyInvoke(mapping.next(7000));
  expect(sequenceNumbers(action)).toEqual(['101', '102']);
  mapping.invocationEnded(action.id, RETURNED, 7000);
  expect(mapping.metrics).toMatchObject({ Throttles: 3, Invocations: 1, InvokedEventCount: 2, FailedInvokeEventCount: 0 });
  expect(mapping.idle).toBe(true);
});

test('a throttled record still becomes too old', () => {
  const { mapping } = setUp({ maxRecordAgeSeconds: 60 });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1)], 0);
  mapping.invocationEnded(onlyInvoke(mapping.next(0)).id, { kind: 'serviceError' }, 60_000);
  const action = onlyDeliver(mapping.next(61_000));
  expect(action).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 1, lastInvocation: undefined });
});

test('retries back off from one second to one minute', () => {
  const { mapping } = setUp();
  mapping.enable(0);
  mapping.offer(SHARD, [record(1)], 0);
  const waits = [];
  for (let now = 0; waits.length < 8; now = mapping.wakeAt()!) {
    mapping.invocationEnded(onlyInvoke(mapping.next(now)).id, FAILED, now);
    waits.push((mapping.wakeAt()! - now) / 1000);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});

test('a child is not read before its parent is drained', () => {
  const { mapping } = setUp();
  mapping.addShard({ shardId: 'child', parentShardId: SHARD });
  mapping.enable(0);
  expect(mapping.wantsRecords('child')).toBe(false);
  expect(() => mapping.offer('child', [record(9)], 0)).toThrow('before its parent was drained');
  mapping.offer(SHARD, [record(1)], 0);
  mapping.closeShard(SHARD);
  const action = onlyInvoke(mapping.next(0));
  expect(mapping.wantsRecords('child')).toBe(false);
  mapping.invocationEnded(action.id, RETURNED, 100);
  expect(mapping.wantsRecords('child')).toBe(true);
  expect(mapping.checkpoint(SHARD)).toEqual({ shardId: SHARD, sequenceNumber: '101', pending: 0, drained: true });
});

test('a shard whose parent is gone is read at once', () => {
  const { mapping } = setUp();
  mapping.addShard({ shardId: 'child', parentShardId: 'trimmed' });
  mapping.enable(0);
  expect(mapping.wantsRecords('child')).toBe(true);
});

test('records offered twice are read once, also when sequence numbers gain a digit', () => {
  const { mapping } = setUp();
  mapping.enable(0);
  const given = ['9', '10'].map(sequenceNumber => record(0, { sequenceNumber }));
  mapping.offer(SHARD, given, 0);
  mapping.offer(SHARD, given, 0);
  expect(sequenceNumbers(onlyInvoke(mapping.next(0)))).toEqual(['9', '10']);
  expect(mapping.metrics.PolledEventCount).toBe(2);
});

test('filters that drop everything move the checkpoint without an invocation', () => {
  const { mapping, fates } = setUp({ filters: [{ eventName: ['REMOVE'] }, { eventName: ['MODIFY'] }] });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1), record(2)], 0);
  expect(mapping.next(0)).toEqual([]);
  expect(mapping.checkpoint(SHARD)).toMatchObject({ sequenceNumber: '102', pending: 0 });
  expect(mapping.metrics).toMatchObject({ PolledEventCount: 2, FilteredOutEventCount: 2, Invocations: 0 });
  expect(fates).toEqual([['101', 'FILTERED_OUT'], ['102', 'FILTERED_OUT']]);
});

test('the checkpoint waits for the slowest lane', () => {
  const { mapping } = setUp({ parallelizationFactor: 2 });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1, { key: 'a' }), record(2, { key: 'b' })], 0);
  const [first, second] = mapping.next(0);
  expect([sequenceNumbers(first), sequenceNumbers(second)].sort()).toEqual([['101'], ['102']]);
  const [slow, fast] = sequenceNumbers(first)[0] === '101' ? [first, second] : [second, first];
  mapping.invocationEnded(fast.id, RETURNED, 10);
  expect(mapping.checkpoint(SHARD).sequenceNumber).toBeUndefined();
  mapping.invocationEnded(slow.id, RETURNED, 20);
  expect(mapping.checkpoint(SHARD).sequenceNumber).toBe('102');
});

test('disabling lets what is in flight end and sends away what it gave up; enabling resumes after the checkpoint', () => {
  const { mapping, fates } = setUp({ batchSize: 1, retryAttempts: 0 });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1), record(2)], 0);
  const first = onlyInvoke(mapping.next(0));
  mapping.disable(1);
  expect(mapping.state).toBe('Disabling');
  expect(() => mapping.enable(2)).toThrow('Disabling');
  mapping.invocationEnded(first.id, FAILED, 3);
  mapping.deliveryEnded(onlyDeliver(mapping.next(3)).id, true, 4);
  expect(mapping.state).toBe('Disabled');
  expect(mapping.next(HOUR)).toEqual([]);
  expect(mapping.wakeAt()).toBeUndefined();
  mapping.enable(HOUR);
  expect(sequenceNumbers(onlyInvoke(mapping.next(HOUR)))).toEqual(['102']);
  expect(fates).toEqual([['101', 'DELIVERED']]);
});

test('after disabling, records above the checkpoint that another lane had settled come again', () => {
  const { mapping } = setUp({ parallelizationFactor: 2 });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1, { key: 'a' }), record(2, { key: 'b' })], 0);
  const actions = mapping.next(0);
  const slow = actions.find(action => sequenceNumbers(action)[0] === '101')!;
  const fast = actions.find(action => action !== slow)!;
  mapping.invocationEnded(fast.id, RETURNED, 1);
  mapping.disable(2);
  mapping.invocationEnded(slow.id, FAILED, 3);
  mapping.enable(4);
  expect(mapping.next(4).map(sequenceNumbers).flat().sort()).toEqual(['101', '102']);
});

test('what a disabled mapping missed for longer than the retention is dropped', () => {
  const { mapping, fates } = setUp();
  mapping.enable(0);
  mapping.offer(SHARD, [record(1)], 0);
  mapping.disable(0);
  mapping.enable(24 * HOUR + 1);
  expect(mapping.next(24 * HOUR + 1)).toEqual([]);
  expect(fates).toEqual([['101', 'RETENTION']]);
  expect(mapping.metrics.DroppedEventCount).toBe(0);
});

test('without a destination discarded records are dropped, and no metric tells', () => {
  const { mapping, fates } = setUp({ retryAttempts: 0, onFailure: undefined });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1)], 0);
  mapping.invocationEnded(onlyInvoke(mapping.next(0)).id, FAILED, 1);
  expect(mapping.next(1)).toEqual([]);
  expect(fates).toEqual([['101', 'NO_DESTINATION']]);
  expect(mapping.metrics.DroppedEventCount).toBe(0);
});

test('a destination that refuses drops the records, and the lane goes on', () => {
  const { mapping, fates } = setUp({ retryAttempts: 0, batchSize: 1 });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1), record(2)], 0);
  mapping.invocationEnded(onlyInvoke(mapping.next(0)).id, FAILED, 1);
  const delivery = onlyDeliver(mapping.next(1));
  expect(mapping.next(1)).toEqual([]);
  mapping.deliveryEnded(delivery.id, false, 2);
  expect(fates).toEqual([['101', 'DESTINATION_REFUSED']]);
  expect(mapping.metrics).toMatchObject({ DestinationDeliveryFailures: 1, DroppedEventCount: 1, OnFailureDestinationDeliveredEventCount: 0 });
  expect(sequenceNumbers(onlyInvoke(mapping.next(2)))).toEqual(['102']);
});

test('counts events as CloudWatch does', () => {
  const { mapping } = setUp({ retryAttempts: 0, reportBatchItemFailures: true });
  mapping.enable(0);
  mapping.offer(SHARD, [record(1), record(2), record(3, { arrivedAt: 500 })], 1000);
  const first = onlyInvoke(mapping.next(1000));
  expect(mapping.metrics.IteratorAge).toBe(500);
  mapping.invocationEnded(first.id, { kind: 'returned', payload: { batchItemFailures: [{ itemIdentifier: '102' }] } }, 1001);
  const second = onlyInvoke(mapping.next(1001));
  mapping.invocationEnded(second.id, FAILED, 1002);
  mapping.deliveryEnded(onlyDeliver(mapping.next(1002)).id, true, 1003);
  expect(mapping.metrics).toMatchObject({
    PolledEventCount: 3,
    InvokedEventCount: 5,
    FailedInvokeEventCount: 4,
    OnFailureDestinationDeliveredEventCount: 2,
    DroppedEventCount: 0,
    Invocations: 2,
    Errors: 1,
  });
});

test('reading pauses while enough is buffered', () => {
  const { mapping } = setUp({ batchSize: 1 });
  mapping.enable(0);
  mapping.offer(SHARD, Array.from({ length: 1000 }, (_, index) => record(index)), 0);
  expect(mapping.wantsRecords(SHARD)).toBe(false);
});

describe('fails', () => {
  test.each<[string, MappingSettings]>([
    ['batchSize', { batchSize: 10_001 }], ['batchingWindowSeconds', { batchingWindowSeconds: 301 }],
    ['parallelizationFactor', { parallelizationFactor: 11 }], ['retryAttempts', { retryAttempts: -2 }],
    ['maxRecordAgeSeconds', { maxRecordAgeSeconds: 59 }], ['tumblingWindowSeconds', { tumblingWindowSeconds: 30 }],
  ])('on %s out of range', (name, settings) => {
    expect(() => mappingConfig(settings)).toThrow(name);
  });

  test('on an unknown shard or action', () => {
    const { mapping } = setUp();
    expect(() => mapping.closeShard('other')).toThrow('unknown shard other');
    expect(() => mapping.invocationEnded(7, RETURNED, 0)).toThrow("no 'invoke' action 7 is in flight");
  });
});
