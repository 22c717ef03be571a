import { AroundRelay, RelayHarness } from './harness';
import { Route } from '../../../src/contract/routes';
import { StreamRecord } from '../../../src/runtime/change/record';
import { distinct, record } from '../harness';

const A: Route = { name: 'a', orderBy: 'ITEM' };
const sequence = (one: StreamRecord) => one.dynamodb!.SequenceNumber!;

test('changes that are spilled again with more behind them outlive a drain that knows only the first of them', async () => {
  // GIVEN a queue that is down, and a batch that was spilled but is delivered again, longer
  let isDown = true;
  let whileRemoving: (() => Promise<unknown>) | undefined;
  const around: AroundRelay = async (operation, call) => {
    if (operation === 'send' && isDown) throw new Error('down');
    if (operation === 'objectRemove' && whileRemoving) {
      const spillMore = whileRemoving;
      whileRemoving = undefined;
      isDown = true;
      await spillMore();
      isDown = false;
    }
    return call();
  };
  const harness = new RelayHarness({ routes: [A], around });
  const records = [record('x'), record('x'), record('x')];
  await harness.deliver(records.slice(0, 2));
  // WHEN that happens just after a drain has sent what was there, and before it deletes it
  isDown = false;
  whileRemoving = () => harness.start(records);
  await harness.drain();
  await harness.drain();
  // THEN
  expect(harness.consume('a').get('x')).toEqual(records.map(sequence));
  expect(harness.openTargets).toEqual([]);
});

test('the same changes spilled twice are one object', async () => {
  const harness = new RelayHarness({ routes: [A], around: async (operation, call) => { if (operation === 'send') throw new Error('down'); return call(); } });
  const records = [record('x'), record('x'), record('y')];
  await harness.deliver(records);
  await harness.deliver(records);
  expect(harness.objects.objects.size).toBe(2);
});

describe('a queue that does not answer', () => {
  const hanging = (harness: () => RelayHarness): AroundRelay => async (operation, call, detail) => {
    if (operation !== 'send' || detail !== 'a') return call();
    await harness().clock.sleep(1_500);
    throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
  };

  test('holds up the largest batch for a second and one request, not for each of its requests', async () => {
    const harness: RelayHarness = new RelayHarness({ routes: [A, { name: 'b', orderBy: 'ITEM' }], around: hanging(() => harness) });
    const start = harness.virtual.now();
    expect(await harness.deliver(distinct(2_000))).toEqual({ from: undefined });
    expect(harness.virtual.now() - start).toBeLessThanOrEqual(2_600);
    expect(harness.received('b')).toHaveLength(2_000);
    expect(harness.objects.objects.size).toBe(2_000);
  });
});

test('one entry that failed once, and was taken then, does not open its target however long the rest takes', async () => {
  let failures = 1;
  const harness: RelayHarness = new RelayHarness({
    routes: [A],
    around: async (operation, call) => {
      if (operation !== 'send') return call();
      await harness.clock.sleep(100);
      failures -= 1;
      if (failures === 0) throw new Error('once');
      return call();
    },
  });
  const records = Array.from({ length: 2_500 }, () => record('x'));
  expect(await harness.deliver(records)).toEqual({ from: undefined });
  expect(harness.openTargets).toEqual([]);
  expect(harness.consume('a').get('x')).toEqual(records.map(sequence));
});
