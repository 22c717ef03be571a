/** The engine that hands what the relay's mapping gave up back to the relay, against a relay that only writes down what it gets. */

import { giveUp, MAPPING, MemoryStore } from './memory';
import { RelayRedriveAnswer, RelayRedriveRequest, RelayRedriveResult } from '../../../src/contract/relay-redrive';
import { VirtualClock } from '../../../src/local/drive/memory-clock';
import { StreamRecord } from '../../../src/runtime/change/record';
import { FunctionFailedError, RelayFunction, StoredObjects } from '../../../src/runtime/redriver/ports';
import { discardRelayBatches, RelayRedriver, RelayRedriverOptions } from '../../../src/runtime/redriver/relay-batches';
import { clockOn, record } from '../harness';

const sequences = (changes: readonly unknown[]) => (changes as readonly StreamRecord[]).map(({ dynamodb }) => dynamodb!.SequenceNumber!);
const many = (count: number) => Array.from({ length: count }, () => record('a'));
const live = new AbortController().signal;

class FakeRelay implements RelayFunction {
  public readonly requests: RelayRedriveRequest[] = [];
  /** What each subscriber got, in order. */
  public readonly got = new Map<string, string[]>();
  public down = new Set<string>();

  public constructor(private readonly names: readonly string[], private readonly around: (request: RelayRedriveRequest) => void = () => undefined) {}

  public async handBack(request: RelayRedriveRequest): Promise<RelayRedriveAnswer> {
    this.requests.push(request);
    this.around(request);
    const names = this.names.filter((name) => !request.except.includes(name));
    return { cdcRelayRedrive: 1, results: names.map((name) => this.take(name, sequences(request.changes))) };
  }

  public takenBy(name: string): readonly string[] {
    return this.got.get(name) ?? [];
  }

  private take(name: string, changes: readonly string[]): RelayRedriveResult {
    if (this.down.has(name)) return { name, wanted: changes.length, sent: 0, error: 'QueueDoesNotExist' };
    this.got.set(name, [...this.takenBy(name), ...changes]);
    return { name, wanted: changes.length, sent: changes.length };
  }
}

async function redrive(store: StoredObjects, relay: RelayFunction, more: Partial<RelayRedriverOptions> = {}) {
  const virtual = new VirtualClock(0);
  const redriver = new RelayRedriver({ store, relay, mappings: [MAPPING], clock: clockOn(virtual), stop: live, ...more });
  let over = false;
  const run = redriver.run().finally(() => { over = true; });
  run.catch(() => undefined);
  await virtual.runAsync(() => over);
  return run;
}

test('batches go to the relay in order, in requests of at most a hundred, and are deleted when all have taken them', async () => {
  const store = new MemoryStore();
  const [first, second] = [many(250), many(3)];
  giveUp(store, first, 'id-1');
  giveUp(store, second, 'id-2');
  const relay = new FakeRelay(['email', 'sms']);
  expect(await redrive(store, relay)).toMatchObject({
    batches: 2, changes: 253, left: 0, sent: { email: 253, sms: 253 }, refused: {}, setAside: 0, interrupted: false, isIncomplete: false,
  });
  expect(relay.requests.map(({ changes }) => changes.length)).toEqual([100, 100, 50, 3]);
  for (const name of ['email', 'sms']) expect(relay.takenBy(name)).toEqual(sequences([...first, ...second]));
  expect(store.keys()).toEqual([]);
  // One generation a batch, and none that the relay uses itself.
  const generations = relay.requests.map(({ generation }) => generation);
  expect(new Set(generations).size).toBe(2);
  expect(generations[0]).toBe(generations[2]);
  for (const generation of generations) expect(generation).toMatch(/^r[0-9a-f]{16}$/);
});

test('requests stay below what Lambda takes, in bytes', async () => {
  const store = new MemoryStore();
  // Each character is three bytes.
  giveUp(store, Array.from({ length: 4 }, () => record('a', { newImage: { text: { S: '€'.repeat(500_000) } } })));
  const relay = new FakeRelay(['email']);
  await redrive(store, relay);
  expect(relay.requests.map(({ changes }) => changes.length)).toEqual([2, 2]);
});

test('as many a second as are asked for', async () => {
  const store = new MemoryStore();
  giveUp(store, many(25));
  const relay = new FakeRelay(['email']);
  await redrive(store, relay, { rate: 10 });
  expect(relay.requests.map(({ changes }) => changes.length)).toEqual([10, 10, 5]);
});

