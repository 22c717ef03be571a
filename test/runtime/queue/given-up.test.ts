/** Changes that the relay's mapping gave up, and a redrive has sent through the queue: later ones of their items may have come before. */

import { message, WorkerHarness } from './harness';
import { LedgerRow } from '../../../src/contract/ledger';
import { parseStreamArn, position } from '../../../src/contract/position';
import { RedriveResult } from '../../../src/contract/redrive';
import { PermanentError } from '../../../src/runtime';
import { StreamRecord } from '../../../src/runtime/change/record';
import { itemKey } from '../../../src/runtime/ledger/item-key';
import { Around, aroundClient, aroundFailures, never } from '../faults';
import { LEDGER, record, STREAM_ARN, TestHandler } from '../harness';

const label = parseStreamArn(STREAM_ARN)!.label;
const givenUp = (...changes: StreamRecord[]) => message(changes, { givenUp: true });
const sequences = (...changes: StreamRecord[]) => changes.map((one) => one.dynamodb!.SequenceNumber!);
const positionOf = (one: StreamRecord) => position(label, one.dynamodb!.SequenceNumber!);

/** A worker that writes down what it applies; `how` may fail for some. */
function worker(how: TestHandler = () => undefined) {
  const applied: string[] = [];
  const harness = new WorkerHarness({
    handler: async (change, context) => {
      await how(change, context);
      applied.push(change.sequenceNumber);
    },
  });
  const row = (key: string) => harness.db.table(LEDGER).get(itemKey({ subscriber: 'Test', table: 'Orders' }, { id: { S: key } })!) as LedgerRow | undefined;
  return { applied, harness, row };
}

const committing: TestHandler = (change, context) => context.commit([{ Put: { TableName: 'Effects', Item: { id: change.sequenceNumber } } }]);
const poison: TestHandler = () => { throw new PermanentError('never'); };

describe('a change that comes after all that its item has had', () => {
  const handlers: [string, TestHandler][] = [['returns', () => undefined], ['commits', committing]];
  test.each(handlers)('is applied in its turn, and known when it comes again: the handler %s', async (_what, how) => {
    const { applied, harness, row } = worker(how);
    const [first, second, third, later] = [record('a'), record('a'), record('a'), record('a')];
    await harness.settle([message([first])]);
    // WHEN the redrive's message comes twice, the second time behind a later change
    expect(await harness.settle([givenUp(second, third)])).toEqual([]);
    expect(await harness.settle([message([later])])).toEqual([]);
    expect(await harness.settle([givenUp(second, third)])).toEqual([]);
    // THEN nothing is repeated, and nothing is in doubt
    expect(applied).toEqual(sequences(first, second, third, later));
    expect(harness.failures.records).toEqual([]);
    expect(row('a')!.mark).toBe(positionOf(later));
  });

  test('is not applied again where it and those behind it are in one batch twice', async () => {
    const { applied, harness } = worker();
    const [first, second] = [record('a'), record('a')];
    expect(await harness.settle([givenUp(first, second), givenUp(first, second), message([second])])).toEqual([]);
    expect(applied).toEqual(sequences(first, second));
    expect(harness.failures.records).toEqual([]);
  });

  test('is known by its own row when the item\'s has expired', async () => {
    const { applied, harness, row } = worker();
    const first = record('a');
    await harness.settle([givenUp(first)]);
    harness.db.table(LEDGER).delete(row('a')!.pk);
    expect(await harness.settle([givenUp(first)])).toEqual([]);
    expect(applied).toEqual(sequences(first));
  });

  test('is known when the relay itself had sent it, and a crash hands the messages out again', async () => {
    const { applied, harness } = worker();
    const [first, second, third] = [record('a'), record('a'), record('a')];
    // GIVEN a change that the relay sent before its event source mapping discarded it, and a redrive of it and of the next one
    const batch = [message([first, second]), givenUp(second, third)];
    expect(await harness.settle(batch)).toEqual([]);
    // WHEN nobody has deleted the messages
    harness.restart();
    expect(await harness.settle(batch)).toEqual([]);
    // THEN only redrives have come behind it: nothing is in doubt
    expect(applied).toEqual(sequences(first, second, third));
    expect(harness.failures.records).toEqual([]);
  });

  test('that fails is tried again in order; those before it are not in doubt', async () => {
    let fails = true;
    const { applied, harness } = worker((change) => { if (fails && change.sequenceNumber === sequences(third)[0]) throw new Error('no'); });
    const [first, second, third] = [record('a'), record('a'), record('a')];
    const batch = [givenUp(first, second, third)];
    expect(await harness.settle(batch)).toEqual([batch[0].messageId]);
    fails = false;
    harness.virtual.at(harness.virtual.now() + 3_600_000, () => undefined);
    harness.virtual.runNext();
    expect(await harness.settle(batch)).toEqual([]);
    expect(applied).toEqual(sequences(first, second, third));
    expect(harness.failures.records).toEqual([]);
  });

  test('that is poison parks its item, and is stored once', async () => {
    const { harness } = worker(poison);
    const [first, second] = [record('a'), record('a')];
    for (let time = 0; time < 2; time += 1) expect(await harness.settle([givenUp(first, second)])).toEqual([]);
    expect(harness.failures.records.map(({ reason }) => reason)).toEqual(['PERMANENT_ERROR', 'BEHIND_PARKED']);
  });
});

