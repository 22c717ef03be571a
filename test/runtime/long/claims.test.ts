import { LEASE_SECONDS, LongHarness, LongHarnessOptions, WORK_MILLIS } from './harness';
import { ClaimState, LEDGER_VERSION } from '../../../src/contract/ledger';
import { PermanentError } from '../../../src/runtime';
import { TestHandler, record, START } from '../harness';

const LEASE = LEASE_SECONDS * 1000;
const put = (id: string) => [{ Put: { TableName: 'Effects', Item: { id } } }];

/** A harness with one message of item `a` in its queue. */
function withOne(options: LongHarnessOptions = {}) {
  const harness = new LongHarness(options);
  harness.send(record('a'));
  return { harness, message: harness.receive()! };
}

/** A call that takes its time, and gives up when its signal says so. */
const taking = (harness: LongHarness, millis: number): TestHandler => async (_change, { signal }) => {
  await harness.clock.sleep(millis, signal);
  signal.throwIfAborted();
};

describe('on the good path', () => {
  test('a change costs two requests to the store, two write units and one request to the queue', async () => {
    const { harness, message } = withOne();
    expect(await harness.settle(message)).toBe(true);
    expect(harness.db.counts).toEqual({ requests: 2, writeUnits: 2, readUnits: 0 });
    expect(harness.visibilities).toHaveLength(1);
    expect(harness.queue.size).toBe(0);
  });

  test('a commit puts mark and fence into its transaction and costs no write of its own', async () => {
    const { harness, message } = withOne();
    harness.handler = (change, context) => context.commit(put(String(change.keys.id)));
    expect(await harness.settle(message)).toBe(true);
    // A claim, then a transaction of two writes at two units each.
    expect(harness.db.counts).toEqual({ requests: 2, writeUnits: 1 + 2 * 2, readUnits: 0 });
    expect([...harness.db.table('Effects').keys()]).toEqual(['a']);
  });

  test('a change delivered again is known at the price of a refused claim and a read', async () => {
    const { harness, message } = withOne();
    await harness.settle(message);
    harness.send(JSON.parse(message.body).changes[0]);
    expect(await harness.settle(harness.receive()!)).toBe(true);
    expect(harness.handlerCalls).toBe(1);
    expect(harness.db.counts).toEqual({ requests: 4, writeUnits: 3, readUnits: 1 });
    // It was not worked on, so nothing was leased.
    expect(harness.visibilities).toHaveLength(1);
  });

  test('each delivery has an owner of its own and a larger fence', async () => {
    const harness = new LongHarness();
    const claims: [ClaimState, number][] = [];
    harness.handler = () => void claims.push([harness.row()!.claim!, harness.row()!.fence!]);
    harness.send(record('a'));
    harness.send(record('a'));
    await harness.work();
    expect(claims).toEqual([
      [{ owner: 'owner-1', message: 'message-1', receives: 1 }, 1], [{ owner: 'owner-2', message: 'message-2', receives: 1 }, 2],
    ]);
  });
});

