import { FailureRecord } from '../../../src/contract/failure-record';
import { RedriveRequest } from '../../../src/contract/redrive';
import { PermanentError, RetryLaterError } from '../../../src/runtime';
import { settleRedrive } from '../../../src/runtime/redrive/settle-redrive';
import { distinct, Harness, HarnessOptions, LEDGER, record, START, TestHandler } from '../harness';

const DAY = 24 * 60 * 60_000;

/** A handler that commits what it sees, in the order it sees it, and fails for some until it is fixed. */
class Subscriber extends Harness {
  public constructor(options: HarnessOptions = {}) {
    super({ ...options, handler: options.handler ?? ((change, context) => this.onChange(change, context)) });
  }

  public broken: (n: string) => boolean = () => false;

  private onChange: TestHandler = async (change, context) => {
    const n = String(change.newImage?.n);
    if (this.broken(n)) throw new PermanentError('poison');
    await context.commit([{
      Update: {
        TableName: 'Effects',
        Key: { id: `${String(change.keys.id)}/${n}` },
        UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
        ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
      },
    }]);
  };

  /** What was committed of an item, in order; what was committed more than once stands there so often. */
  public seen(id: string): string {
    const effects = [...this.db.table('Effects')].filter(([key]) => key.startsWith(`${id}/`));
    return effects.map(([key, { n }]) => key.slice(id.length + 1).repeat(Number(n))).join(' ');
  }

  public rowOf(keyHash: string) {
    return this.db.table(LEDGER).get(keyHash);
  }
}

const change = (id: string, n: number) => record(id, { newImage: { id: { S: id }, n: { N: String(n) } } });
const outcomes = (results: Awaited<ReturnType<Harness['redrive']>>) => results?.map(({ outcome, why }) => (why ? `${outcome} ${why}` : outcome));

/** An item with a poison in the middle of five changes: 1 is applied, 2 to 5 are stored. */
async function parked(options: HarnessOptions = {}) {
  const harness = new Subscriber(options);
  const records = [1, 2, 3, 4, 5].map((n) => change('a', n));
  harness.broken = (n) => n === '2';
  await harness.deliverUntilSettled(records);
  expect(harness.failures.records).toHaveLength(4);
  return { harness, records, stored: harness.failures.records };
}

