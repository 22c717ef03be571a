import * as fc from 'fast-check';
import { BATCH_PAYLOAD_BYTES } from '../../../src/contract/limits';
import { compareSequenceNumbers } from '../../../src/contract/position';
import { MemoryDriver, MemoryStream, VirtualClock } from '../../../src/local/drive/memory';
import { Fate, InvocationOutcome, mappingConfig, OfferedRecord, StreamMapping } from '../../../src/local/model';

const MEGABYTE = 1024 * 1024;
const FATES: readonly Fate[] = ['ACKNOWLEDGED', 'FILTERED_OUT', 'DELIVERED', 'BEFORE_LATEST', 'RETENTION', 'NO_DESTINATION', 'DESTINATION_REFUSED'];

const settings = fc.record({
  batchSize: fc.integer({ min: 1, max: 6 }),
  batchingWindowSeconds: fc.constantFrom(0, 0, 1, 20),
  parallelizationFactor: fc.integer({ min: 1, max: 4 }),
  retryAttempts: fc.constantFrom(-1, 0, 1, 3),
  maxRecordAgeSeconds: fc.constantFrom(-1, 60, 600),
  bisectBatchOnFunctionError: fc.boolean(),
  reportBatchItemFailures: fc.boolean(),
  startingPosition: fc.constantFrom('TRIM_HORIZON' as const, 'TRIM_HORIZON' as const, 'LATEST' as const),
  filters: fc.constantFrom([], [], [{ kind: ['wanted'] }]),
  onFailure: fc.constantFrom({ type: 'S3' as const, arn: 'arn:bucket' }, undefined),
});

const written = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  afterMillis: fc.constantFrom(0, 0, 0, 100, 1000, 40_000),
  bytes: fc.constantFrom(100, 100, MEGABYTE, 3 * MEGABYTE),
  kind: fc.constantFrom('wanted', 'wanted', 'other'),
});

/** Bad always, good always, or good from the n-th look on. */
const mood = fc.constantFrom(0, 0, 0, 1, 2, Infinity);
const outcome = fc.constantFrom('throw', 'throw', 'report', 'report', 'throttle', 'nonsense');

const history = fc.record({
  settings,
  records: fc.array(written, { minLength: 1, maxLength: 24 }),
  moods: fc.array(mood, { minLength: 1, maxLength: 24 }),
  outcomes: fc.array(outcome, { minLength: 1, maxLength: 40 }),
  refusals: fc.array(fc.boolean(), { maxLength: 4 }),
  splitAfter: fc.integer({ min: 0, max: 30 }),
});

type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

function play({ settings: given, records, moods, outcomes, refusals, splitAfter }: History) {
  const clock = new VirtualClock();
  const stream = new MemoryStream();
  const fates = new Map<string, Fate[]>();
  const config = mappingConfig(given);
  const mapping = new StreamMapping(config, ({ sequenceNumber }, fate) =>
    fates.set(sequenceNumber, [...fates.get(sequenceNumber) ?? [], fate]));
  const looks = new Map<string, number>();
  const invocations: (readonly OfferedRecord[])[] = [];
  const checkpoints = new Map<string, string>();
  let delivered = 0;

  const answer = (batch: readonly OfferedRecord[]): InvocationOutcome => {
    const how = outcomes[invocations.length % outcomes.length];
    if (how === 'throttle') return { kind: 'throttled' };
    const failed = batch.filter(({ sequenceNumber }) => {
      looks.set(sequenceNumber, (looks.get(sequenceNumber) ?? 0) + 1);
      return looks.get(sequenceNumber)! <= moods[Number(BigInt(sequenceNumber) % BigInt(moods.length))];
    });
    if (failed.length === 0) return { kind: 'returned' };
    if (how === 'throw') return { kind: 'functionError' };
    if (how === 'nonsense') return { kind: 'returned', payload: { batchItemFailures: [{ itemIdentifier: 'x' }] } };
    return { kind: 'returned', payload: { batchItemFailures: failed.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })) } };
  };

  const driver = new MemoryDriver(clock, stream, mapping, {
    invoke: ({ records: batch }) => {
      invocations.push(batch);
      return answer(batch);
    },
    invocationMillis: () => 100,
    deliver: () => {
      delivered += 1;
      return !refusals[delivered - 1];
    },
  });
  stream.openShard('parent');
  const offered: OfferedRecord[] = [];
  let at = 0;
  records.forEach(({ key, afterMillis, bytes, kind }, index) => {
    at += afterMillis;
    const record = { sequenceNumber: String(95 + index), arrivedAt: at, key, bytes, record: { kind } };
    offered.push(record);
    clock.at(at, () => {
      if (index === splitAfter) stream.split('parent', ['child']);
      stream.append(index < splitAfter ? 'parent' : 'child', record);
    });
  });
  clock.at(0, () => driver.enable());
  const watch = () => {
    for (const { shardId, sequenceNumber } of mapping.checkpoints()) {
      if (sequenceNumber === undefined) continue;
      const before = checkpoints.get(shardId);
      if (before !== undefined) expect(compareSequenceNumbers(before, sequenceNumber)).toBeLessThanOrEqual(0);
      checkpoints.set(shardId, sequenceNumber);
    }
    return false;
  };
  clock.run(watch);
  return { config, mapping, offered, fates, invocations, metrics: mapping.metrics };
}

