import { AroundRelay, RelayHarness, RelayOperation } from './harness';
import { Route } from '../../../src/contract/routes';
import { StreamRecord } from '../../../src/runtime/change/record';
import { Target } from '../../../src/runtime/relay/target';
import { distinct, record } from '../harness';

const all = (name: string): Route => ({ name, orderBy: 'ITEM' });
const sequence = (one: StreamRecord) => one.dynamodb!.SequenceNumber!;

/** Fails what the predicate says, with an error or with failed entries. */
const failing = (when: (operation: RelayOperation, detail: string) => boolean, error = () => new Error('down')): AroundRelay => async (operation, call, detail = '') => {
  if (when(operation, detail)) throw error();
  return call();
};

describe('a batch', () => {
  test('reaches every target that wants it, packed by ten', async () => {
    const harness = new RelayHarness({
      routes: [all('a'), { ...all('b'), filter: { version: 1, root: { node: 'eventName', oneOf: ['REMOVE'] } } }, all('c')],
    });
    const records = [...distinct(100), record('gone', { eventName: 'REMOVE' })];
    expect(await harness.deliver(records)).toEqual({ from: undefined });
    expect(harness.received('a').map(({ sequenceNumber }) => sequenceNumber)).toEqual(records.map(sequence));
    expect(harness.received('b').map(({ key }) => key)).toEqual(['gone']);
    expect(harness.received('c')).toHaveLength(101);
    expect(harness.sends.filter(({ queue }) => queue === 'a')).toHaveLength(11);
  });

  test('of 100 distinct items costs at most 0.11 requests a change and target', async () => {
    const harness = new RelayHarness({ routes: ['a', 'b', 'c', 'd', 'e'].map(all) });
    await harness.deliver(distinct(100));
    expect(harness.sends.length / (100 * 5)).toBeLessThanOrEqual(0.11);
    expect(harness.db.counts).toEqual({ requests: 1, readUnits: 1, writeUnits: 0 });
  });

  test('packs consecutive changes of one item into one message, in order', async () => {
    const harness = new RelayHarness();
    const records = Array.from({ length: 30 }, (_, index) => record(`item-${index % 3}`));
    await harness.deliver(records);
    expect(harness.sends).toEqual([{ queue: 'a', entries: 3 }]);
    expect(harness.consume('a').get('item-1')).toEqual(records.filter((_, index) => index % 3 === 1).map(sequence));
  });

  test('sends one change a message where the target works on one at a time, in order, also out of its spill', async () => {
    let down = true;
    const around = failing((operation, detail) => down && operation === 'send' && detail === 'b');
    const harness = new RelayHarness({ routes: ['a', 'b'].map((name) => ({ ...all(name), changesAMessage: 1 })), around });
    const records = Array.from({ length: 12 }, (_, index) => record(`item-${index % 3}`));
    await harness.deliver(records);
    down = false;
    await harness.drain();
    for (const name of ['a', 'b']) {
      const received = harness.received(name);
      expect(received.map(({ envelope }) => envelope.changes!.length)).toEqual(Array(12).fill(1));
      expect(received.filter(({ key }) => key === 'item-1').map(({ sequenceNumber }) => sequenceNumber)).toEqual(records.filter((_, index) => index % 3 === 1).map(sequence));
    }
  });

  test('delivered again within five minutes reaches the queue once', async () => {
    const harness = new RelayHarness();
    const records = distinct(20);
    await harness.deliver(records);
    await harness.deliver(records);
    expect(harness.received('a')).toHaveLength(20);
  });

  test('fails as a whole when a record cannot be identified', async () => {
    const harness = new RelayHarness();
    const nameless = { ...record('x'), dynamodb: {} };
    expect(await harness.deliver([record('y'), nameless])).toEqual({ error: expect.objectContaining({ name: 'UnidentifiableRecordError' }) });
    expect(harness.received('a')).toEqual([]);
  });

  test('orders by partition key where a target asks for it', async () => {
    const harness = new RelayHarness({ routes: [all('a'), { name: 'p', orderBy: 'PARTITION_KEY' }], partitionKey: 'pk' });
    const keyed = (pk: string, sk: string) => {
      const one = record(sk);
      return { ...one, dynamodb: { ...one.dynamodb, Keys: { pk: { S: pk }, id: { S: sk } } } };
    };
    await harness.deliver([keyed('1', 'x'), keyed('1', 'y'), keyed('2', 'x')]);
    expect(new Set(harness.queue('a').receive(10, harness.virtual.now()).map(({ group }) => group)).size).toBe(3);
    expect(new Set(harness.queue('p').receive(10, harness.virtual.now()).map(({ group }) => group)).size).toBe(2);
  });

  test('with characters that SQS refuses is sent in others that mean the same', async () => {
    const harness = new RelayHarness();
    const odd = '\uFFFE and \uFFFF and \u0000 and \uD800';
    await harness.deliver([record('x', { newImage: { text: { S: odd } } })]);
    const [message] = harness.queue('a').receive(1, harness.virtual.now());
    expect(message.body).not.toMatch(/[^\u0009\u000a\u000d\u0020-\uD7FF\uE000-\uFFFD]/);
    expect(JSON.parse(message.body).changes[0].dynamodb.NewImage.text.S).toBe(odd);
  });
});