describe('an item that is parked', () => {
  test('is applied in order after the fix, and released with its last stored change', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    const results = await harness.redrive(stored);
    expect(results).toEqual([
      { outcome: 'APPLIED', parked: true }, { outcome: 'APPLIED', parked: true }, { outcome: 'APPLIED', parked: true }, { outcome: 'APPLIED' },
    ]);
    expect(harness.seen('a')).toBe('1 2 3 4 5');
    expect(harness.rowOf(stored[0].keyHash)).toMatchObject({ mark: stored[3].position, exp: expect.any(Number) });
    expect(harness.rowOf(stored[0].keyHash)).not.toHaveProperty('parked');
    await harness.deliver([change('a', 6)]);
    expect(harness.seen('a')).toBe('1 2 3 4 5 6');
  });

  test('stays parked when its poison still fails; what comes behind it is not tried', async () => {
    const { harness, stored } = await parked();
    const calls = harness.handlerCalls;
    const results = await harness.redrive(stored);
    expect(results?.[0]).toEqual({ outcome: 'FAILED', error: 'PermanentError', parked: true });
    expect(outcomes(results)?.slice(1)).toEqual(['NOT_TRIED', 'NOT_TRIED', 'NOT_TRIED']);
    expect(harness.handlerCalls).toBe(calls + 1);
    expect(harness.seen('a')).toBe('1');
    expect(harness.rowOf(stored[0].keyHash)).toHaveProperty('parked');
  });

  test('a second redrive runs nothing', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    await harness.redrive(stored);
    const calls = harness.handlerCalls;
    expect(outcomes(await harness.redrive(stored))).toEqual(['ALREADY_APPLIED', 'ALREADY_APPLIED', 'ALREADY_APPLIED', 'ALREADY_APPLIED']);
    expect(harness.handlerCalls).toBe(calls);
  });

  test('a change stored while the last one is redriven keeps it parked', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    const arriving = change('a', 6);
    const original = harness.db.transactWrite.bind(harness.db);
    let arrived = false;
    harness.db.transactWrite = async (input) => {
      if (!arrived && JSON.stringify(input).includes('a/5')) {
        arrived = true;
        void harness.deliver([arriving]);
        await harness.clock.sleep(1_000);
      }
      return original(input);
    };
    const results = await harness.redrive([...stored]);
    expect(results?.[3]).toEqual({ outcome: 'APPLIED', parked: true });
    expect(harness.failures.records).toHaveLength(5);
    expect(await harness.redrive(harness.failures.records.slice(4))).toEqual([{ outcome: 'APPLIED' }]);
    expect(harness.seen('a')).toBe('1 2 3 4 5 6');
  });

  test('nothing is applied before its turn, whatever the request leaves out', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    expect(outcomes(await harness.redrive(stored.slice(1)))).toEqual(['UNKNOWN EARLIER_CHANGE_MISSING', 'NOT_TRIED', 'NOT_TRIED']);
    expect(outcomes(await harness.redrive([stored[0], stored[2]]))).toEqual(['APPLIED', 'UNKNOWN EARLIER_CHANGE_MISSING']);
    expect(harness.seen('a')).toBe('1 2');
    expect(outcomes(await harness.redrive([stored[2]], { applyUnknown: true }))).toEqual(['APPLIED']);
    expect(harness.seen('a')).toBe('1 2 4');
  });

  test('a change that is stored but not told to the ledger waits for the stream', async () => {
    const { harness, stored } = await parked();
    const next: FailureRecord = { ...stored[3], position: stored[3].position.replace(/.$/, 'z'), record: change('a', 6) };
    expect(outcomes(await harness.redrive([next]))).toEqual(['NOT_TRIED']);
  });

  test('nor is it applied before its turn when the item has been released meanwhile', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    await harness.redrive(stored);
    const [six, seven] = [change('a', 6), change('a', 7)];
    const at = (one: typeof six) => stored[3].position.replace(/#.*/, `#${one.dynamodb!.SequenceNumber!.padStart(40, '0')}`);
    // Six was still on its way into the store when seven was listed.
    const listed: FailureRecord = { ...stored[3], position: at(seven), after: at(six), record: seven };
    expect(outcomes(await harness.redrive([listed]))).toEqual(['NOT_TRIED']);
    await harness.deliver([six, seven]);
    expect(outcomes(await harness.redrive([listed]))).toEqual(['ALREADY_APPLIED']);
    expect(harness.seen('a')).toBe('1 2 3 4 5 6 7');
  });

  test('two redrives at once: each change is committed once, in order', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    await Promise.all([harness.redrive(stored), harness.redrive(stored)]);
    expect(harness.seen('a')).toBe('1 2 3 4 5');
    expect(harness.rowOf(stored[0].keyHash)).not.toHaveProperty('parked');
  });

  test('is released by discarding, without the handler; its next change is applied', async () => {
    const { harness, stored } = await parked();
    const calls = harness.handlerCalls;
    expect(outcomes(await harness.redrive(stored, { action: 'DISCARD' }))).toEqual(['DISCARDED', 'DISCARDED', 'DISCARDED', 'DISCARDED']);
    expect(harness.handlerCalls).toBe(calls);
    harness.broken = () => false;
    await harness.deliver([change('a', 6)]);
    expect(harness.seen('a')).toBe('1 6');
  });

  test('is released by discarding also when the store holds nothing of it any more', async () => {
    const { harness, stored } = await parked();
    await harness.redrive([], { action: 'DISCARD', release: [stored[0].keyHash] });
    await harness.deliver([change('a', 6)]);
    expect(harness.seen('a')).toBe('1 6');
  });
});

