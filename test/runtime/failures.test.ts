import { aroundClient, aroundFailures } from './faults';
import { distinct, Harness, LEDGER, record, START, TestHandler } from './harness';
import { StoreError } from '../../src/local/simulate/memory-dynamodb';
import { AlreadyAppliedError, ChangeContext, CommitConditionError, PermanentError, RetryLaterError, retryLaterIfUnavailable } from '../../src/runtime';

const HOUR = 60 * 60 * 1000;

/** Fails the changes of these items for as long as `until` says. */
const failing = (items: readonly string[], until: () => boolean = () => false, error: () => unknown = () => new Error('no')): TestHandler => (change) => {
  if (items.includes(String(change.keys.id)) && !until()) throw error();
};

const applied = (harness: Harness) => {
  const seen: string[] = [];
  const inner = harness.options.handler;
  (harness.options as { handler: TestHandler }).handler = async (change, context) => {
    await inner?.(change, context);
    seen.push(`${String(change.keys.id)}:${change.sequenceNumber}`);
  };
  return seen;
};

describe('a poison change', () => {
  test('goes to the failure store whole after its attempts, spread over their span, and parks its item', async () => {
    const harness = new Harness({ handler: failing(['poison']) });
    const seen = applied(harness);
    const poison = record('poison');
    const behind = [record('poison'), record('poison')];
    const others = distinct(20);
    const deliveries = await harness.deliverUntilSettled([poison, ...others.slice(0, 10), ...behind, ...others.slice(10)]);
    expect(deliveries).toHaveLength(1);
    expect(harness.virtual.now() - START).toBeGreaterThanOrEqual(60_000);
    expect(seen).toHaveLength(20);
    expect(harness.handlerCalls).toBe(20 + 5);
    expect(harness.failures.records).toEqual([
      expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 5, record: poison, error: expect.objectContaining({ message: 'no' }) }),
      expect.objectContaining({ reason: 'BEHIND_PARKED', record: behind[0] }),
      expect.objectContaining({ reason: 'BEHIND_PARKED', record: behind[1] }),
    ]);
  });

  test('later changes of a parked item wait behind it, in the next batches too, and are stored once', async () => {
    const harness = new Harness({ handler: failing(['poison']) });
    await harness.deliver([record('poison')]);
    const later = [record('poison'), record('other'), record('poison')];
    expect(await harness.deliver(later)).toEqual({ failures: [] });
    expect(await harness.deliver(later)).toEqual({ failures: [] });
    expect(harness.failures.records.map(({ reason }) => reason)).toEqual(['ATTEMPTS_EXHAUSTED', 'BEHIND_PARKED', 'BEHIND_PARKED']);
    const row = [...harness.db.table(LEDGER).values()].find(({ parked }) => parked !== undefined)!;
    expect(row.exp).toBeUndefined();
    expect((row.parked as { tail: string }).tail).toContain(later[2].dynamodb!.SequenceNumber!);
  });

  test('is skipped alone when asked: later changes of its item are applied', async () => {
    const harness = new Harness({ handler: failing([]), settings: { onPoison: 'SKIP_RECORD', maxAttempts: 1 } });
    const [first, second] = [record('a'), record('a')];
    (harness.options as { handler: TestHandler }).handler = (change) => {
      if (change.sequenceNumber === first.dynamodb!.SequenceNumber) throw new Error('no');
    };
    const seen = applied(harness);
    expect(await harness.deliver([first, second])).toEqual({ failures: [] });
    expect(seen).toEqual([`a:${second.dynamodb!.SequenceNumber}`]);
    expect(harness.failures.sequenceNumbers).toEqual([first.dynamodb!.SequenceNumber]);
  });

  test('with a PermanentError is stored at once', async () => {
    const harness = new Harness({ handler: failing(['p'], undefined, () => new PermanentError('never')) });
    expect(await harness.deliver([record('p'), record('q')])).toEqual({ failures: [] });
    expect(harness.virtual.now()).toBe(START);
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'PERMANENT_ERROR', attempts: 1 })]);
  });

  test.each([[null], ['text'], [undefined], [7], [{}]])('throwing %p counts as a failure of that record alone', async (thrown) => {
    const harness = new Harness({ handler: failing(['p'], undefined, () => thrown) });
    const seen = applied(harness);
    expect(await harness.deliver([record('p'), record('q')])).toEqual({ failures: [] });
    expect(seen).toHaveLength(1);
    expect(harness.failures.records).toHaveLength(1);
  });

  test('that ends the process is found after bisecting has isolated it', async () => {
    const harness = new Harness({ settings: { maxAttempts: 3 } });
    let died = false;
    (harness.options as { handler: TestHandler }).handler = () => {
      died = true;
      return new Promise(() => undefined);
    };
    const poison = [record('p')];
    for (let crash = 0; crash < 3; crash += 1) {
      died = false;
      expect(await harness.deliver(poison, 300_000, () => !died)).toBe('killed');
      harness.restart();
    }
    died = false;
    expect(await harness.deliver(poison)).toEqual({ failures: [] });
    expect(died).toBe(false);
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 3 })]);
  });

  test('that hangs is found when it had whole invocations to itself', async () => {
    const harness = new Harness({ settings: { maxAttempts: 2, attemptSpanMillis: 0 }, handler: () => new Promise(() => undefined) });
    const poison = [record('p')];
    for (let time = 0; time < 2; time += 1) expect(await harness.deliver(poison, 10_000)).toEqual({ failures: [poison[0].dynamodb!.SequenceNumber] });
    expect(await harness.deliver(poison, 10_000)).toEqual({ failures: [] });
    expect(harness.failures.records).toHaveLength(1);
  });

  test('is stored before the mapping discards it for its age', async () => {
    const harness = new Harness({ handler: failing(['old'], undefined, () => new RetryLaterError('busy')) });
    expect(await harness.deliver([record('old', { createdAt: START - 11 * HOUR })])).toEqual({ failures: [] });
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'RECORD_AGE' })]);
  });
});