describe('a subscriber whose queue does not take it', () => {
  test('gets nothing that comes behind it; the batch stays, and the others get it once', async () => {
    const store = new MemoryStore();
    const batches = [many(150), many(2)];
    const keys = batches.map((batch, index) => giveUp(store, batch, `id-${index}`));
    const relay = new FakeRelay(['email', 'sms']);
    relay.down.add('sms');
    expect(await redrive(store, relay)).toMatchObject({ batches: 0, left: 2, sent: { email: 152 }, refused: { sms: 'QueueDoesNotExist' }, isIncomplete: true });
    expect(relay.requests.map(({ except }) => except)).toEqual([[], ['sms'], ['sms']]);
    expect(store.keys('aws/')).toEqual([...keys].sort());
    // WHEN the queue takes them again
    relay.down.clear();
    expect(await redrive(store, relay)).toMatchObject({ batches: 2, left: 0, sent: { sms: 152 } });
    for (const name of ['email', 'sms']) expect(relay.takenBy(name)).toEqual(sequences(batches.flat()));
    expect(store.keys()).toEqual([]);
  });

  test('of a part only is not among those who have it', async () => {
    const store = new MemoryStore();
    giveUp(store, many(2));
    const part: RelayFunction = { handBack: async () => ({ cdcRelayRedrive: 1, results: [{ name: 'email', wanted: 2, sent: 1, error: 'NoAnswer' }] }) };
    expect(await redrive(store, part)).toMatchObject({ batches: 0, left: 1 });
    expect(store.keys()).toHaveLength(1);
  });
});

describe('a relay that ends without an answer', () => {
  test('is asked for each half', async () => {
    const store = new MemoryStore();
    const batch = many(100);
    giveUp(store, batch);
    const relay = new FakeRelay(['email'], ({ changes }) => { if (changes.length > 30) throw new FunctionFailedError('Sandbox.Timedout'); });
    expect(await redrive(store, relay)).toMatchObject({ batches: 1, sent: { email: 100 } });
    expect(relay.takenBy('email')).toEqual(sequences(batch));
  });

  test('also for a single change keeps that batch and all behind it', async () => {
    const store = new MemoryStore();
    const [first, second] = [many(3), many(2)];
    giveUp(store, first, 'id-1');
    giveUp(store, second, 'id-2');
    const relay = new FakeRelay(['email'], ({ changes }) => { if (sequences(changes).includes(sequences(first)[1])) throw new FunctionFailedError('Runtime.ExitError'); });
    expect(await redrive(store, relay)).toMatchObject({ batches: 0, left: 2, ended: 'Runtime.ExitError', isIncomplete: true });
    // What comes before it is sent again the next time, and known.
    expect(relay.takenBy('email')).toEqual(sequences(first.slice(0, 1)));
    expect(store.keys()).toHaveLength(2);
  });

  test('a subscriber that a later answer leaves out keeps its batch: what it has of that nobody knows', async () => {
    const store = new MemoryStore();
    giveUp(store, many(150));
    const relay = new FakeRelay(['email', 'sms']);
    const handBack = async (request: RelayRedriveRequest) => {
      const answer = await relay.handBack(request);
      return request.changes.length === 100 ? answer : { ...answer, results: answer.results.filter(({ name }) => name === 'email') };
    };
    expect(await redrive(store, { handBack })).toMatchObject({ batches: 0, left: 1, refused: { sms: 'NoAnswer' }, isIncomplete: true });
    expect(store.keys().some((key) => key.includes(MAPPING))).toBe(true);
  });

  test.each<[string, RelayFunction]>([
    ['an older library', { handBack: async () => ({ batchItemFailures: [] }) as never }],
    ['half an answer', { handBack: async () => ({ cdcRelayRedrive: 1, results: [{ name: 'email' }] }) as never }],
    ['an answer without results', { handBack: async () => ({ cdcRelayRedrive: 1 }) as never }],
    ['a newer one', { handBack: async () => { throw new FunctionFailedError('RelayRedriveRequestError'); } }],
  ])('fails for a relay of %s with what to do, and keeps the batch', async (_what, relay) => {
    const store = new MemoryStore();
    giveUp(store, many(2));
    await expect(redrive(store, relay)).rejects.toThrow('The deployed relay does not understand this redrive: deploy its stack');
    expect(store.keys('aws/')).toHaveLength(1);
  });
});

test('an object that cannot be read is set aside; of a batch with a record that cannot, the others go on', async () => {
  const store = new MemoryStore();
  const nameless = record('b');
  (nameless.dynamodb as { SequenceNumber?: string }).SequenceNumber = undefined;
  const one = record('a');
  const broken = giveUp(store, many(1), 'id-1');
  store.objects.set(broken, 'broken');
  const odd = giveUp(store, [one, nameless], 'id-2');
  const relay = new FakeRelay(['email']);
  expect(await redrive(store, relay)).toMatchObject({ batches: 1, setAside: 2, isIncomplete: true });
  expect(relay.takenBy('email')).toEqual(sequences([one]));
  expect(store.keys()).toEqual([broken, odd].map((key) => `changes/.set-aside/cdc.relay/${key}`).sort());
});

