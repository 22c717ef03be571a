import { getEventListeners } from 'node:events';
import { LEDGER as ATTRIBUTE, LedgerRow } from '../../../src/contract/ledger';
import { Route } from '../../../src/contract/routes';
import { StreamRecord } from '../../../src/runtime/change/record';
import { itemKey } from '../../../src/runtime/ledger/item-key';
import { distinct, LEDGER, record } from '../harness';
import { AroundRelay, RelayHarness } from './harness';

const route: Route = { name: 'a', orderBy: 'ITEM', recordsLatest: true };
const pkOf = (key: string) => itemKey({ subscriber: 'a', table: 'Orders' }, { id: { S: key } })!;
const rowOf = (harness: RelayHarness, key: string) => harness.db.table(LEDGER).get(pkOf(key)) as LedgerRow | undefined;
const latestOf = (harness: RelayHarness, key: string) => rowOf(harness, key)?.latest?.split('#')[1].replace(/^0+/, '');
const sequence = (one: StreamRecord) => one.dynamodb!.SequenceNumber!;

function refusing(operation: string, error: Error): AroundRelay {
  return async (name, call) => {
    if (name === operation) throw error;
    return call();
  };
}

test('each item\'s newest change is recorded before anything is sent: one write an item and batch, 25 a request', async () => {
  const order: string[] = [];
  const harness = new RelayHarness({
    routes: [route],
    around: async (operation, call) => {
      order.push(operation);
      return call();
    },
  });
  await harness.deliver(distinct(100));
  // One read of the relay's own row.
  expect(harness.db.counts).toEqual({ requests: 1 + 4, readUnits: 1, writeUnits: 100 });
  expect(order.lastIndexOf('batchExecuteStatement')).toBeLessThan(order.indexOf('send'));
});

test('ten changes of an item in a batch cost one write', async () => {
  const harness = new RelayHarness({ routes: [route] });
  const records = Array.from({ length: 30 }, (_, index) => record(`item-${index % 3}`));
  await harness.deliver(records);
  expect(harness.db.counts).toEqual({ requests: 2, readUnits: 1, writeUnits: 3 });
  expect(latestOf(harness, 'item-2')).toBe(sequence(records[29]));
});

test('an item that is known costs one write, and what is recorded never moves back', async () => {
  const harness = new RelayHarness({ routes: [route] });
  const [first, second] = [record('x'), record('x', { eventName: 'MODIFY' })];
  await harness.deliver([first]);
  await harness.deliver([second]);
  expect(harness.db.counts).toEqual({ requests: 4, readUnits: 2, writeUnits: 2 });
  await harness.deliver([first]);
  expect(latestOf(harness, 'x')).toBe(sequence(second));
});

test('the row stays one of the ledger\'s: with an empty mark and an expiry when it is new, and as it was otherwise', async () => {
  const harness = new RelayHarness({ routes: [route] });
  await harness.deliver([record('x')]);
  expect(rowOf(harness, 'x')).toMatchObject({ v: 1, sub: 'a', mark: '', exp: expect.any(Number) });
  const { [ATTRIBUTE.EXPIRES]: _expires, ...parked } = { ...rowOf(harness, 'x')!, exp: 0, parked: { at: 'p', since: 1, tail: 'p' } };
  harness.db.table(LEDGER).set(parked.pk, parked);
  await harness.deliver([record('x')]);
  expect(rowOf(harness, 'x')).toEqual({ ...parked, latest: expect.not.stringMatching(parked.latest!) });
});

test('only what the target wants, and for no other target', async () => {
  const harness = new RelayHarness({
    routes: [{ ...route, filter: { version: 1, root: { node: 'eventName', oneOf: ['INSERT'] } } }, { name: 'b', orderBy: 'ITEM' }],
  });
  const [wanted, unwanted] = [record('x'), record('x', { eventName: 'MODIFY' })];
  await harness.deliver([wanted, unwanted]);
  expect(latestOf(harness, 'x')).toBe(sequence(wanted));
  expect(harness.db.table(LEDGER).size).toBe(1);
});

test('not a change that the filter failed on: it may not be wanted at all', async () => {
  const [fine, odd] = [record('x'), record('x')];
  const filter = (one: StreamRecord) => {
    if (one === odd) throw new TypeError('no such member');
    return true;
  };
  const harness = new RelayHarness({ targets: [{ name: 'a', orderBy: 'ITEM', recordsLatest: true, filter }] });
  await harness.deliver([fine, odd]);
  expect(latestOf(harness, 'x')).toBe(sequence(fine));
});

test.each([['denied', Object.assign(new Error('no'), { name: 'AccessDeniedException' })], ['down', new Error('down')]])('a ledger that is %s holds up nothing: changes are sent all the same, and it is said', async (_what, error) => {
  const harness = new RelayHarness({ routes: [route], around: refusing('batchExecuteStatement', error) });
  const start = harness.virtual.now();
  expect(await harness.deliver(distinct(30))).toEqual({ from: undefined });
  expect(harness.received('a')).toHaveLength(30);
  expect(harness.virtual.now() - start).toBeLessThan(1_500);
  expect(harness.logs('WARN')).toEqual([expect.objectContaining({ message: expect.stringContaining('not recorded') })]);
});

/** How many listeners a signal takes before Node.js warns; `getMaxListeners` takes no signal of another realm, as a test's is. */
function warnsBeyond(signal: AbortSignal): number {
  const most = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'events.maxEventTargetListeners');
  return (signal as unknown as { [most: symbol]: number })[most!] || Infinity;
}

test('a ledger that throttles many requests at once is no leak of listeners', async () => {
  // GIVEN a batch of ten requests and more, all of which wait for their next try
  const harness = new RelayHarness({ routes: [route], around: refusing('batchExecuteStatement', new Error('down')) });
  const { clock } = harness;
  let most = 0;
  let warned = false;
  const { sleep } = clock;
  clock.sleep = async (millis, signal) => {
    const asleep = sleep(millis, signal);
    const listening = signal ? getEventListeners(signal, 'abort').length : 0;
    most = Math.max(most, listening);
    warned ||= signal !== undefined && listening > warnsBeyond(signal);
    return asleep;
  };
  // WHEN it is relayed
  expect(await harness.deliver(distinct(300))).toEqual({ from: undefined });
  // THEN more than Node.js' ten listen to one signal, which does not mind
  expect(most).toBeGreaterThan(10);
  expect(warned).toBe(false);
});

test('also what goes to the spill is recorded first', async () => {
  const harness = new RelayHarness({ routes: [route], around: refusing('send', new Error('down')) });
  const one = record('x');
  await harness.deliver([one]);
  expect(harness.openTargets).toEqual(['a']);
  expect(latestOf(harness, 'x')).toBe(sequence(one));
});