test('every record has exactly one fate, and nothing is invented', () => {
  fc.assert(fc.property(history, given => {
    const { offered, fates, mapping } = play(given);
    expect([...fates.keys()].sort()).toEqual(offered.map(({ sequenceNumber }) => sequenceNumber).sort());
    for (const met of fates.values()) {
      expect(met).toHaveLength(1);
      expect(FATES).toContain(met[0]);
    }
    expect(mapping.idle).toBe(true);
  }), { numRuns: 300 });
});

test('a record that was acknowledged was invoked, and a record that was filtered out was not', () => {
  fc.assert(fc.property(history, given => {
    const { fates, invocations } = play(given);
    const invoked = new Set(invocations.flat().map(({ sequenceNumber }) => sequenceNumber));
    for (const [sequenceNumber, [fate]] of fates) {
      if (fate === 'ACKNOWLEDGED') expect(invoked).toContain(sequenceNumber);
      if (fate === 'FILTERED_OUT' || fate === 'BEFORE_LATEST') expect(invoked).not.toContain(sequenceNumber);
    }
  }), { numRuns: 200 });
});

test('records of one key are invoked for the first time in order, and batches are within their limits and in order', () => {
  fc.assert(fc.property(history, given => {
    const { config, invocations } = play(given);
    const last = new Map<string, number>();
    const seen = new Set<string>();
    for (const batch of invocations) {
      expect(batch.length).toBeLessThanOrEqual(config.batchSize);
      const bytes = batch.reduce((sum, record) => sum + record.bytes, 0);
      expect(batch.length === 1 || bytes <= BATCH_PAYLOAD_BYTES).toBe(true);
      const order = batch.map(({ sequenceNumber }) => Number(sequenceNumber));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      for (const { key, sequenceNumber } of batch) {
        if (!seen.has(sequenceNumber)) expect(Number(sequenceNumber)).toBeGreaterThan(last.get(key) ?? -1);
        seen.add(sequenceNumber);
        last.set(key, Math.max(last.get(key) ?? -1, Number(sequenceNumber)));
      }
    }
  }), { numRuns: 200 });
});

/** What the simulation of redrives, and the runtime's redrive, take for granted (docs/adr/0044). */
test('a record is settled or discarded only after all earlier records of its key', () => {
  fc.assert(fc.property(history, given => {
    const { offered, fates } = play(given);
    const keyOf = new Map(offered.map(({ sequenceNumber, key }) => [sequenceNumber, key]));
    const last = new Map<string, number>();
    // In the order in which they met their fates.
    for (const sequenceNumber of fates.keys()) {
      if (fates.get(sequenceNumber)![0] === 'FILTERED_OUT') continue;
      const key = keyOf.get(sequenceNumber)!;
      expect(Number(sequenceNumber)).toBeGreaterThan(last.get(key) ?? -1);
      last.set(key, Number(sequenceNumber));
    }
  }), { numRuns: 300 });
});

test('the same history gives the same trace', () => {
  fc.assert(fc.property(history, given => {
    expect(play(given).invocations).toEqual(play(given).invocations);
  }), { numRuns: 50 });
});

test('disabled and enabled in the middle, every record still has a fate', () => {
  fc.assert(fc.property(history, fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 4 }), ({ settings: given, records, moods }, pauses) => {
    const clock = new VirtualClock();
    const stream = new MemoryStream();
    const settled = new Set<string>();
    const mapping = new StreamMapping(mappingConfig(given), ({ sequenceNumber }) => settled.add(sequenceNumber));
    const driver = new MemoryDriver(clock, stream, mapping, {
      invoke: ({ id }) => ({ kind: moods[id % moods.length] > 0 ? 'functionError' : 'returned' }),
      invocationMillis: () => 700,
      deliver: () => true,
    });
    stream.openShard('shard');
    records.forEach(({ key, bytes, kind }, index) => {
      const record = { sequenceNumber: String(95 + index), arrivedAt: index * 500, key, bytes, record: { kind } };
      clock.at(record.arrivedAt, () => stream.append('shard', record));
    });
    clock.at(0, () => driver.enable());
    for (const pause of pauses) {
      clock.at(pause, () => driver.disable());
      const resume = () => {
        if (mapping.state === 'Disabling') clock.at(clock.now() + 1000, resume);
        else driver.enable();
      };
      clock.at(pause + 1500, resume);
    }
    clock.run();
    expect(settled.size).toBe(records.length);
  }), { numRuns: 150 });
});