describe('a change whose item has gone on', () => {
  async function overtaken(how?: TestHandler) {
    const made = worker(how);
    const [lost, later] = [record('a'), record('a')];
    await made.harness.settle([message([later])]);
    expect(await made.harness.settle([givenUp(lost)])).toEqual([]);
    return { ...made, lost, later };
  }
  const redriven = async (harness: WorkerHarness, applyUnknown: boolean): Promise<readonly RedriveResult[]> => (
    (await harness.redrive(harness.failures.records, { applyUnknown }))!);

  test('is stored whole, told of without showing it, and holds nothing back', async () => {
    const { applied, harness, lost, later, row } = await overtaken();
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'MAPPING_GAVE_UP', record: lost, position: positionOf(lost), keyHash: row('a')!.pk })]);
    expect(row('a')!.parked).toBeUndefined();
    const next = record('a');
    await harness.settle([message([next])]);
    expect(applied).toEqual(sequences(later, next));
    const [line] = harness.logs('ERROR');
    expect(Object.keys(line).sort()).toEqual(['keyHash', 'level', 'message', 'sequenceNumber', 'subscriber', 'timestamp']);
    expect(harness.lines.map((one) => JSON.parse(one)).reduce((sum, one) => sum + Number(one.StoredChanges ?? 0), 0)).toBe(1);
  });

  test('is unknown to a redrive, which applies it only where that is asked for', async () => {
    const { applied, harness, lost, later } = await overtaken();
    expect(await redriven(harness, false)).toEqual([{ outcome: 'UNKNOWN', why: 'LATER_CHANGE_APPLIED' }]);
    expect(await redriven(harness, true)).toEqual([{ outcome: 'APPLIED' }]);
    expect(applied).toEqual(sequences(later, lost));
    // WHEN the message comes again, after its object is deleted
    harness.failures.records.length = 0;
    await harness.settle([givenUp(lost)]);
    // THEN it is known as applied
    expect(harness.failures.records).toEqual([]);
    expect(applied).toHaveLength(2);
  });

  test('is settled where the mark is its own: it had been applied before it was given up', async () => {
    const { applied, harness } = worker();
    const first = record('a');
    await harness.settle([message([first])]);
    expect(await harness.settle([givenUp(first)])).toEqual([]);
    expect(applied).toHaveLength(1);
    expect(harness.failures.records).toEqual([]);
  });

  test('and comes behind the later one in the same batch is not run after it', async () => {
    const { applied, harness } = worker();
    const [lost, later, last] = [record('a'), record('a'), record('a')];
    expect(await harness.settle([message([later]), givenUp(lost), message([last])])).toEqual([]);
    expect(applied).toEqual(sequences(later, last));
    expect(harness.failures.records.map(({ position: at }) => at)).toEqual([positionOf(lost)]);
  });

  test('and is parked is stored among what is parked, in its place, replacing nothing', async () => {
    const { harness } = worker((change) => { if (change.sequenceNumber === sequences(bad)[0]) throw new PermanentError('never'); });
    const [lost, bad, between, behind] = [record('a'), record('a'), record('a'), record('a')];
    await harness.settle([message([bad])]);
    await harness.settle([message([behind])]);
    expect(await harness.settle([givenUp(lost), givenUp(between), givenUp(behind)])).toEqual([]);
    const reasons = new Map(harness.failures.records.map(({ sequenceNumber, reason }) => [sequenceNumber, reason]));
    expect([lost, bad, between, behind].map((one) => reasons.get(one.dynamodb!.SequenceNumber!)))
      .toEqual(['MAPPING_GAVE_UP', 'PERMANENT_ERROR', 'MAPPING_GAVE_UP', 'BEHIND_PARKED']);
  });

  test('and comes behind others of a parked item in one batch is stored with them', async () => {
    const { harness } = worker(poison);
    const [lost, bad, behind, last] = [record('a'), record('a'), record('a'), record('a')];
    await harness.settle([message([bad])]);
    expect(await harness.settle([message([behind]), givenUp(lost), givenUp(last)])).toEqual([]);
    expect(harness.failures.records.map(({ sequenceNumber, reason }) => [sequenceNumber, reason])).toEqual([
      [...sequences(bad), 'PERMANENT_ERROR'], [...sequences(behind), 'BEHIND_PARKED'], [...sequences(lost), 'MAPPING_GAVE_UP'], [...sequences(last), 'BEHIND_PARKED'],
    ]);
  });

  test('and whose filter failed takes that error with it', async () => {
    const { harness } = worker();
    const [lost, later] = [record('a'), record('a')];
    await harness.settle([message([later])]);
    const body = JSON.stringify({ v: 1, changes: [lost], givenUp: true, filterError: { name: 'TypeError', message: 'no' } });
    expect(await harness.settle([message([lost], { body })])).toEqual([]);
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'MAPPING_GAVE_UP', error: expect.objectContaining({ name: 'TypeError' }) })]);
  });

  test('is delivered again where it cannot be stored', async () => {
    const { harness } = worker();
    const [lost, later] = [record('a'), record('a')];
    await harness.settle([message([later])]);
    harness.failures.putIfAbsent = async () => { throw Object.assign(new Error('no'), { name: 'AccessDenied' }); };
    expect(await harness.settle([givenUp(lost)])).toEqual({ error: expect.objectContaining({ name: 'AccessDenied' }) });
  });
});

