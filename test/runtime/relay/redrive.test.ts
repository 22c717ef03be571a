/** What the relay's mapping gave up, handed back to the relay. */

import { AroundRelay, RelayHarness } from './harness';
import { RelayRedriveRequest } from '../../../src/contract/relay-redrive';
import { Route } from '../../../src/contract/routes';
import { StreamRecord } from '../../../src/runtime/change/record';
import { never } from '../faults';
import { LEDGER, record } from '../harness';

const item = (name: Route['name'], more: Partial<Route> = {}): Route => ({ name, orderBy: 'ITEM', ...more });
const ONLY_A: Route['filter'] = { version: 1, root: { node: 'equals', image: 'NEW_IMAGE', path: ['kind'], oneOf: [{ S: 'a' }] } };
const ofKind = (kind: string, key = 'x') => record(key, { newImage: { kind: { S: kind }, secret: { S: 'never-in-a-log' } } });
const request = (changes: readonly StreamRecord[], more: Partial<RelayRedriveRequest> = {}): RelayRedriveRequest => (
  { cdcRelayRedrive: 1, generation: 'r1', changes, except: [], ...more });
const sequences = (changes: readonly StreamRecord[]) => changes.map(({ dynamodb }) => dynamodb!.SequenceNumber!);
const spilled = ({ objects }: RelayHarness) => [...objects.objects.keys()].filter((key) => key.startsWith('spill/'));

test('each target gets what its filter wants, in order, in messages that say so', async () => {
  const harness = new RelayHarness({ routes: [item('a', { filter: ONLY_A }), item('all')] });
  const changes = [ofKind('a'), ofKind('b'), ofKind('a'), ofKind('a', 'y')];
  expect(await harness.redrive(request(changes))).toEqual({
    cdcRelayRedrive: 1, results: [{ name: 'a', wanted: 3, sent: 3 }, { name: 'all', wanted: 4, sent: 4 }],
  });
  const got = harness.received('a');
  expect(got.map(({ sequenceNumber }) => sequenceNumber)).toEqual(sequences([changes[0], changes[2], changes[3]]));
  expect(harness.received('all').map(({ sequenceNumber }) => sequenceNumber)).toEqual(sequences(changes));
  for (const { envelope } of got) expect(envelope.givenUp).toBe(true);
  // One read of the relay's row, and nothing written to the ledger.
  expect(harness.db.counts).toEqual({ requests: 1, writeUnits: 0, readUnits: 1 });
  expect(harness.lines.join()).not.toContain('never-in-a-log');
});

test('what the relay sends in the stream\'s turn says nothing of the kind', async () => {
  const harness = new RelayHarness();
  await harness.deliver([ofKind('a'), ofKind('a')]);
  for (const { envelope } of harness.received('a')) expect(envelope).not.toHaveProperty('givenUp');
});

test('redriven twice it is in the queue once; beside what the relay had sent before its mapping gave up it is not dropped', async () => {
  const harness = new RelayHarness();
  const changes = [ofKind('a'), ofKind('a')];
  await harness.deliver(changes);
  await harness.redrive(request(changes));
  await harness.redrive(request(changes));
  expect(harness.received('a').map(({ sequenceNumber, envelope }) => [sequenceNumber, envelope.givenUp])).toEqual([
    ...sequences(changes).map((one) => [one, undefined]), ...sequences(changes).map((one) => [one, true]),
  ]);
});

test('who is excepted gets nothing and is not spoken of', async () => {
  const harness = new RelayHarness({ routes: [item('a'), item('b')] });
  expect((await harness.redrive(request([ofKind('a')], { except: ['a'] })))!.results).toEqual([{ name: 'b', wanted: 1, sent: 1 }]);
  expect(harness.received('a')).toEqual([]);
});

test('a target with a spill gets nothing: it would overtake what waits there', async () => {
  const harness = new RelayHarness({ routes: [item('a', { filter: ONLY_A }), item('b')] });
  harness.db.table(LEDGER).set('relay/Orders', { 'pk': 'relay/Orders', 'v': 1, 'open.a': 1, 'version.a': 1, 'answers.a': true });
  expect((await harness.redrive(request([ofKind('a')])))!.results).toEqual([{ name: 'a', wanted: 1, sent: 0, error: 'SPILLING' }, { name: 'b', wanted: 1, sent: 1 }]);
  expect(harness.received('a')).toEqual([]);
  // What it does not want is no reason to keep the batch.
  expect((await harness.redrive(request([ofKind('b')])))!.results[0]).toEqual({ name: 'a', wanted: 0, sent: 0 });
});

