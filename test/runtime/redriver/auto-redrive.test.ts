import { RedriveResult } from '../../../src/contract/redrive';
import { VirtualClock } from '../../../src/local/drive/memory-clock';
import { MemoryDynamoDb } from '../../../src/local/simulate/memory-dynamodb';
import { autoRedrive, isDue } from '../../../src/runtime/redriver/auto-redrive';
import { RedriveLease } from '../../../src/runtime/redriver/lease';
import { clockOn } from '../harness';
import { add, FakeFunction, MemoryStore, stored } from './memory';

const MINUTE = 60_000;
const STORED_AT = Date.parse('2026-11-24T00:00:00Z');
const due = { firstDelaySeconds: 15 * 60, maxAgeSeconds: 24 * 60 * 60 };
const event = { bucket: 'failures', ledger: 'Ledger', subscribers: [{ subscriber: 'Test', functionName: 'fn', ...due }] };

test('an item is due after 15 minutes, 30, 60 and so on, once each, up to the age', () => {
  const looks = Array.from({ length: 600 }, (_, index) => 2 * MINUTE + index * 5 * MINUTE);
  const redriven = looks.filter((age) => isDue(age, due)).map((age) => Math.round(age / MINUTE));
  expect(redriven).toEqual([17, 32, 62, 122, 242, 482, 962]);
  expect(isDue(25 * 60 * MINUTE, { ...due, firstDelaySeconds: 25 * 60 * 60 })).toBe(false);
});

async function look(store: MemoryStore, fn: FakeFunction, minutes: number, ledger = new MemoryDynamoDb({ Ledger: 'pk' })) {
  const virtual = new VirtualClock(STORED_AT + minutes * MINUTE);
  const lines: string[] = [];
  let over = false;
  const done = autoRedrive(event, {
    clock: clockOn(virtual),
    writeLine: (line) => void lines.push(line),
    remainingMillis: () => 900_000,
    store: () => store,
    fn: () => fn,
    lease: (table) => new RedriveLease(ledger, table, `look ${minutes}`, clockOn(virtual)),
  }).finally(() => { over = true; });
  done.catch(() => undefined);
  await virtual.runAsync(() => over);
  await done;
  return lines;
}

test('what is due is redriven in order, without any explicit choice; the log counts and shows nothing', async () => {
  const store = new MemoryStore();
  add(store, stored('a', 2), stored('a', 1));
  const fn = new FakeFunction(store, (): RedriveResult => ({ outcome: 'APPLIED' }));
  expect(await look(store, fn, 10)).toEqual([]);
  expect(fn.handed).toEqual([]);
  const [line] = await look(store, fn, 16);
  expect(fn.handed).toEqual(['a/1', 'a/2']);
  expect(fn.requests[0]).toMatchObject({ action: 'REDRIVE', outOfOrder: false, applyUnknown: false });
  expect(JSON.parse(line)).toEqual({ level: 'INFO', message: 'redriven', subscriber: 'Test', APPLIED: 2, setAside: 0 });
});

test('two invocations at once: one redrives, and the other says so', async () => {
  const store = new MemoryStore();
  add(store, stored('a', 1));
  const fn = new FakeFunction(store, (): RedriveResult => ({ outcome: 'APPLIED' }));
  const ledger = new MemoryDynamoDb({ Ledger: 'pk' });
  const other = new RedriveLease(ledger, 'Ledger', 'other', clockOn(new VirtualClock(STORED_AT + 16 * MINUTE)));
  await other.during('Test', 900_000, async () => {
    const lines = await look(store, fn, 16, ledger);
    expect(lines.map((line) => JSON.parse(line))).toEqual([{ level: 'INFO', message: 'another invocation redrives the items of this subscriber', subscriber: 'Test' }]);
  });
  expect(fn.handed).toEqual([]);
  await look(store, fn, 17, ledger);
  expect(fn.handed).toEqual(['a/1']);
});

test('fails loudly when it cannot look', async () => {
  const store = new MemoryStore();
  store.list = async () => { throw Object.assign(new Error('no'), { name: 'AccessDenied' }); };
  await expect(look(store, new FakeFunction(store, () => ({ outcome: 'APPLIED' })), 16)).rejects.toThrow('no');
});

test('ends with an error that is logged when the function does not answer within the invocation', async () => {
  const store = new MemoryStore();
  add(store, stored('a', 1));
  const fn = new FakeFunction(store, () => ({ outcome: 'APPLIED' }));
  fn.redrive = () => new Promise(() => undefined);
  const lines: string[] = [];
  const virtual = new VirtualClock(STORED_AT + 16 * MINUTE);
  const begin = virtual.now();
  let failure: unknown;
  autoRedrive(event, {
    clock: clockOn(virtual),
    writeLine: (line) => void lines.push(line),
    remainingMillis: () => 900_000 - (virtual.now() - begin),
    store: () => store,
    fn: () => fn,
    lease: (table) => new RedriveLease(new MemoryDynamoDb({ [table]: 'pk' }), table, 'look', clockOn(virtual)),
  }).catch((error: unknown) => { failure = error; });
  await virtual.runAsync(() => failure !== undefined);
  expect(failure).toMatchObject({ name: 'NoAnswerInTimeError' });
  expect(virtual.now() - begin).toBeLessThan(900_000);
  expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ level: 'ERROR', error: { name: 'NoAnswerInTimeError' } })]);
});

test('redrives the other subscribers of an event when one fails, and ends with its error', async () => {
  const store = new MemoryStore();
  add(store, stored('a', 1));
  const fn = new FakeFunction(store, (): RedriveResult => ({ outcome: 'APPLIED' }));
  const virtual = new VirtualClock(STORED_AT + 16 * MINUTE);
  const denied = Object.assign(new Error('no'), { name: 'AccessDenied' });
  let over = false;
  const names = ['Denied', 'Test'].map((subscriber) => ({ subscriber, functionName: subscriber, ...due }));
  const list = store.list.bind(store);
  store.list = async (prefix, after) => {
    if (prefix.includes('/Denied/')) throw denied;
    return list(prefix, after);
  };
  const lines: string[] = [];
  const ledger = new MemoryDynamoDb({ Ledger: 'pk' });
  const done = autoRedrive({ bucket: 'failures', ledger: 'Ledger', subscribers: names }, {
    clock: clockOn(virtual),
    writeLine: (line) => void lines.push(line),
    remainingMillis: () => 900_000,
    store: () => store,
    fn: () => fn,
    lease: (table) => new RedriveLease(ledger, table, 'look', clockOn(virtual)),
  }).finally(() => { over = true; });
  done.catch(() => undefined);
  await virtual.runAsync(() => over);
  await expect(done).rejects.toBe(denied);
  expect(fn.handed).toEqual(['a/1']);
  expect(lines.map((line) => JSON.parse(line).subscriber).sort()).toEqual(['Denied', 'Test']);
});