describe('requests', () => {
  test('what comes in its turn costs one read for itself and a transaction; other changes cost what they did', async () => {
    const { harness } = worker();
    await harness.settle([message([record('a')]), message([record('b')])]);
    const before = { ...harness.db.counts };
    expect(before).toMatchObject({ requests: 2, writeUnits: 2 });
    await harness.settle([givenUp(record('c'))]);
    expect(harness.db.counts).toEqual({ requests: before.requests + 3, writeUnits: before.writeUnits + 4, readUnits: expect.any(Number) });
  });
});

describe('faults', () => {
  type Fault = 'fails' | 'done, then fails' | 'killed' | 'done, then killed';
  const FAULTS: readonly Fault[] = ['fails', 'done, then fails', 'killed', 'done, then killed'];

  /** One history with one fault; how many calls of ports it took. */
  async function history(ordinal: number, fault: Fault): Promise<number> {
    let calls = 0;
    let alive = true;
    const around: Around = async (_operation, call) => {
      calls += 1;
      const now = calls === ordinal + 1;
      const end = <T>(): Promise<T> => {
        if (fault.endsWith('fails')) throw new Error('fault');
        alive = false;
        return never();
      };
      if (now && !fault.startsWith('done')) return end();
      const answer = await call();
      return now ? end() : answer;
    };
    const harness = new WorkerHarness({
      handler: committing,
      wrap: ({ client, failures, handler }) => ({ client: aroundClient(client, around), failures: aroundFailures(failures, around), handler }),
    });
    const [lost, applied, turn, behind] = [record('a'), record('a'), record('a'), record('a')];
    for (const batch of [[message([applied])], [givenUp(lost), givenUp(turn, behind)], [givenUp(lost), givenUp(turn, behind)]]) {
      for (let deliveries = 0; ; deliveries += 1) {
        alive = true;
        const failed = await harness.settle(batch, 60_000, () => alive);
        if (Array.isArray(failed) && failed.length === 0) break;
        if (deliveries === 3) throw new Error('not settled');
        harness.restart();
      }
    }
    // Each is applied once or stored, and none of those that have their turn is in doubt.
    expect([...harness.db.table('Effects').keys()]).toEqual(sequences(applied, turn, behind));
    expect(harness.failures.records.map(({ record: whole }) => whole)).toEqual([lost]);
    return calls;
  }

  test.each(FAULTS)('at any call of a port: nothing is lost, applied twice or taken for another (%s)', async (fault) => {
    const calls = await history(-1, fault);
    expect(calls).toBeGreaterThan(10);
    for (let ordinal = 0; ordinal < calls; ordinal += 1) await history(ordinal, fault);
  });
});

test('what a queue hands out once more behind later changes, in one batch, is not applied again', async () => {
  const { applied, harness } = worker();
  const [first, second, third] = [record('a'), record('a'), record('a')];
  // As the relay sends it when its mapping has halved a batch that was sent before the process died.
  const batch = [message([first, second, third]), message([first, second]), message([third])];
  expect(await harness.settle(batch)).toEqual([]);
  expect(applied).toEqual(sequences(first, second, third));
});
