import { aroundClient } from './faults';
import { distinct, Harness, record, TestHandler } from './harness';
import { StoreError } from '../../src/local/simulate/memory-dynamodb';
import { AlreadyAppliedError } from '../../src/runtime';

const put = (id: string, condition?: string) => ({ Put: { TableName: 'Effects', Item: { id }, ...(condition && { ConditionExpression: condition }) } });

/** A store that takes a while to answer. */
const slowly = (handler: TestHandler): Harness => {
  const harness: Harness = new Harness({
    handler,
    wrap: (ports) => ({
      ...ports,
      client: aroundClient(ports.client, async (operation, call) => {
        if (operation === 'transactWrite') await harness.clock.sleep(500);
        return call();
      }),
    }),
  });
  return harness;
};

test('a second commit that nobody waits for takes nothing from the first', async () => {
  const harness = slowly((_change, context) => {
    void context.commit([put('first')]);
    void context.commit([put('second')]);
  });
  const records = [record('a')];

  expect(await harness.deliver(records)).toEqual({ failures: [] });
  await harness.virtual.runAsync();
  expect([...harness.db.table('Effects').keys()]).toEqual(['first']);
  expect(harness.logs('ERROR')).toEqual([expect.objectContaining({ message: expect.stringContaining('a change is committed once') })]);
});