test('interrupted it finishes the request under way; what is not deleted is sent again', async () => {
  const store = new MemoryStore();
  giveUp(store, many(250));
  const stop = new AbortController();
  const relay = new FakeRelay(['email'], () => stop.abort());
  expect(await redrive(store, relay, { stop: stop.signal })).toMatchObject({ interrupted: true, isIncomplete: true, left: 1 });
  expect(relay.requests).toHaveLength(1);
  expect(store.keys()).toHaveLength(1);
});

test('a discard of batches that is repeated keeps who began it', async () => {
  const store = new MemoryStore();
  const key = giveUp(store, many(2), 'id-1');
  const first = { by: 'ann', reason: 'old', at: '2026-11-25T00:00:00Z' };
  const dying = Object.assign(Object.create(store) as MemoryStore, { remove: async () => { throw new Error('socket hang up'); } });
  await expect(discardRelayBatches({ store: dying, mappings: [MAPPING], stop: live }, first)).rejects.toThrow('socket hang up');
  await discardRelayBatches({ store, mappings: [MAPPING], stop: live }, { ...first, by: 'bob' });
  expect(JSON.parse(store.objects.get(`changes/.discarded/cdc.relay/${key}`)!)).toMatchObject(first);
});

test('discarded batches are kept with who and why', async () => {
  const store = new MemoryStore();
  const key = giveUp(store, many(2));
  const text = store.objects.get(key);
  const summary = await discardRelayBatches({ store, mappings: [MAPPING], stop: live }, { by: 'ann', reason: 'a test', at: '2026-11-25T00:00:00.000Z' });
  expect(summary).toMatchObject({ discarded: 1, isIncomplete: false });
  expect(store.keys()).toEqual([`changes/.discarded/cdc.relay/${key}`]);
  expect(JSON.parse(store.objects.get(store.keys()[0])!)).toMatchObject({ by: 'ann', reason: 'a test', batch: text });
});

describe('killed', () => {
  const CALLS = ['list', 'get', 'put', 'remove', 'handBack'] as const;
  type Call = typeof CALLS[number];
  class Killed extends Error {}

  /** A run that ends before or after the given call of a port; how many calls there were. */
  async function killedAt(store: MemoryStore, relay: FakeRelay, ordinal: number, after: boolean): Promise<number> {
    let calls = 0;
    const guarded = <T extends object>(inner: T): T => new Proxy(inner, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function' || !CALLS.includes(name as Call)) return member;
        return async (...parameters: unknown[]) => {
          const now = calls === ordinal;
          calls += 1;
          if (now && !after) throw new Killed();
          const answer = await (member as (...all: unknown[]) => Promise<unknown>).apply(target, parameters);
          if (now) throw new Killed();
          return answer;
        };
      },
    });
    const run = redrive(guarded<StoredObjects>(store), guarded<RelayFunction>(relay));
    await run.catch((error: unknown) => { if (!(error instanceof Killed)) throw error; });
    return calls;
  }

  function start() {
    const store = new MemoryStore();
    const batches = [many(150), many(3)];
    batches.forEach((batch, index) => giveUp(store, batch, `id-${index}`));
    const relay = new FakeRelay(['email', 'sms']);
    relay.down.add('sms');
    return { batches, relay, store };
  }

  test.each(['before', 'after'])('%s any call and run again: every subscriber has everything, first seen in order, and nothing is left', async (when) => {
    const after = when === 'after';
    const whole = start();
    const calls = await killedAt(whole.store, whole.relay, Infinity, after);
    expect(calls).toBeGreaterThan(8);
    for (let ordinal = 0; ordinal < calls; ordinal += 1) {
      const { batches, relay, store } = start();
      await killedAt(store, relay, ordinal, after);
      // A batch goes only when all have it.
      expect(store.keys('aws/')).toHaveLength(2);
      relay.down.clear();
      await killedAt(store, relay, ordinal, after);
      for (const [index, batch] of batches.entries()) {
        if (store.keys('aws/').some((key) => key.includes(`id-${index}`))) continue;
        for (const name of ['email', 'sms']) expect(relay.takenBy(name)).toEqual(expect.arrayContaining(sequences(batch)));
      }
      await redrive(store, relay);
      for (const name of ['email', 'sms']) expect([...new Set(relay.takenBy(name))]).toEqual(sequences(batches.flat()));
      expect(store.keys()).toEqual([]);
    }
  });
});