describe('a change that was skipped', () => {
  const skipping: HarnessOptions = { settings: { onPoison: 'SKIP_RECORD' } };
  const VERSIONED: TestHandler = async ({ keys, newImage }, context) => {
    if (newImage?.n === 2 && !fixed) throw new PermanentError('poison');
    await context.commit([{
      Put: {
        TableName: 'Effects', Item: { id: keys.id, n: newImage?.n }, ConditionExpression: 'attribute_not_exists(id) OR n < :n', ExpressionAttributeValues: { ':n': newImage?.n },
      },
    }]).catch((error: unknown) => {
      if ((error as Error).name !== 'CommitConditionError') throw error;
      return context.commit([]);
    });
  };
  let fixed = false;
  beforeEach(() => { fixed = false; });

  test('is superseded unless the redrive is to be out of order', async () => {
    const harness = new Subscriber(skipping);
    harness.broken = (n) => n === '2';
    await harness.deliverUntilSettled([change('a', 1), change('a', 2), change('a', 3)]);
    harness.broken = () => false;
    expect(outcomes(await harness.redrive(harness.failures.records))).toEqual(['SUPERSEDED']);
    expect(harness.seen('a')).toBe('1 3');
    expect(outcomes(await harness.redrive(harness.failures.records, { outOfOrder: true }))).toEqual(['APPLIED']);
    expect(harness.seen('a')).toBe('1 3 2');
    expect(outcomes(await harness.redrive(harness.failures.records, { outOfOrder: true }))).toEqual(['ALREADY_APPLIED']);
    expect(harness.seen('a')).toBe('1 3 2');
  });

  test('does not hold back the changes behind it in the request', async () => {
    const harness = new Subscriber(skipping);
    harness.broken = (n) => n === '2' || n === '4';
    await harness.deliverUntilSettled([1, 2, 3, 4, 5].map((n) => change('a', n)));
    harness.broken = () => false;
    const stored = harness.failures.records;
    expect(stored).toHaveLength(2);
    expect(outcomes(await harness.redrive(stored))).toEqual(['SUPERSEDED', 'SUPERSEDED']);
    expect(outcomes(await harness.redrive(stored.slice(1), { outOfOrder: true }))).toEqual(['APPLIED']);
    expect(outcomes(await harness.redrive(stored))).toEqual(['SUPERSEDED', 'ALREADY_APPLIED']);
    expect(harness.seen('a')).toBe('1 3 5 4');
  });

  test('does not hold back a change that is stored after it and has its turn', async () => {
    const harness = new Subscriber(skipping);
    harness.broken = (n) => n === '2';
    await harness.deliverUntilSettled([1, 2, 3].map((n) => change('a', n)));
    harness.settings = { ...harness.settings, onPoison: 'PARK_ITEM' };
    harness.broken = (n) => n === '4';
    await harness.deliverUntilSettled([4, 5].map((n) => change('a', n)));
    harness.broken = () => false;
    expect(outcomes(await harness.redrive(harness.failures.records))).toEqual(['SUPERSEDED', 'APPLIED', 'APPLIED']);
    expect(harness.seen('a')).toBe('1 3 4 5');
  });

  test('never overwrites newer state for a handler that commits with a version guard', async () => {
    const harness = new Subscriber({ ...skipping, handler: VERSIONED });
    await harness.deliverUntilSettled([change('a', 1), change('a', 2), change('a', 3)]);
    fixed = true;
    expect(outcomes(await harness.redrive(harness.failures.records, { outOfOrder: true }))).toEqual(['APPLIED']);
    expect(harness.db.table('Effects').get('a')).toMatchObject({ n: 3 });
  });

  test('but applied by a later delivery is known to be applied', async () => {
    const harness = new Subscriber(skipping);
    harness.broken = (n) => n === '2';
    let alive = true;
    const { transactWrite } = harness.db;
    // The process dies between the failure store and the ledger.
    harness.db.transactWrite = async (input) => {
      if (!JSON.stringify(input).includes('skipped')) return transactWrite.call(harness.db, input);
      alive = false;
      return new Promise(() => undefined);
    };
    const records = [change('a', 1), change('a', 2)];
    await harness.deliver(records, 300_000, () => alive);
    harness.db.transactWrite = transactWrite;
    harness.restart();
    harness.broken = () => false;
    await harness.deliver(records);
    expect(outcomes(await harness.redrive(harness.failures.records, { outOfOrder: true }))).toEqual(['ALREADY_APPLIED']);
    expect(harness.seen('a')).toBe('1 2');
  });
});