describe('what costs no attempt', () => {
  test('an outage of everything parks nothing, and afterwards everything is applied', async () => {
    const harness = new Harness({});
    const over = START + 3 * HOUR;
    (harness.options as { handler: TestHandler }).handler = () => {
      if (harness.virtual.now() < over) throw new Error('connection refused');
    };
    const seen = applied(harness);
    await harness.deliverUntilSettled(distinct(100), 1000);
    expect(harness.failures.records).toEqual([]);
    expect(seen).toHaveLength(100);
    expect(harness.logs('ERROR').some(({ message }) => message.includes('outage'))).toBe(true);
  });

  test('an outage is remembered when bisecting has left one change and the process is new', async () => {
    const harness = new Harness({});
    let out = true;
    (harness.options as { handler: TestHandler }).handler = () => {
      if (out) throw new Error('connection refused');
    };
    const records = distinct(8);
    await harness.deliver(records);
    for (let time = 0; time < 5; time += 1) {
      harness.restart();
      harness.memory.finishedInvocation = true;
      expect(await harness.deliver([records[0]], 90_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    }
    expect(harness.failures.records).toEqual([]);
    out = false;
    expect(await harness.deliver(records)).toEqual({ failures: [] });
    expect(harness.failures.records).toEqual([]);
  });

  test('nor an outage in which calls do not finish, of a change whose attempts are spent: it is tried again, and waits', async () => {
    const harness = new Harness({ settings: { maxAttempts: 1, attemptSpanMillis: 0 } });
    const options = harness.options as { handler?: TestHandler };
    options.handler = () => new Promise(() => undefined);
    // GIVEN three changes, each of which had an invocation to itself and did not finish
    const records = distinct(3);
    for (const one of records) expect(await harness.deliver([one], 10_000)).toEqual({ failures: [one.dynamodb!.SequenceNumber] });
    // WHEN the first is delivered again, while nothing works yet
    const calls = harness.handlerCalls;
    expect(await harness.deliver([records[0]], 10_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    expect(harness.handlerCalls).toBe(calls + 1);
    expect(harness.failures.records).toEqual([]);
    // THEN it is applied, once, when the outage is over
    options.handler = undefined;
    const seen = applied(harness);
    expect(await harness.deliver([records[0]])).toEqual({ failures: [] });
    expect(await harness.deliver([records[0]])).toEqual({ failures: [] });
    expect(seen).toHaveLength(1);
    expect(harness.failures.records).toEqual([]);
  });

  test('a few poison changes with nothing good beside them are parked after an hour', async () => {
    const harness = new Harness({ handler: failing(['item-0', 'item-1', 'item-2']) });
    await harness.deliverUntilSettled(distinct(3), 100);
    expect(harness.failures.records).toHaveLength(3);
    expect(harness.virtual.now() - START).toBeGreaterThanOrEqual(HOUR);
    expect(harness.virtual.now() - START).toBeLessThan(1.5 * HOUR);
  });

  test('few poison changes among many good ones are no outage', async () => {
    const poison = ['item-1', 'item-5', 'item-90', 'item-99'];
    const harness = new Harness({ handler: failing(poison) });
    expect(await harness.deliver(distinct(100))).toEqual({ failures: [] });
    expect(harness.failures.records).toHaveLength(4);
  });

  test('RetryLaterError backs off as long as asked', async () => {
    const harness: Harness = new Harness({
      handler: failing(['a'], (): boolean => harness.virtual.now() >= START + 120_000, () => new RetryLaterError('busy', { after: 5_000 })),
    });
    expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
    expect(harness.failures.records).toEqual([]);
    expect(harness.handlerCalls).toBeLessThanOrEqual(120_000 / 5_000 + 1);
    expect(harness.handlerCalls).toBeGreaterThan(5);
  });

  test('throttles of an AWS client', async () => {
    let times = 0;
    const harness = new Harness({ settings: { maxAttempts: 1 } });
    (harness.options as { handler: TestHandler }).handler = () => {
      times += 1;
      if (times < 4) throw Object.assign(new Error('slow'), { name: 'ThrottlingException' });
    };
    expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
    expect(harness.failures.records).toEqual([]);
  });

  test.each([
    ['a commit that is refused', (context: ChangeContext) => context.commit([{ Put: { TableName: 'Effects', Item: { id: 'x' } } }])],
    ['another call that is refused', async () => { throw new StoreError('AccessDenied'); }],
  ])('a permission that is missing, also of a single item: %s', async (_case, act) => {
    let denied = true;
    const harness: Harness = new Harness({
      settings: { maxAttempts: 1 },
      handler: (_change, context) => (denied ? act(context) : undefined),
      wrap: (ports) => ({
        ...ports,
        client: aroundClient(ports.client, async (operation, call) => {
          if (denied && operation === 'transactWrite') throw new StoreError('AccessDeniedException');
          return call();
        }),
      }),
    });
    const records = [record('a')];
    expect(await harness.deliver(records, 30_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    expect(harness.lines.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ Outage: 1 }));
    harness.restart();
    expect(await harness.deliver(records, 30_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    denied = false;
    harness.restart();
    expect(await harness.deliver(records)).toEqual({ failures: [] });
    expect(harness.failures.records).toEqual([]);
  });

  test('but those of an item whose permission alone is missing', async () => {
    const harness = new Harness({ settings: { maxAttempts: 2 }, handler: failing(['a'], undefined, () => new StoreError('AccessDeniedException')) });
    expect(await harness.deliver([record('a'), record('b')])).toEqual({ failures: [] });
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 2 })]);
  });

  test('the deadline: what was not started, or not finished, is reported unsettled', async () => {
    const harness = new Harness({ settings: { concurrency: 1, maxAttempts: 1 } });
    (harness.options as { handler: TestHandler }).handler = () => harness.clock.sleep(4_000);
    const records = distinct(10);
    const delivery = await harness.deliver(records, 10_000);
    expect(delivery).toEqual({ failures: [records[2].dynamodb!.SequenceNumber] });
    const deliveries = await harness.deliverUntilSettled(records);
    expect(deliveries).toHaveLength(1);
    expect(harness.handlerCalls).toBe(10);
    expect(harness.failures.records).toEqual([]);
  });

  test('a call that the signal of the context ends is interrupted, and costs no attempt', async () => {
    const aborted = () => Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    const harness = new Harness({ settings: { maxAttempts: 1 } });
    (harness.options as { handler: TestHandler }).handler = (change, { signal }) => (change.keys.id !== 'slow' ? undefined
      : retryLaterIfUnavailable(new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(aborted())))));
    const records = [record('slow'), record('quick')];
    expect(await harness.deliver(records, 10_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    expect(harness.lines.map((line) => JSON.parse(line).message)).toContain('interrupted by the end of the invocation');
    expect(harness.lines.join()).not.toContain('postponed');
    // Alone it has a whole invocation: what it calls hangs, which is no fault of the change either.
    expect(await harness.deliver([records[0]], 10_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    expect(harness.lines.join()).toContain('postponed');
    expect(harness.failures.records).toEqual([]);
    expect([...harness.db.table(LEDGER).values()].filter(({ failing: state }) => (state as { n: number } | undefined)?.n)).toEqual([]);
  });

  test('a handler that ignores the signal is given up and can commit nothing afterwards', async () => {
    const harness = new Harness();
    let late: Promise<unknown> = Promise.resolve();
    let calls = 0;
    (harness.options as { handler: TestHandler }).handler = (change, context) => {
      calls += 1;
      if (calls > 1 || change.keys.id !== 'slow') return undefined;
      return new Promise<void>((resolve) => harness.virtual.at(harness.virtual.now() + 20_000, () => {
        late = context.commit([{ Put: { TableName: 'Effects', Item: { id: 'zombie' } } }]).catch((error: unknown) => error);
        resolve();
      }));
    };
    const records = [record('slow'), record('quick')];
    expect(await harness.deliver(records, 10_000)).toEqual({ failures: [records[0].dynamodb!.SequenceNumber] });
    await harness.virtual.runAsync();
    expect(await late).toMatchObject({ name: 'CommitMisuseError' });
    expect(harness.db.table('Effects').size).toBe(0);
  });
});

describe('the stores', () => {
  test('a ledger that is throttled for a while only delays', async () => {
    let calls = 0;
    const harness = new Harness({
      wrap: (ports) => ({
        ...ports,
        client: aroundClient(ports.client, async (_operation, call) => {
          calls += 1;
          if (calls % 3 !== 0) throw new StoreError('ThrottlingException');
          return call();
        }),
      }),
    });
    expect(await harness.deliver(distinct(100))).toEqual({ failures: [] });
    expect(harness.handlerCalls).toBe(100);
  });

  test('fails the whole batch when the ledger cannot be read, before anything is run', async () => {
    const harness = new Harness({
      wrap: (ports) => ({ ...ports, client: aroundClient(ports.client, async () => { throw new StoreError('AccessDeniedException'); }) }),
    });
    expect(await harness.deliver(distinct(3))).toEqual({ error: expect.objectContaining({ name: 'AccessDeniedException' }) });
    expect(harness.handlerCalls).toBe(0);
  });

  test('fails the batch, and settles nothing falsely, when the failure store refuses', async () => {
    const harness = new Harness({
      handler: failing(['p'], undefined, () => new PermanentError('no')),
      wrap: (ports) => ({ ...ports, failures: aroundFailures(ports.failures, async () => { throw new StoreError('AccessDenied'); }) }),
    });
    const records = [record('p'), record('q')];
    expect(await harness.deliver(records)).toEqual({ error: expect.objectContaining({ name: 'AccessDenied' }) });
    expect(await harness.deliver(records)).toEqual({ error: expect.objectContaining({ name: 'AccessDenied' }) });
    expect(harness.handlerCalls).toBe(3);
  });

  test('fails on a row of a newer format instead of guessing', async () => {
    const harness = new Harness();
    await harness.deliver([record('a')]);
    for (const row of harness.db.table(LEDGER).values()) row.v = 2;
    expect(await harness.deliver([record('a')])).toEqual({ error: expect.objectContaining({ name: 'LedgerVersionError' }) });
  });

  test('fails the whole batch on a record without a sequence number', async () => {
    const harness = new Harness();
    const nameless = record('b');
    delete (nameless.dynamodb as { SequenceNumber?: string }).SequenceNumber;
    expect(await harness.deliver([record('a'), nameless])).toEqual({ error: expect.objectContaining({ name: 'UnidentifiableRecordError' }) });
    expect(harness.handlerCalls).toBe(0);
  });

  test('sequence numbers of 56 digits, as an emulator counts, are applied once and in order', async () => {
    const harness = new Harness();
    const long = (last: number) => `4959033827149025660855969253836157109592157598913658889${last}`;
    const records = [1, 2, 3].map((last) => record('a', { sequenceNumber: long(last) }));
    expect(await harness.deliver(records)).toEqual({ failures: [] });
    expect(await harness.deliver(records)).toEqual({ failures: [] });
    expect(harness.handlerCalls).toBe(3);
  });

  test.each([
    ['shardId-000000000000:7', 'a text of 22 characters'], ['1'.repeat(129), 'a text of 129 characters'],
  ])('fails the whole batch on the sequence number %s, and says what is wrong with it', async (sequenceNumber, what) => {
    const harness = new Harness();
    expect(await harness.deliver([record('a'), record('b', { sequenceNumber })])).toEqual({
      error: expect.objectContaining({
        message: `record 1 of 2 has a sequence number that is not a whole number of 1 to 128 digits: ${what}; the whole batch fails`,
      }),
    });
  });

  test('a record whose keys cannot be read is stored and stops nobody', async () => {
    const harness = new Harness();
    const broken = record('b');
    (broken.dynamodb as { Keys: unknown }).Keys = {};
    expect(await harness.deliver([broken, record('a')])).toEqual({ failures: [] });
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'MALFORMED', record: broken })]);
    expect(await harness.deliver([broken])).toEqual({ failures: [] });
    expect(harness.failures.records).toHaveLength(1);
  });
});

