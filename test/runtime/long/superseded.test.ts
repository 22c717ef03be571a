import { LongHarness, WORK_MILLIS } from './harness';
import { LedgerRow } from '../../../src/contract/ledger';
import { parseStreamArn, position } from '../../../src/contract/position';
import { StreamRecord } from '../../../src/runtime/change/record';
import { itemKey } from '../../../src/runtime/ledger/item-key';
import { LEDGER, record, STREAM_ARN } from '../harness';

const positionOf = (one: StreamRecord) => position(parseStreamArn(STREAM_ARN)!.label, one.dynamodb!.SequenceNumber!);

class CoalescingHarness extends LongHarness {
  public readonly worked: string[] = [];

  public constructor(onNewerChange: 'PROCESS_EACH' | 'SKIP_SUPERSEDED' = 'SKIP_SUPERSEDED') {
    super({ onNewerChange });
    this.handler = (change) => void this.worked.push(change.sequenceNumber);
  }

  /** What the relay does before it sends. */
  public recordLatest(one: StreamRecord): void {
    const pk = itemKey({ subscriber: 'Test', table: 'Orders' }, one.dynamodb!.Keys)!;
    const row = this.db.table(LEDGER).get(pk) as LedgerRow | undefined;
    this.db.table(LEDGER).set(pk, { pk, v: 1, mark: '', ...row, latest: positionOf(one) });
  }

  /** Each metric that the invocations wrote, summed. */
  public metric(name: string): number {
    return this.lines.map((line) => JSON.parse(line)).reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
  }
}

const sequences = (...records: StreamRecord[]) => records.map((one) => one.dynamodb!.SequenceNumber!);

test('of ten changes that wait only the newest is worked on; the others are settled, counted, and not silent', async () => {
  const harness = new CoalescingHarness();
  const records = Array.from({ length: 10 }, () => record('a'));
  for (const one of records) harness.send(one);
  harness.recordLatest(records[9]);
  await harness.work();
  expect(harness.worked).toEqual(sequences(records[9]));
  expect(harness.metric('SupersededChanges')).toBe(9);
  expect(harness.metric('AppliedChanges')).toBe(1);
  expect(harness.row()!.mark).toBe(positionOf(records[9]));
  expect(harness.logs('DEBUG').filter(({ message }) => message.startsWith('superseded'))).toHaveLength(9);
});

test('those of one message are passed over under the mark of the one that is worked on: two writes in all', async () => {
  const harness = new CoalescingHarness();
  const records = Array.from({ length: 10 }, () => record('a'));
  harness.recordLatest(records[9]);
  harness.send(...records);
  await harness.work();
  expect(harness.worked).toEqual(sequences(records[9]));
  expect(harness.db.counts).toEqual({ requests: 2, writeUnits: 2, readUnits: 0 });
  expect(harness.metric('SupersededChanges')).toBe(9);
});

test('what is worked on when newer ones come is finished; then the newest is next', async () => {
  const harness = new CoalescingHarness();
  const [first, ...later] = Array.from({ length: 5 }, () => record('a'));
  harness.recordLatest(first);
  harness.send(first);
  harness.handler = (change) => {
    harness.worked.push(change.sequenceNumber);
    if (harness.worked.length > 1) return;
    for (const one of later) harness.send(one);
    harness.recordLatest(later[3]);
  };
  await harness.work();
  expect(harness.worked).toEqual(sequences(first, later[3]));
});

test('a change that failed and is superseded since is not tried again', async () => {
  const harness = new CoalescingHarness();
  const [first, second] = [record('a'), record('a')];
  harness.recordLatest(first);
  harness.send(first);
  harness.handler = (change) => {
    harness.worked.push(change.sequenceNumber);
    if (change.sequenceNumber === first.dynamodb!.SequenceNumber) throw new Error('no');
  };
  await harness.settle(harness.receive()!);
  harness.recordLatest(second);
  harness.send(second);
  await harness.work();
  expect(harness.worked).toEqual(sequences(first, second));
  expect(harness.failures.records).toEqual([]);
});

test('nothing is passed over where the newest is not recorded, nor where each is to be worked on', async () => {
  const unrecorded = new CoalescingHarness();
  const each = new CoalescingHarness('PROCESS_EACH');
  for (const harness of [unrecorded, each]) {
    const records = Array.from({ length: 4 }, () => record('a'));
    for (const one of records) harness.send(one);
    if (harness === each) harness.recordLatest(records[3]);
    await harness.work();
    expect(harness.worked).toEqual(sequences(...records));
    expect(harness.lines.join()).not.toContain('SupersededChanges');
  }
});

test('what one item\'s newest change is says nothing of another\'s', async () => {
  const harness = new CoalescingHarness();
  const [a, b] = [record('a'), record('b')];
  harness.send(a);
  harness.send(b);
  harness.recordLatest(b);
  await harness.work();
  expect(harness.worked.sort()).toEqual(sequences(a, b).sort());
});

describe('a message with several changes, as a subscriber of the name had before', () => {
  test('is worked on change by change, each with the stated time to itself', async () => {
    const harness = new CoalescingHarness('PROCESS_EACH');
    const remaining: number[] = [];
    const records = Array.from({ length: 4 }, () => record('a'));
    harness.handler = async (change, context) => {
      remaining.push(context.remainingTimeMillis());
      await harness.clock.sleep(40_000);
      harness.worked.push(change.sequenceNumber);
    };
    harness.send(...records);
    expect(await harness.work()).toBe(4);
    expect(harness.worked).toEqual(sequences(...records));
    expect(remaining).toEqual(Array(4).fill(WORK_MILLIS));
  });

  test('quick ones share an invocation, and each has its mark before the next begins', async () => {
    const harness = new CoalescingHarness('PROCESS_EACH');
    const marks: (string | undefined)[] = [];
    harness.handler = () => void marks.push(harness.row()!.mark);
    const records = Array.from({ length: 3 }, () => record('a'));
    harness.send(...records);
    expect(await harness.work()).toBe(1);
    expect(marks).toEqual(['', positionOf(records[0]), positionOf(records[1])]);
  });

  test('of several items is worked on in order too', async () => {
    const harness = new CoalescingHarness();
    const records = [record('a'), record('b'), record('a')];
    harness.send(...records);
    await harness.work();
    expect(harness.worked).toEqual(sequences(...records));
  });
});
