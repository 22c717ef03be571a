/** Changes that the relay's mapping gave up, worked on under claims. */

import { LongHarness, LongHarnessOptions } from './harness';
import { LedgerRow } from '../../../src/contract/ledger';
import { StreamRecord } from '../../../src/runtime/change/record';
import { itemKey } from '../../../src/runtime/ledger/item-key';
import { LEDGER, record } from '../harness';

const sequences = (...records: StreamRecord[]) => records.map((one) => one.dynamodb!.SequenceNumber!);

function working(options: LongHarnessOptions = {}) {
  const harness = new LongHarness(options);
  const worked: string[] = [];
  harness.handler = (change) => void worked.push(change.sequenceNumber);
  return { harness, worked };
}

test('in its turn it is worked on under a claim, and known when it comes again behind later ones', async () => {
  const { harness, worked } = working();
  const [first, second, later] = [record('a'), record('a'), record('a')];
  harness.sendGivenUp(first, second);
  harness.send(later);
  harness.sendGivenUp(first, second);
  await harness.work();
  expect(worked).toEqual(sequences(first, second, later));
  expect(harness.failures.records).toEqual([]);
  expect(harness.queue.size).toBe(0);
});

test('of an item that has gone on it is stored without a claim, and holds nothing back', async () => {
  const { harness, worked } = working();
  const [lost, later, next] = [record('a'), record('a'), record('a')];
  harness.send(later);
  await harness.work();
  const { fence } = harness.row()!;
  harness.sendGivenUp(lost);
  await harness.work();
  expect(harness.row()!.fence).toBe(fence);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'MAPPING_GAVE_UP', record: lost })]);
  harness.send(next);
  await harness.work();
  expect(worked).toEqual(sequences(later, next));
  expect(harness.queue.size).toBe(0);
});

test('where newer changes supersede older ones it is passed over, whether or not the newest was recorded', async () => {
  const { harness, worked } = working({ onNewerChange: 'SKIP_SUPERSEDED' });
  const [lost, later] = [record('a'), record('a')];
  harness.send(later);
  await harness.work();
  const pk = itemKey({ subscriber: 'Test', table: 'Orders' }, lost.dynamodb!.Keys)!;
  harness.db.table(LEDGER).set(pk, { ...harness.db.table(LEDGER).get(pk) as unknown as LedgerRow, latest: '' } as never);
  harness.sendGivenUp(lost);
  await harness.work();
  expect(worked).toEqual(sequences(later));
  expect(harness.failures.records).toEqual([]);
  expect(harness.lines.map((line) => JSON.parse(line)).reduce((sum, line) => sum + Number(line.SupersededChanges ?? 0), 0)).toBe(1);
});