describe('a change that the mapping gave up', () => {
  const givenUp = (harness: Harness, one: ReturnType<typeof change>, template: FailureRecord): FailureRecord => ({
    ...template,
    after: undefined,
    reason: 'MAPPING_GAVE_UP',
    record: one,
    sequenceNumber: one.dynamodb!.SequenceNumber!,
    position: template.position.replace(/#.*/, `#${one.dynamodb!.SequenceNumber!.padStart(40, '0')}`),
    storedAt: new Date(harness.virtual.now()).toISOString(),
  });
  async function setUp() {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    await harness.redrive(stored);
    return { harness, of: (one: ReturnType<typeof change>) => givenUp(harness, one, stored[0]) };
  }

  test('is applied when nothing later of its item was', async () => {
    const { harness, of } = await setUp();
    expect(outcomes(await harness.redrive([of(change('a', 6)), of(change('a', 7))]))).toEqual(['APPLIED', 'APPLIED']);
    expect(harness.seen('a')).toBe('1 2 3 4 5 6 7');
  });

  test('is applied already when the mark is its own, and unknown when the mark is beyond', async () => {
    const { harness, of } = await setUp();
    const [six, seven] = [change('a', 6), change('a', 7)];
    await harness.deliver([seven]);
    expect(outcomes(await harness.redrive([of(six), of(seven)]))).toEqual(['UNKNOWN LATER_CHANGE_APPLIED', 'ALREADY_APPLIED']);
    expect(outcomes(await harness.redrive([of(six)], { applyUnknown: true }))).toEqual(['APPLIED']);
    expect(outcomes(await harness.redrive([of(six)], { applyUnknown: true }))).toEqual(['ALREADY_APPLIED']);
    expect(harness.seen('a')).toBe('1 2 3 4 5 7 6');
  });

  test('is not in doubt when it was the last one applied, and the redrive dies after a later one', async () => {
    const { harness, of } = await setUp();
    const [six, seven] = [change('a', 6), change('a', 7)];
    await harness.deliver([six]);
    expect(outcomes(await harness.redrive([of(six), of(seven)]))).toEqual(['ALREADY_APPLIED', 'APPLIED']);
    // WHEN their objects could not be deleted
    expect(outcomes(await harness.redrive([of(six), of(seven)]))).toEqual(['ALREADY_APPLIED', 'ALREADY_APPLIED']);
    expect(harness.seen('a')).toBe('1 2 3 4 5 6 7');
  });

  test('is unknown when the ledger has forgotten its item', async () => {
    const { harness, of } = await setUp();
    const old = { ...of(change('b', 1)), keyHash: 'a-row-that-expired', storedAt: new Date(START - 15 * DAY).toISOString() };
    expect(outcomes(await harness.redrive([old]))).toEqual(['UNKNOWN LEDGER_FORGOT']);
    expect(outcomes(await harness.redrive([old], { applyUnknown: true }))).toEqual(['APPLIED']);
  });
});

describe('what the runtime cannot tell', () => {
  test('a record without readable keys is applied once, and only when asked for', async () => {
    const harness = new Subscriber({ handler: () => undefined });
    const malformed = change('a', 1);
    (malformed.dynamodb as { Keys?: unknown }).Keys = undefined;
    await harness.deliver([malformed]);
    expect(outcomes(await harness.redrive(harness.failures.records))).toEqual(['UNKNOWN KEYS_UNREADABLE']);
    expect(harness.handlerCalls).toBe(0);
    expect(outcomes(await harness.redrive(harness.failures.records, { applyUnknown: true }))).toEqual(['APPLIED']);
    expect(outcomes(await harness.redrive(harness.failures.records, { applyUnknown: true }))).toEqual(['ALREADY_APPLIED']);
    expect(harness.handlerCalls).toBe(1);
  });

  test('a change the filter does not want any more is passed over', async () => {
    let wants = true;
    const { harness, stored } = await parked({ filter: () => wants });
    wants = false;
    expect(outcomes(await harness.redrive(stored))).toEqual(['NOT_WANTED', 'NOT_WANTED', 'NOT_WANTED', 'NOT_WANTED']);
    expect(harness.rowOf(stored[0].keyHash)).not.toHaveProperty('parked');
  });

  test('a change on which the filter failed is unknown where the filter cannot be asked', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    expect(outcomes(await harness.redrive([{ ...stored[0], reason: 'MALFORMED' }, stored[1]]))).toEqual(['UNKNOWN FILTER_FAILED', 'NOT_TRIED']);
  });
});