describe('a change too large for a message', () => {
  const large = () => record('large', { newImage: { text: { S: 'x'.repeat(262_144) } } });

  test('goes to S3 once for all targets, and the message points to it', async () => {
    const harness = new RelayHarness({ routes: ['a', 'b'].map(all) });
    const records = [record('large'), large(), record('large')];
    await harness.deliver(records);
    expect([...harness.objects.objects.keys()]).toEqual([expect.stringMatching(/^claims\/20261123T183100\.000#0+1\d+\.json$/)]);
    for (const name of ['a', 'b']) {
      const received = harness.received(name);
      expect(received.map(({ sequenceNumber }) => sequenceNumber)).toEqual(records.map(sequence));
      expect(received[1].envelope).toEqual({ v: 1, claim: { bucket: 'failures', key: expect.stringMatching(/^claims\//) } });
    }
    expect(JSON.parse([...harness.objects.objects.values()][0])).toEqual(records[1]);
  });

  test('that may not be put there is neither lost nor overtaken: it waits in the spill', async () => {
    let denied = true;
    const accessDenied = () => Object.assign(new Error('no'), { name: 'AccessDenied' });
    const harness = new RelayHarness({ around: failing((operation, key) => denied && operation === 'objectPut' && key.startsWith('claims/'), accessDenied) });
    const records = [large(), record('large'), record('small')];
    expect(await harness.deliver(records)).toEqual({ from: undefined });
    expect(harness.received('a').map(({ key }) => key)).toEqual(['small']);
    expect(harness.logs('ERROR')).toEqual([expect.objectContaining({ message: expect.stringContaining('does not take its changes'), target: 'a', error: 'AccessDenied' })]);
    denied = false;
    await harness.drain();
    expect(harness.received('a').map(({ sequenceNumber }) => sequenceNumber)).toEqual(records.slice(0, 2).map(sequence));
  });

  test('is delivered again when the spill is denied as well', async () => {
    const harness = new RelayHarness({
      around: failing((operation) => operation === 'objectPut', () => Object.assign(new Error('no'), { name: 'AccessDenied' })),
    });
    const records = [record('small'), large(), record('other')];
    expect(await harness.deliver(records)).toEqual({ from: sequence(records[1]) });
  });
});

describe('a target that fails', () => {
  const down = (names: readonly string[], is: () => boolean = () => true) => failing((operation, url) => operation === 'send' && names.includes(url) && is());

  test('gets its changes into its spill within a second, the others are not concerned', async () => {
    const harness = new RelayHarness({ routes: ['a', 'b', 'c'].map(all), around: down(['b']) });
    const start = harness.virtual.now();
    const records = distinct(100);
    expect(await harness.deliver(records)).toEqual({ from: undefined });
    expect(harness.virtual.now() - start).toBeLessThanOrEqual(1_100);
    expect(harness.received('a')).toHaveLength(100);
    expect(harness.received('c')).toHaveLength(100);
    expect(harness.openTargets).toEqual(['b']);
    expect(harness.objects.objects.size).toBe(100);
    const metric = harness.lines.map((line) => JSON.parse(line)).find((line) => line._aws);
    expect(metric).toMatchObject({ RelayedChanges: 200, SpilledChanges: 100, FailingTargets: 1, openTargets: ['b'] });
  });

  test('is not asked again for every batch, and costs the others nothing then', async () => {
    const harness = new RelayHarness({ routes: ['a', 'b'].map(all), around: down(['b']) });
    await harness.deliver(distinct(10));
    const start = harness.virtual.now();
    const asked = harness.sends.length;
    await harness.deliver(distinct(10));
    expect(harness.virtual.now()).toBe(start);
    expect(harness.sends.slice(asked)).toEqual([{ queue: 'a', entries: 10 }]);
  });

  test('gets everything in order when it answers again, though changes keep coming', async () => {
    let isDown = true;
    const harness = new RelayHarness({ around: down(['a'], () => isDown) });
    const records = Array.from({ length: 90 }, (_, index) => record(`item-${index % 7}`));
    await harness.deliver(records.slice(0, 30));
    await harness.deliver(records.slice(30, 60));
    expect(harness.received('a')).toEqual([]);
    isDown = false;
    await harness.drain();
    await harness.deliver(records.slice(60));
    await harness.drain();
    expect(harness.openTargets).toEqual([]);
    expect(harness.objects.objects.size).toBe(0);
    const applied = harness.consume('a');
    for (let item = 0; item < 7; item += 1) expect(applied.get(`item-${item}`)).toEqual(records.filter((_, index) => index % 7 === item).map(sequence));
  });

  test('for one entry keeps only what comes behind it in its group', async () => {
    const harness = new RelayHarness({ routes: [all('a')] });
    const records = [record('bad'), record('good'), record('bad')];
    const group = new Set<string>();
    const ports = harness.ports;
    Object.defineProperty(harness, 'ports', {
      value: {
        ...ports,
        sender: {
          send: async (url: string, entries: Parameters<typeof ports.sender.send>[1]) => {
            const bad = entries.filter(({ body }) => body.text.includes('"bad"'));
            bad.forEach((entry) => group.add(entry.group));
            const answer = await ports.sender.send(url, entries.filter((entry) => !bad.includes(entry)));
            return { ...answer, failed: bad.map(({ id }) => ({ id, code: 'InternalError' })) };
          },
        },
      },
    });
    expect(await harness.deliver(records)).toEqual({ from: undefined });
    expect(harness.received('a').map(({ key }) => key)).toEqual(['good']);
    expect([...harness.objects.objects.keys()]).toEqual([expect.stringContaining([...group][0])]);
    const later = [record('bad'), record('good')];
    await harness.deliver(later);
    expect(harness.received('a').map(({ sequenceNumber }) => sequenceNumber)).toEqual([sequence(later[1])]);
    expect(harness.objects.objects.size).toBe(2);
  });

  test('without a queue in the deployment is opened like any other', async () => {
    const harness = new RelayHarness();
    harness.deployedQueues = new Map();
    harness.restart();
    expect(await harness.deliver(distinct(3))).toEqual({ from: undefined });
    expect(harness.logs('ERROR')[0]).toMatchObject({ target: 'a', error: 'NoQueue' });
    expect(harness.objects.objects.size).toBe(3);
  });

  test('is opened until the running process finds the queue that the deployment names late', async () => {
    const harness = new RelayHarness({ routes: ['a', 'b'].map(all) });
    harness.deployedQueues = new Map([['b', 'b']]);
    harness.restart();
    const records = distinct(3);
    await harness.deliver(records);
    await harness.drain();
    expect(harness.openTargets).toEqual(['a']);
    harness.deployedQueues = new Map([['a', 'a'], ['b', 'b']]);
    await harness.drain();
    expect(harness.openTargets).toEqual([]);
    expect(harness.received('a').map(({ sequenceNumber }) => sequenceNumber).sort()).toEqual(records.map(sequence));
  });

  test('because its queue was replaced is brought to the new one, by the process that knew the old one; if URLs cannot be read, later', async () => {
    let isDenied = true;
    const harness = new RelayHarness({
      around: failing((operation, url) => (operation === 'findQueues' && isDenied) || (operation === 'send' && url === 'gone'),
        () => Object.assign(new Error('no'), { name: 'AccessDeniedException' })),
    });
    harness.deployedQueues = new Map([['a', 'gone']]);
    harness.restart();
    harness.deployedQueues = new Map([['a', 'a']]);
    const records = distinct(3);
    await harness.deliver(records);
    await harness.drain();
    expect(harness.logs('WARN')).toEqual([expect.objectContaining({ message: expect.stringContaining('could not be read again'), error: { name: 'AccessDeniedException' } })]);
    isDenied = false;
    await harness.drain();
    expect(harness.received('a').map(({ sequenceNumber }) => sequenceNumber).sort()).toEqual(records.map(sequence));
  });

  test.each([
    ['nothing of an entry', { accepted: [], failed: [] }],
    ['that an entry was taken and that it was not', { accepted: ['0'], failed: [{ id: '0', code: 'InternalError' }] }],
    ['only something of another entry', { accepted: ['1'], failed: [{ id: '2', code: 'InternalError' }] }],
  ])('whose answer says %s has not acknowledged it', async (_what, said) => {
    let silent = true;
    const harness = new RelayHarness({
      around: async (operation, call) => {
        const answer = await call();
        return operation === 'send' && silent ? said as never : answer;
      },
    });
    await harness.deliver([record('x')]);
    expect(harness.openTargets).toEqual(['a']);
    silent = false;
    await harness.drain();
    expect(harness.received('a')).toHaveLength(1);
  });
});

describe('a filter that throws', () => {
  const throwing = (when: (one: StreamRecord) => boolean): Target[] => [
    { name: 'a', orderBy: 'ITEM', filter: (one) => { if (when(one)) throw new TypeError('no such member'); return true; } },
    { name: 'b', orderBy: 'ITEM' },
  ];

  test('on one change sends it on with the error, since only its subscriber can keep it', async () => {
    const records = distinct(10);
    const harness = new RelayHarness({ targets: throwing((one) => one === records[4]) });
    expect(await harness.deliver(records)).toEqual({ from: undefined });
    expect(harness.openTargets).toEqual([]);
    const flagged = harness.received('a').filter(({ envelope }) => envelope.filterError);
    expect(flagged).toEqual([expect.objectContaining({ sequenceNumber: sequence(records[4]), envelope: expect.objectContaining({ filterError: { name: 'TypeError', message: 'no such member' } }) })]);
  });

  test('on most changes opens the target, whose changes are evaluated when it works again', async () => {
    let broken = true;
    const harness = new RelayHarness({ targets: throwing(() => broken) });
    const records = distinct(10);
    expect(await harness.deliver(records)).toEqual({ from: undefined });
    expect(harness.openTargets).toEqual(['a']);
    expect(harness.received('b')).toHaveLength(10);
    await harness.drain();
    expect(harness.received('a')).toEqual([]);
    broken = false;
    await harness.drain();
    expect(harness.openTargets).toEqual([]);
    expect(harness.received('a').filter(({ envelope }) => !envelope.filterError)).toHaveLength(10);
  });

  test('on a change too large for a message sends a claim on with the error', async () => {
    const large = record('large', { newImage: { text: { S: 'x'.repeat(262_144) } } });
    const harness = new RelayHarness({ targets: throwing((one) => one === large) });
    expect(await harness.deliver([...distinct(3), large])).toEqual({ from: undefined });
    expect(harness.sends.every(({ entries }) => entries > 0)).toBe(true);
    const flagged = harness.received('a').find(({ sequenceNumber }) => sequenceNumber === sequence(large));
    expect(flagged!.envelope).toEqual({ v: 1, claim: { bucket: 'failures', key: expect.stringMatching(/^claims\//) }, filterError: { name: 'TypeError', message: 'no such member' } });
  });

  test('because this version cannot read it opens its own target only', async () => {
    const harness = new RelayHarness({ routes: [{ name: 'a', orderBy: 'ITEM', filter: { version: 99, root: {} } as never }, all('b')] });
    await harness.deliver(distinct(4));
    expect(harness.openTargets).toEqual(['a']);
    expect(harness.received('b')).toHaveLength(4);
  });
});

describe('when its own stores fail', () => {
  test('nothing is acknowledged that is neither sent nor spilled', async () => {
    const harness = new RelayHarness({
      routes: ['a', 'b'].map(all),
      around: failing((operation, detail) => operation === 'objectPut' || (operation === 'send' && detail === 'a'), () => Object.assign(new Error('no'), { name: 'AccessDenied' })),
    });
    const records = distinct(5);
    expect(await harness.deliver(records)).toEqual({ from: sequence(records[0]) });
    expect(harness.received('b')).toHaveLength(5);
  });

  test('the batch fails when the row cannot be read: sending might overtake a spill', async () => {
    const harness = new RelayHarness({ around: failing((operation) => operation === 'batchGet', () => Object.assign(new Error('no'), { name: 'AccessDeniedException' })) });
    expect(await harness.deliver(distinct(5))).toEqual({ error: expect.objectContaining({ name: 'AccessDeniedException' }) });
    expect(harness.sends).toEqual([]);
  });
});