test('a commit that the handler did not wait for fails the change when its condition does not hold', async () => {
  const harness = slowly((_change, context) => { void context.commit([put('taken', 'attribute_not_exists(id)')]); });
  harness.db.table('Effects').set('taken', { id: 'taken' });

  await harness.deliver([record('a')]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', error: expect.objectContaining({ name: 'CommitConditionError' }) })]);
});

test('a commit of more writes than a transaction takes fails the change, also when its error is caught', async () => {
  const harness = new Harness({ handler: (_change, context) => context.commit(Array.from({ length: 100 }, (_, index) => put(`${index}`))).catch(() => undefined) });

  await harness.deliver([record('a')]);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', error: expect.objectContaining({ name: 'CommitMisuseError' }) })]);
});

test('a commit after the handler has ended is refused, and ends no process', async () => {
  const rejections: unknown[] = [];
  const listener = (error: unknown) => rejections.push(error);
  process.on('unhandledRejection', listener);
  const harness: Harness = new Harness();
  (harness.options as { handler: TestHandler }).handler = (_change, context) => {
    harness.virtual.at(harness.virtual.now() + 1, () => { void context.commit([put('late')]); });
  };

  expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
  await harness.virtual.runAsync(() => false, { wholeTurns: true });
  process.off('unhandledRejection', listener);
  expect(harness.db.table('Effects').size).toBe(0);
  expect(rejections).toEqual([]);
  expect(harness.logs('ERROR')).toEqual([expect.objectContaining({ message: expect.stringContaining('the attempt has ended') })]);
});

test('a handler that says of itself that another delivery was faster, which the ledger denies, has failed', async () => {
  const harness = new Harness({ handler: () => { throw new AlreadyAppliedError(); } });
  harness.memory.finishedInvocation = true;

  expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
  expect(harness.handlerCalls).toBe(5);
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED' })]);
});

describe('what the handler hands to commit', () => {
  const CANARY = 'canary-7f3a';
  const own = (writes: unknown) => new Harness({
    settings: { maxAttempts: 2 },
    handler: ({ keys }, context) => (keys.id === 'item-0' ? context.commit(writes as never) : context.commit([put(String(keys.id))])),
  });
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;

  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /a commit takes a list of writes, undefined was given/],
    ['null', null, /a commit takes a list of writes, null was given/],
    ['one write without a list', put('x'), /a commit takes a list of writes, a value of type object was given/],
    ['a text', CANARY, /a commit takes a list of writes, a value of type string was given/],
    ['100 writes', Array.from({ length: 100 }, (_, index) => put(`${index}`)), /a commit takes up to 99 writes, 100 were given/],
    ['a hole', [put('x'), undefined], /write 1 of the commit is undefined, not an object with one of Put, Update, Delete, ConditionCheck/],
    ['a write of an unknown kind', [{ [CANARY]: put('x').Put }], /write 0 of the commit must have exactly one of Put/],
    ['two writes in one', [{ ...put('x'), Delete: { TableName: 'Effects', Key: { id: 'y' } } }], /write 0 of the commit must have exactly one of Put/],
    ['a write of null', [{ Put: null }], /Put of write 0 of the commit is null, not an object/],
    ['a write without a table', [{ Put: { Item: { id: 'x' } } }], /Put of write 0 of the commit names no table: TableName is undefined/],
    ['a write to a table without a name', [{ Put: { TableName: '', Item: { id: 'x' } } }], /names no table: TableName is an empty string/],
    ['two writes of one item', [put('x'), put('x')], /ValidationException/],
    ['an accessor that throws', [{ Put: { TableName: 'Effects', get Item(): object { throw new Error('no such thing'); } } }], /no such thing/],
    ['an accessor that throws inside', [{ Put: { TableName: 'Effects', Item: { id: 'x', get total(): number { throw new Error('no such thing'); } } } }], /no such thing/],
    ['a cyclic item', [{ Put: { TableName: 'Effects', Item: cyclic } }], /a value contains itself/],
    ['a revoked proxy', [(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()], /revoked/],
  ])('%s fails an attempt of its change with a sentence, and others go on', async (_what, writes, sentence) => {
    const harness = own(writes);

    await harness.deliverUntilSettled(distinct(3));

    expect(harness.failures.records).toEqual([
      expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 2, error: expect.objectContaining({ message: expect.stringMatching(sentence) }) }),
    ]);
    expect([...harness.db.table('Effects').keys()]).toEqual(['item-1', 'item-2']);
    expect(harness.logs('WARN').filter(({ message }) => message === 'attempt failed')).toHaveLength(2);
    expect(harness.lines.join()).not.toContain(CANARY);
  });

  test('an error of the client that nobody has listed is tried a few times, and is the handler\'s failure then', async () => {
    let tries = 0;
    const harness = new Harness({
      settings: { maxAttempts: 2 },
      handler: (_change, context) => context.commit([put('x')]),
      wrap: (ports) => ({
        ...ports,
        client: aroundClient(ports.client, async (operation, call) => {
          if (operation !== 'transactWrite') return call();
          tries += 1;
          throw new Error('cannot be encoded');
        }),
      }),
    });
    await harness.deliverUntilSettled(distinct(1));
    expect(tries).toBe(6);
    expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED', attempts: 2, error: expect.objectContaining({ message: 'cannot be encoded' }) })]);
  });

  test('what the handler changes after its call is not written by a later try', async () => {
    let busy = true;
    const harness: Harness = new Harness({
      handler: (_change, context) => {
        const item = { id: 'x', total: 1 };
        const commit = context.commit([{ Put: { TableName: 'Effects', Item: item } }]);
        item.total = 2;
        return commit;
      },
      wrap: (ports) => ({
        ...ports,
        client: aroundClient(ports.client, async (operation, call) => {
          if (operation === 'transactWrite' && busy) {
            busy = false;
            throw new StoreError('ThrottlingException');
          }
          return call();
        }),
      }),
    });
    await harness.deliverUntilSettled(distinct(1));
    expect(harness.db.table('Effects').get('x')).toEqual({ id: 'x', total: 1 });
  });

  test.each([
    [['TransactionConflict', 'None'], true], [['ThrottlingError', 'TransactionConflict'], true],
    [['ValidationError', 'TransactionConflict'], false], [['AccessDenied', 'None'], false], [['ItemCollectionSizeLimitExceeded', 'ThrottlingError'], false],
  ])('a transaction that is cancelled for %j is tried again: %p', async (codes, again) => {
    let tries = 0;
    const harness = new Harness({
      settings: { maxAttempts: 1 },
      handler: (_change, context) => context.commit([put('x')]),
      wrap: (ports) => ({
        ...ports,
        client: aroundClient(ports.client, async (operation, call) => {
          if (operation !== 'transactWrite') return call();
          tries += 1;
          if (tries < 5) throw new StoreError('TransactionCanceledException', codes.map((Code) => ({ Code })));
          return call();
        }),
      }),
    });
    await harness.deliverUntilSettled(distinct(1));
    expect([tries, harness.failures.records.length]).toEqual(again ? [5, 0] : [1, 1]);
  });
});