describe('visibility', () => {
  test('is shortened to the lease before the work begins, and renewed at every third of it while the work lives', async () => {
    const { harness, message } = withOne();
    harness.handler = taking(harness, 35_000);
    expect(await harness.settle(message)).toBe(true);
    const asked = harness.visibilities.map(({ at, seconds }) => [at - START, seconds]);
    expect(asked).toEqual([0, 10_000, 20_000, 30_000].map((at) => [at, LEASE_SECONDS]));
    // A heartbeat asks whether the claim still holds: one read.
    expect(harness.db.counts).toEqual({ requests: 5, writeUnits: 2, readUnits: 3 });
  });

  test('blocks the item for no longer than the lease after its worker has died, and the next delivery runs at once', async () => {
    const { harness, message } = withOne();
    const life = harness.life();
    harness.handler = taking(harness, 35_000);
    void harness.invoke(message, life);
    await harness.pass(25_000);
    life.dead = true;
    const died = harness.virtual.now();
    expect(harness.receive()).toBeUndefined();
    await harness.pass(harness.queue.nextVisibleAt(died)! - died);
    expect(harness.virtual.now() - died).toBeLessThanOrEqual(LEASE);
    const calls = harness.handlerCalls;
    expect(await harness.settle(harness.receive()!)).toBe(true);
    expect(harness.handlerCalls).toBe(calls + 1);
  });

  test('that cannot be set lets nothing begin', async () => {
    const { harness, message } = withOne({ around: (operation, call) => operation === 'visibility' ? Promise.reject(new Error('no')) : call() });
    expect(await harness.settle(message)).toBe(false);
    expect(harness.handlerCalls).toBe(0);
    expect(harness.row()?.failing).toBeUndefined();
    expect(harness.logs('WARN').map(({ error }) => (error as Error).name)).toContain('LeaseError');
  });

  test('that is not set at first is set at another try', async () => {
    let failures = 2;
    const { harness, message } = withOne({
      around: (operation, call) => {
        if (operation !== 'visibility' || failures === 0) return call();
        failures -= 1;
        return Promise.reject(new Error('no'));
      },
    });
    expect(await harness.settle(message)).toBe(true);
  });
});

describe('a second invocation with the same receive', () => {
  test('does not run while the first does, uses up no attempt, and leaves visibility and message to it', async () => {
    const { harness, message } = withOne();
    harness.handler = taking(harness, 25_000);
    const first = harness.invoke(message, harness.life());
    await harness.pass(5_000);
    const before = harness.visibilities.length;
    expect(await harness.settle(message)).toBe(false);
    expect(harness.visibilities).toHaveLength(before);
    expect(harness.row()).toMatchObject({ fence: 1 });
    expect(harness.row()!.failing).toBeUndefined();
    expect(harness.queue.size).toBe(1);
    expect(await harness.answerOf(first)).toBe(true);
    expect(harness.handlerCalls).toBe(1);
  });

  test('leaves the first its lease also when the ledger refuses to tell whose the item is', async () => {
    const { harness, message } = withOne();
    const second = harness.life('second');
    harness.around = (operation, call, life) => {
      if (life === second && operation === 'update') return Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
      return call();
    };
    harness.handler = taking(harness, 25_000);
    const first = harness.invoke(message, harness.life());
    await harness.pass(5_000);
    expect(await harness.settle(message, second)).toBe(false);
    await harness.pass(10_000);
    expect(harness.receive()).toBeUndefined();
    expect(await harness.answerOf(first)).toBe(true);
    expect(harness.handlerCalls).toBe(1);
  });

  test('does not run after the first has put the change off either', async () => {
    const { harness, message } = withOne({ handler: () => { throw new Error('no'); } });
    expect(await harness.settle(message)).toBe(false);
    expect(await harness.settle(message)).toBe(false);
    expect(harness.handlerCalls).toBe(1);
  });

  test('nor does one with an earlier receive', async () => {
    const { harness, message } = withOne();
    await harness.pass(harness.queue.nextVisibleAt(harness.virtual.now())! - harness.virtual.now());
    harness.handler = taking(harness, 5_000);
    const second = harness.invoke(harness.receive()!, harness.life());
    await harness.pass(1_000);
    expect(await harness.settle(message)).toBe(false);
    expect(await harness.answerOf(second)).toBe(true);
    expect(harness.handlerCalls).toBe(1);
  });
});

test('two changes of a parked item that share a message are stored behind its poison in one delivery', async () => {
  const { harness, message } = withOne({ handler: () => { throw new PermanentError('never'); } });
  expect(await harness.settle(message)).toBe(true);
  harness.send(record('a'), record('a'));
  expect(await harness.settle(harness.receive()!)).toBe(true);
  expect(harness.failures.records).toHaveLength(3);
});