describe('a target that does not take it', () => {
  test('is told of with how much it has taken; nothing is spilled, and the target stays as it is', async () => {
    let sends = 0;
    const harness = new RelayHarness({
      routes: [item('a', { changesAMessage: 1 }), item('b')],
      around: async (operation, call, detail) => {
        if (operation === 'send' && detail === 'a') sends += 1;
        if (operation === 'send' && detail === 'a' && sends > 1) throw Object.assign(new Error('no'), { name: 'QueueDoesNotExist' });
        return call();
      },
    });
    const answer = await harness.redrive(request([ofKind('a'), ofKind('a'), ofKind('a', 'y')]));
    expect(answer!.results).toEqual([{ name: 'a', wanted: 3, sent: 2, error: 'QueueDoesNotExist' }, { name: 'b', wanted: 3, sent: 3 }]);
    expect(spilled(harness)).toEqual([]);
    expect(harness.openTargets).toEqual([]);
    expect(harness.logs('ERROR')).toEqual([expect.objectContaining({ target: 'a', error: 'QueueDoesNotExist' })]);
  });

  test('is looked for again: the next redrive knows its new queue', async () => {
    const harness = new RelayHarness();
    harness.deployedQueues = new Map();
    harness.restart();
    harness.deployedQueues = new Map([['a', 'a']]);
    expect((await harness.redrive(request([ofKind('a')])))!.results).toEqual([{ name: 'a', wanted: 1, sent: 0, error: 'NoQueue' }]);
    expect((await harness.redrive(request([ofKind('a')])))!.results).toEqual([{ name: 'a', wanted: 1, sent: 1 }]);
  });

  test('because its filter cannot be evaluated fails by itself', async () => {
    const harness = new RelayHarness({ targets: [{ name: 'a', orderBy: 'ITEM', filterDefect: new TypeError('no') }, { name: 'b', orderBy: 'ITEM' }] });
    expect((await harness.redrive(request([ofKind('a')])))!.results).toEqual([{ name: 'a', sent: 0, error: 'FilterFailingError' }, { name: 'b', wanted: 1, sent: 1 }]);
  });
});

test('a change whose filter fails goes with that error, and a large one through S3; both say that they were given up', async () => {
  const filter = (change: StreamRecord) => { if (change.dynamodb!.Keys!.id.S === 'odd') throw new TypeError('no'); return true; };
  const harness = new RelayHarness({ targets: [{ name: 'a', orderBy: 'ITEM', filter }] });
  const large = record('large', { newImage: { bulk: { S: 'x'.repeat(262_144) } } });
  await harness.redrive(request([ofKind('a'), ofKind('a'), ofKind('a'), record('odd'), large]));
  const envelopes = new Map(harness.received('a').map(({ key, envelope }) => [key, envelope]));
  expect(envelopes.get('odd')).toMatchObject({ givenUp: true, filterError: { name: 'TypeError' } });
  expect(envelopes.get('large')).toMatchObject({ givenUp: true, claim: { bucket: 'failures' } });
});

test('fails for a request of another version, and for a record that cannot be identified, before anything is sent', async () => {
  const harness = new RelayHarness();
  await expect(harness.redrive({ ...request([ofKind('a')]), cdcRelayRedrive: 2 as never })).rejects.toThrow('use the command of the version that is deployed');
  await expect(harness.redrive(request([ofKind('a'), { dynamodb: {} }]))).rejects.toThrow('has no sequence number');
  expect(harness.sends).toEqual([]);
});

describe('faults', () => {
  const FAULTS = ['fails', 'done, then fails', 'killed', 'done, then killed', 'entry fails'] as const;

  /** One redrive with one fault, and one without: how many calls of ports the first took. */
  async function redriven(ordinal: number, fault: typeof FAULTS[number]): Promise<number> {
    let calls = 0;
    let alive = true;
    const around: AroundRelay = async (operation, call) => {
      const now = calls === ordinal;
      calls += 1;
      const end = <T>(): Promise<T> => {
        if (fault.endsWith('fails')) throw new Error('fault');
        alive = false;
        return never();
      };
      if (now && fault === 'entry fails') return (operation === 'send' ? { accepted: [], failed: [] } : call()) as ReturnType<typeof call>;
      if (now && !fault.startsWith('done')) return end();
      const answer = await call();
      return now ? end() : answer;
    };
    const harness = new RelayHarness({ routes: [item('a', { filter: ONLY_A }), item('b', { changesAMessage: 1 })], around });
    const large = record('large', { newImage: { kind: { S: 'a' }, bulk: { S: 'x'.repeat(262_144) } } });
    const batch = [ofKind('a'), ofKind('b'), ofKind('a'), large];
    const first = await harness.redrive(request(batch), 60_000, () => alive).catch(() => undefined);
    alive = true;
    const ofFirst = calls;
    const got = { a: harness.received('a'), b: harness.received('b') };
    // What is said to be sent is in the queue.
    for (const { name, sent } of first?.results ?? []) expect(got[name as 'a' | 'b'].length).toBeGreaterThanOrEqual(sent);
    expect(spilled(harness)).toEqual([]);
    expect(harness.openTargets).toEqual([]);
    const second = await harness.redrive(request(batch));
    expect(second!.results).toEqual([{ name: 'a', wanted: 3, sent: 3 }, { name: 'b', wanted: 4, sent: 4 }]);
    const ofX = (name: 'a' | 'b') => [...got[name], ...harness.received(name)].filter(({ key }) => key === 'x').map(({ sequenceNumber }) => sequenceNumber);
    expect([...new Set(ofX('a'))]).toEqual(sequences([batch[0], batch[2]]));
    expect([...new Set(ofX('b'))]).toEqual(sequences(batch.slice(0, 3)));
    return ofFirst;
  }

  test.each(FAULTS)('at any call of a port: nothing is said to be sent that is not, and redriven again all have it in order (%s)', async (fault) => {
    const calls = await redriven(-1, fault);
    expect(calls).toBeGreaterThan(5);
    for (let ordinal = 0; ordinal < calls; ordinal += 1) await redriven(ordinal, fault);
  });
});