describe('the invocation', () => {
  test('waits out what is no fault of the change', async () => {
    let busy = 3;
    const { harness, stored } = await parked();
    const original = harness.options.handler!;
    harness.broken = () => false;
    (harness.options as { handler: TestHandler }).handler = (one, context) => {
      busy -= 1;
      if (busy >= 0) throw new RetryLaterError('busy');
      return original(one, context);
    };
    expect(outcomes(await harness.redrive(stored))).toEqual(['APPLIED', 'APPLIED', 'APPLIED', 'APPLIED']);
  });

  test('answers before its end; a handler that goes on commits nothing', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => false;
    const original = harness.options.handler!;
    let late: unknown;
    (harness.options as { handler: TestHandler }).handler = async (one, context) => {
      await harness.clock.sleep(400_000);
      late = await Promise.resolve(original(one, context)).catch((error: unknown) => error);
    };
    const results = await harness.redrive(stored);
    expect(results?.[0]).toMatchObject({ outcome: 'FAILED', error: 'InterruptedError' });
    await harness.virtual.runAsync(() => late !== undefined);
    expect(late).toMatchObject({ name: 'CommitMisuseError' });
    expect(harness.seen('a')).toBe('1');
  });

  test('runs items in parallel, as many as handlers may run', async () => {
    let running = 0;
    let most = 0;
    let broken = true;
    const harness: Harness = new Harness({
      settings: { concurrency: 4, maxAttempts: 1 },
      handler: async () => {
        if (broken) throw new PermanentError('poison');
        running += 1;
        most = Math.max(most, running);
        await harness.clock.sleep(10);
        running -= 1;
      },
    });
    await harness.deliverUntilSettled(distinct(10));
    broken = false;
    expect(outcomes(await harness.redrive(harness.failures.records))).toEqual(Array(10).fill('APPLIED'));
    expect(most).toBe(4);
  });

  test.each([
    ['another version', { cdcRedrive: 2 }, 'the redrive has version 2'], ['another subscriber', { subscriber: 'Other' }, 'meant for Other'],
  ])('fails for %s', async (_what, wrong, message) => {
    const { harness, stored } = await parked();
    const request = { cdcRedrive: 1, subscriber: 'Test', action: 'REDRIVE', outOfOrder: false, applyUnknown: false, changes: stored, ...wrong };
    await expect(settleRedrive(harness.ports, request as RedriveRequest, { requestId: 'r', remainingMillis: () => 1_000 })).rejects.toThrow(message);
  });

  test('logs nothing of a change', async () => {
    const { harness, stored } = await parked();
    harness.broken = () => { throw new Error('secret 4711'); };
    harness.lines.length = 0;
    await harness.redrive(stored);
    expect(harness.lines.join('')).toContain('redriven change failed');
    expect(harness.lines.join('')).not.toMatch(/4711|"seen"|NewImage/);
  });
});