describe('a worker that sleeps longer than its lease', () => {
  /** The first delivery sleeps in its handler until another has settled the change; then it does what the test says. */
  async function overtaken(then: TestHandler, look = false) {
    const { harness, message } = withOne({ settings: { maxAttempts: 1 } });
    const sleeper = harness.life();
    let aborted: unknown;
    harness.handler = async (change, context, life) => {
      if (life !== sleeper) return context.commit(put('second'));
      sleeper.sleepFor(LEASE + 5_000);
      await life.clock.sleep(1_000);
      // Its timers are due as soon as it wakes.
      if (look) await life.clock.sleep(1);
      aborted = context.signal.reason;
      return then(change, context);
    };
    const first = harness.invoke(message, sleeper);
    await harness.pass(LEASE + 1);
    expect(await harness.settle(harness.receive()!)).toBe(true);
    const row = harness.row();
    expect(row).toMatchObject({ fence: 2 });
    expect(await harness.answerOf(first)).toBe(false);
    return { harness, row, aborted };
  }

  test.each<[string, TestHandler]>([
    ['commits', (_change, context) => context.commit(put('first'))],
    ['returns', () => undefined],
    ['fails', () => { throw new Error('no'); }],
    ['gives the change up', () => { throw new PermanentError('never'); }],
  ])('writes nothing when it then %s', async (_what, then) => {
    const { harness, row } = await overtaken(then);
    expect(harness.row()).toEqual(row);
    expect([...harness.db.table('Effects').keys()]).toEqual(['second']);
    expect(harness.failures.records).toEqual([]);
  });

  test('finds its signal aborted', async () => {
    const { aborted } = await overtaken(() => undefined, true);
    expect(aborted).toMatchObject({ name: 'ClaimLostError' });
  });

  test.each<[string, TestHandler]>([
    ['commits', (_change, context) => context.commit(put('first'))],
    ['returns', () => undefined],
    ['fails', () => { throw new Error('no'); }],
    ['gives the change up', () => { throw new PermanentError('never'); }],
  ])('writes nothing either when it %s while the other still works', async (_what, then) => {
    const { harness, message } = withOne({ settings: { maxAttempts: 1 } });
    const sleeper = harness.life();
    harness.handler = async (change, context, life) => {
      if (life === sleeper) sleeper.sleepFor(LEASE + 5_000);
      await life.clock.sleep(20_000);
      return life === sleeper ? then(change, context) : context.commit(put('second'));
    };
    const first = harness.invoke(message, sleeper);
    await harness.pass(LEASE + 1);
    const second = harness.invoke(harness.receive()!, harness.life());
    await harness.pass(1_000);
    const row = harness.row();
    expect(row).toMatchObject({ fence: 2, mark: '' });
    expect(await harness.answerOf(first)).toBe(false);
    expect(harness.row()).toEqual(row);
    expect(harness.failures.records).toEqual([]);
    expect(await harness.answerOf(second)).toBe(true);
    expect([...harness.db.table('Effects').keys()]).toEqual(['second']);
  });
});

describe('the signal is aborted', () => {
  test('before the lease ends when the queue does not renew it', async () => {
    let abortedAt = 0;
    const { harness, message } = withOne();
    harness.handler = async (_change, { signal }) => {
      harness.around = (operation, call) => operation === 'visibility' ? Promise.reject(new Error('no')) : call();
      await harness.clock.sleep(WORK_MILLIS, signal);
      abortedAt = harness.virtual.now() - START;
      signal.throwIfAborted();
    };
    expect(await harness.settle(message)).toBe(false);
    expect(abortedAt).toBe(LEASE * 0.9);
    expect(harness.queue.nextVisibleAt(START)).toBe(START + LEASE);
    expect(harness.row()!.failing).toBeUndefined();
  });

  test('by the first heartbeat that finds the claim taken over', async () => {
    let abortedAt = 0;
    const { harness, message } = withOne();
    harness.handler = async (_change, { signal }) => {
      const row = harness.row()!;
      harness.db.table('Ledger').set(row.pk, { ...row, fence: 2 });
      await harness.clock.sleep(WORK_MILLIS, signal);
      abortedAt = harness.virtual.now() - START;
    };
    expect(await harness.settle(message)).toBe(false);
    expect(abortedAt).toBe(LEASE / 3);
    expect(harness.row()!.mark).toBe('');
  });

  test('not because the ledger does not answer: the queue alone keeps others away', async () => {
    const { harness, message } = withOne({ around: (operation, call) => operation === 'batchGet' ? Promise.reject(new Error('no')) : call() });
    harness.handler = taking(harness, 50_000);
    expect(await harness.settle(message)).toBe(true);
  });
});

