/** A request that never answers: whatever it is, the invocation answers before its deadline. */

import { aroundClient, aroundFailures, never, Operation } from './faults';
import { distinct, Harness, HarnessOptions, record } from './harness';
import { LongHarness, LongOperation } from './long/harness';
import { message, WorkerHarness } from './queue/harness';
import { RelayHarness, RelayOperation } from './relay/harness';
import { FailureRecord } from '../../src/contract/failure-record';
import { PermanentError } from '../../src/runtime';
import { StreamRecord } from '../../src/runtime/change/record';

const MILLIS = 10_000;

/** From this call of a port on none is answered, or this one alone. */
interface Hang {
  readonly from: number;
  readonly alone: boolean;
}

const hangs = (calls: number): Hang[] => Array.from({ length: calls }, (_, from) => [{ from, alone: true }, { from, alone: false }]).flat();

/** Counts the calls of ports, and leaves some without an answer. */
function hanging<O extends string>(hang?: Hang) {
  const seen: O[] = [];
  const around = <T>(operation: O, call: () => Promise<T>): Promise<T> => {
    const ordinal = seen.push(operation) - 1;
    if (hang === undefined || ordinal < hang.from || (hang.alone && ordinal > hang.from)) return call();
    return never();
  };
  return { around, seen };
}

const failing = (): never => { throw new PermanentError('no'); };

/** Runs the case without a hang to learn of its calls, then with a hang at each of them. */
async function eachHang<O extends string>(
  run: (around: <T>(operation: O, call: () => Promise<T>) => Promise<T>) => Promise<unknown>, least: readonly O[],
): Promise<void> {
  const calm = hanging<O>();
  await run(calm.around);
  expect(calm.seen).toEqual(expect.arrayContaining([...least]));
  for (const hang of hangs(calm.seen.length)) {
    const { around, seen } = hanging<O>(hang);
    const answer = await run(around);
    if (answer === 'killed' || answer === undefined) {
      throw new Error(`no answer in time: call ${hang.from} (${seen[hang.from]})${hang.alone ? '' : ' and all after it'} hangs`);
    }
  }
}

test.each([
  ['applies', {}, ['batchGet', 'batchExecuteStatement']],
  ['parks', { handler: failing }, ['batchGet', 'put', 'update']],
  ['skips', { handler: failing, settings: { onPoison: 'SKIP_RECORD' } }, ['put', 'transactWrite']],
] satisfies [string, HarnessOptions, Operation[]][])('a stream subscriber that %s answers in time whatever hangs', async (_what, options: HarnessOptions, least: Operation[]) => {
  await eachHang<Operation>(async (around) => {
    const harness = new Harness({
      ...options, wrap: (ports) => ({ ...ports, client: aroundClient(ports.client, around), failures: aroundFailures(ports.failures, around) }),
    });
    return harness.deliver([record('a'), record('a'), ...distinct(3)], MILLIS);
  }, least);
});

test('a commit that hangs ends with the invocation', async () => {
  await eachHang<Operation>(async (around) => {
    const harness = new Harness({
      handler: (change, context) => context.commit([{ Put: { TableName: 'Effects', Item: { id: String(change.keys.id) } } }]),
      wrap: (ports) => ({ ...ports, client: aroundClient(ports.client, around) }),
    });
    return harness.deliver(distinct(2), MILLIS);
  }, ['transactWrite']);
});

test('a redrive answers in time whatever hangs', async () => {
  const stored: FailureRecord[] = [];
  const parking = new Harness({ handler: failing });
  await parking.deliver([record('a'), record('a'), record('b')]);
  stored.push(...parking.failures.records);
  await eachHang<Operation>(async (around) => {
    const harness = new Harness({ wrap: (ports) => ({ ...ports, client: aroundClient(ports.client, around) }) });
    for (const [key, row] of parking.db.table('Ledger')) harness.db.table('Ledger').set(key, { ...row });
    return harness.redrive(stored, {}, undefined, MILLIS);
  }, ['batchGet', 'update']);
});

test('the worker of a queue answers in time whatever hangs', async () => {
  await eachHang<string>(async (around) => {
    const harness = new WorkerHarness({
      handler: (change) => { if (change.keys.id === 'b') throw new Error('no'); },
      wrap: (ports) => ({ ...ports, client: aroundClient(ports.client, around), failures: aroundFailures(ports.failures, around) }),
    });
    harness.aroundQueue = around;
    harness.claims.set('large', JSON.stringify(record('large')));
    const large = JSON.stringify({ v: 1, claim: { bucket: 'failures', key: 'large' } });
    return harness.settle([message([record('a'), record('a')]), message([record('b')]), message([], { body: large, group: 'large' })], MILLIS);
  }, ['batchGet', 'claim', 'visibility']);
});

test('a worker whose work takes long answers in time whatever hangs', async () => {
  await eachHang<LongOperation>(async (around) => {
    const harness = new LongHarness({ around: (operation, call) => (operation === 'handler' ? call() : around(operation, call)) });
    harness.send(record('a'));
    const life = harness.life();
    const start = harness.virtual.now();
    const answer = harness.invoke(harness.receive()!, life);
    let over = false;
    answer.then(() => { over = true; }, () => { over = true; });
    await harness.run(() => over || harness.virtual.now() - start >= harness.functionMillis);
    return over ? 'answered' : 'killed';
  }, ['update', 'visibility']);
});

test.each([
  ['sends', [] as RelayOperation[]],
  ['spills', ['objectPut', 'update'] as RelayOperation[]],
])('a relay that %s answers in time whatever hangs', async (what, least) => {
  await eachHang<RelayOperation>(async (around) => {
    const harness = new RelayHarness({
      routes: [{ name: 'a', orderBy: 'ITEM' }, { name: 'b', orderBy: 'ITEM', recordsLatest: true }],
      around: (operation, call, detail) => around(operation, () => {
        if (what === 'spills' && operation === 'send' && detail === 'a') throw new Error('down');
        return call();
      }),
    });
    const batch = (): StreamRecord[] => [record('a'), record('a'), record('large', { newImage: { id: { S: 'large' }, text: { S: 'x'.repeat(1_100_000) } } })];
    const first = await harness.deliver(batch(), MILLIS);
    if (first === 'killed') return first;
    // The second batch finds what the first has left open, and probes it.
    return harness.deliver(batch(), MILLIS);
  }, ['send', 'objectPut', 'batchGet', ...least]);
});
