import { aroundClient, aroundFailures, Operation } from './faults';
import { Harness, HarnessOptions, LEDGER, record } from './harness';
import { PermanentError } from '../../src/runtime';

const poison = () => { throw new PermanentError('no'); };

/** A call of this kind, after some that go well, is answered when its process is thawed, after its response. */
function frozenAt(frozen: Operation, options: HarnessOptions = {}, goWell = 0) {
  let answer: (() => void) | undefined;
  let calls = 0;
  const around = <T>(operation: Operation, call: () => Promise<T>): Promise<T> => {
    if (operation === frozen) calls += 1;
    if (operation !== frozen || calls !== goWell + 1) return call();
    return new Promise<T>((resolve) => { answer = () => resolve(call()); });
  };
  const harness = new Harness({
    ...options,
    wrap: (ports) => ({ ...ports, client: aroundClient(ports.client, around), failures: aroundFailures(ports.failures, around) }),
  });
  const thaw = async () => {
    answer!();
    await harness.virtual.runAsync();
  };
  return { harness, thaw };
}

const parked = (harness: Harness) => [...harness.db.table(LEDGER).values()].filter((row) => 'parked' in row);

test('a failure store that answers after the response parks nothing', async () => {
  const { harness, thaw } = frozenAt('put', { handler: poison });
  const change = record('a');

  expect(await harness.deliver([change], 10_000)).toEqual({ failures: [change.dynamodb!.SequenceNumber] });
  await thaw();
  expect(parked(harness)).toEqual([]);
});

test('a failure store that answers after the response starts no handler for the next change', async () => {
  const { harness, thaw } = frozenAt('put', { handler: poison, settings: { onPoison: 'SKIP_RECORD' } });
  const changes = [record('a'), record('a')];

  expect(await harness.deliver(changes, 10_000)).toEqual({ failures: [changes[0].dynamodb!.SequenceNumber] });
  await thaw();
  expect(harness.handlerCalls).toBe(1);
});

test('a failure store that answers after the response moves no parked item on', async () => {
  const { harness, thaw } = frozenAt('put', { handler: poison }, 1);
  const [first, behind] = [record('a'), record('a')];
  expect(await harness.deliver([first])).toEqual({ failures: [] });
  const before = parked(harness);

  expect(await harness.deliver([behind], 10_000)).toEqual({ failures: [behind.dynamodb!.SequenceNumber] });
  await thaw();
  expect(before).toHaveLength(1);
  expect(parked(harness)).toEqual(before);
});

test('a ledger that answers after the response starts no handler', async () => {
  const { harness, thaw } = frozenAt('update');
  const change = record('a');

  // A batch of one in a fresh process is counted before the handler runs.
  expect(await harness.deliver([change], 10_000)).toEqual({ failures: [change.dynamodb!.SequenceNumber] });
  await thaw();
  expect(harness.handlerCalls).toBe(0);
});