describe('commit', () => {
  const put = (id: string, condition?: string) => ({ Put: { TableName: 'Effects', Item: { id }, ...(condition && { ConditionExpression: condition }) } });

  test('writes and marks in one transaction: a second delivery does nothing', async () => {
    const harness = new Harness({ handler: (change, context) => context.commit([put(String(change.keys.id))]) });
    const records = distinct(3);
    await harness.deliver(records);
    await harness.deliver(records);
    expect(harness.handlerCalls).toBe(3);
    expect(harness.db.table('Effects').size).toBe(3);
    expect(harness.db.counts.requests).toBe(5);
  });

  test('a handler that fails after its commit has settled the change', async () => {
    const harness = new Harness({
      handler: async (_change, context) => {
        await context.commit([put('x')]);
        throw new Error('too late');
      },
    });
    expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
    expect(harness.handlerCalls).toBe(1);
    expect(harness.failures.records).toEqual([]);
  });

  test('a second commit is refused, and the change stays settled', async () => {
    let second: unknown;
    const harness = new Harness({
      handler: async (_change, context) => {
        await context.commit([put('x')]);
        second = await context.commit([put('y')]).catch((error: unknown) => error);
      },
    });
    await harness.deliver([record('a')]);
    expect(second).toMatchObject({ name: 'CommitMisuseError' });
    expect([...harness.db.table('Effects').keys()]).toEqual(['x']);
  });

  test("tells the handler's failed condition from the mark's", async () => {
    const errors: unknown[] = [];
    const harness = new Harness({
      handler: async (_change, context) => {
        await context.commit([put('free'), put('taken', 'attribute_not_exists(id)')]).catch((error: unknown) => errors.push(error));
        await context.commit([put('instead')]);
      },
    });
    harness.db.table('Effects').set('taken', { id: 'taken' });
    expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
    expect(errors).toEqual([expect.any(CommitConditionError)]);
    expect((errors[0] as CommitConditionError).failedWrites).toEqual([1]);
    expect([...harness.db.table('Effects').keys()]).toEqual(['taken', 'instead']);
  });

  test('conflicts are tried again and cost no attempt', async () => {
    let conflicts = 5;
    const harness = new Harness({
      settings: { maxAttempts: 1 },
      handler: (_change, context) => context.commit([put('x')]),
      wrap: (ports) => ({
        ...ports,
        client: aroundClient(ports.client, async (operation, call) => {
          if (operation === 'transactWrite' && conflicts > 0) {
            conflicts -= 1;
            throw new StoreError('TransactionCanceledException', [{ Code: 'TransactionConflict' }, { Code: 'None' }]);
          }
          return call();
        }),
      }),
    });
    expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
    expect(harness.handlerCalls).toBe(1);
  });

  test('a lost answer does not repeat the writes', async () => {
    let lost = true;
    const harness = new Harness({
      handler: (_change, context) => context.commit([{ Update: { TableName: 'Effects', Key: { id: 'sum' }, UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one', ExpressionAttributeValues: { ':zero': 0, ':one': 1 } } }]),
      wrap: (ports) => ({
        ...ports,
        client: aroundClient(ports.client, async (operation, call) => {
          const answer = await call();
          if (operation === 'transactWrite' && lost) {
            lost = false;
            throw new StoreError('TimeoutError');
          }
          return answer;
        }),
      }),
    });
    expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
    expect(harness.db.table('Effects').get('sum')).toEqual({ id: 'sum', n: 1 });
  });

  test('two deliveries at once: one wins, the other settles without writing', async () => {
    const waiting: (() => void)[] = [];
    const seen: unknown[] = [];
    const harness = new Harness({
      handler: async (_change, context) => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) waiting.forEach((go) => go());
        });
        await context.commit([{ Update: { TableName: 'Effects', Key: { id: 'sum' }, UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one', ExpressionAttributeValues: { ':zero': 0, ':one': 1 } } }])
          .catch((error: unknown) => { seen.push(error); throw error; });
      },
    });
    const records = [record('a')];
    harness.memory.finishedInvocation = true;
    expect(await Promise.all([harness.deliver(records), harness.deliver(records)])).toEqual([{ failures: [] }, { failures: [] }]);
    expect(seen).toEqual([expect.any(AlreadyAppliedError)]);
    expect(harness.db.table('Effects').get('sum')).toEqual({ id: 'sum', n: 1 });
  });

  test('warns once when it writes to the table it listens to', async () => {
    const harness = new Harness({ handler: (change, context) => context.commit([{ Put: { TableName: 'Orders', Item: { id: change.keys.id } } }]) });
    (harness.db as unknown as { keyNames: object }).keyNames = { Ledger: 'pk', Orders: 'id' };
    await harness.deliver(distinct(3));
    expect(harness.logs('WARN').filter(({ message }) => message.includes('answers itself'))).toHaveLength(1);
  });
});

describe('what a handler is told', () => {
  test('a stable idempotency key, the attempt, the time left, and logs without content', async () => {
    const contexts: { key: string; attempt: number; left: number }[] = [];
    const harness = new Harness({
      handler: (change, context) => {
        contexts.push({ key: context.idempotencyKey, attempt: context.attempt, left: context.remainingTimeMillis() });
        context.logger.info('hello', { size: 1 });
        if (context.attempt < 3) throw new Error(`secret ${String(change.keys.id)}`);
      },
    });
    await harness.deliver([record('card-4711')]);
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(contexts.map(({ key }) => key)).size).toBe(1);
    expect(contexts[0].key).toHaveLength(43);
    expect(contexts[0].left).toBe(297_000);
    expect(harness.lines.join('\n')).not.toMatch(/4711|secret/);
  });
});