test('an answer to the claim that was lost does not keep its own delivery out', async () => {
  let lose = true;
  const { harness, message } = withOne({
    around: async (operation, call) => {
      const answer = await call();
      if (operation === 'update' && lose) {
        lose = false;
        throw new Error('timeout');
      }
      return answer;
    },
  });
  expect(await harness.settle(message)).toBe(true);
  expect(harness.handlerCalls).toBe(1);
  expect(harness.row()).toMatchObject({ fence: 2 });
});

test('the row of a parked item stays without expiry, and later changes are stored behind it', async () => {
  const harness = new LongHarness({ settings: { maxAttempts: 1 }, handler: () => { throw new PermanentError('never'); } });
  harness.send(record('a'));
  harness.send(record('a'));
  await harness.work();
  expect(harness.handlerCalls).toBe(1);
  expect(harness.failures.records.map(({ reason }) => reason)).toEqual(['PERMANENT_ERROR', 'BEHIND_PARKED']);
  expect(harness.row()).toMatchObject({ parked: expect.anything(), fence: 2 });
  expect(harness.row()).not.toHaveProperty('exp');
});

test('a row of a newer version is refused, and left as it is', async () => {
  const { harness, message } = withOne();
  await harness.settle(message);
  const newer = { ...harness.row()!, v: LEDGER_VERSION + 1 };
  harness.db.table('Ledger').set(newer.pk, newer);
  harness.send(record('a'));
  expect(await harness.settle(harness.receive()!)).toBe(false);
  expect(harness.row()).toEqual(newer);
  expect(harness.handlerCalls).toBe(1);
});

test('nothing of a change reaches the log', async () => {
  const harness = new LongHarness({ handler: () => { throw new Error('quotes secret-text'); } });
  harness.send(record('a', { newImage: { text: { S: 'secret-text' } } }));
  await harness.settle(harness.receive()!);
  expect(harness.lines.length).toBeGreaterThan(0);
  expect(harness.lines.join()).not.toContain('secret-text');
});

test('a late second delivery of what a parked item has in the store takes the claim from nobody', async () => {
  const { harness, message } = withOne();
  harness.handler = () => { throw new PermanentError('never'); };
  await harness.settle(message);
  const before = harness.row()!;
  expect(before).toMatchObject({ parked: expect.anything(), fence: 1 });
  // The item's mark stands still while it is parked: only how far it is stored tells that this message is settled.
  expect(await harness.settle(message)).toBe(true);
  expect(harness.row()).toEqual(before);
  expect(harness.handlerCalls).toBe(1);
  expect(harness.failures.records).toHaveLength(1);
});

describe('an item that a redrive releases between the refused claim and the reading of its row', () => {
  /** A parked item, of which a change is in the queue, and which is released as soon as its row is asked for. */
  async function released(): Promise<{ readonly harness: LongHarness; readonly settled: boolean }> {
    const harness = new LongHarness();
    harness.handler = (change) => {
      if (change.keys.id === 'a' && harness.handlerCalls === 1) throw new PermanentError('no');
    };
    harness.send(record('a'));
    await harness.settle(harness.receive()!);
    expect(harness.row()?.parked).toBeDefined();
    harness.around = async (operation, call) => {
      if (operation === 'batchGet') {
        const row = harness.row() as { mark?: string; parked?: { tail: string } };
        row.mark = row.parked?.tail ?? row.mark;
        delete row.parked;
      }
      return call();
    };
    harness.send(record('a'));
    return { harness, settled: await harness.settle(harness.receive()!) };
  }

  test('is claimed, and its change does not wait out the visibility of its message', async () => {
    const { harness, settled } = await released();
    expect(settled).toBe(true);
    expect(harness.handlerCalls).toBe(2);
  });
});
