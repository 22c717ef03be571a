import { AroundRelay, RelayHarness } from './harness';
import { Route } from '../../../src/contract/routes';
import { StreamRecord } from '../../../src/runtime/change/record';
import { distinct, record } from '../harness';

const all = (name: string): Route => ({ name, orderBy: 'ITEM' });
const sequence = (one: StreamRecord) => one.dynamodb!.SequenceNumber!;
const large = (id: string) => record(id, { newImage: { text: { S: 'x'.repeat(262_144) } } });
const accessDenied = () => Object.assign(new Error('no'), { name: 'AccessDenied' });

describe('items that cannot be sent, more than a round of draining looks at', () => {
  /** Large changes may not be put where their messages would point to. */
  const withoutClaims = () => {
    const state = { denied: true, down: false };
    const around: AroundRelay = async (operation, call, detail = '') => {
      if (state.denied && operation === 'objectPut' && detail.startsWith('claims/')) throw accessDenied();
      if (state.down && operation === 'send') throw new Error('down');
      return call();
    };
    return { state, harness: new RelayHarness({ routes: [all('a')], around }) };
  };
  const blocked = Array.from({ length: 120 }, (_, index) => large(`large-${index}`));

  test('hold back no other item, neither in the spill nor on its way', async () => {
    // GIVEN items that wait for a permission, and others that waited for the queue
    const { state, harness } = withoutClaims();
    state.down = true;
    const waiting = distinct(60);
    await harness.deliver([...blocked, ...waiting]);
    // WHEN the queue answers again
    state.down = false;
    for (let minute = 0; minute < 10; minute += 1) await harness.drain();
    // THEN
    expect(harness.received('a').map(({ sequenceNumber }) => sequenceNumber).sort()).toEqual(waiting.map(sequence));
    const later = distinct(20);
    const spilledBefore = harness.objects.objects.size;
    await harness.deliver(later);
    expect(harness.received('a').map(({ sequenceNumber }) => sequenceNumber).sort()).toEqual(later.map(sequence));
    expect(harness.objects.objects.size).toBe(spilledBefore);
  });

  test('are sent in the end, in order with what came behind them', async () => {
    const { state, harness } = withoutClaims();
    const behind = blocked.map((one) => record(one.dynamodb!.Keys!.id.S!));
    await harness.deliver(blocked);
    await harness.deliver(behind);
    for (let minute = 0; minute < 10; minute += 1) await harness.drain();
    state.denied = false;
    for (let minute = 0; minute < 3; minute += 1) await harness.drain();
    expect(harness.openTargets).toEqual([]);
    const applied = harness.consume('a');
    blocked.forEach((one, index) => expect(applied.get(one.dynamodb!.Keys!.id.S!)).toEqual([sequence(one), sequence(behind[index])]));
  });
});

test('a drain holds no more of a spill in memory than a few batches are large', async () => {
  let isDown = true;
  let held = 0;
  let most = 0;
  const harness: RelayHarness = new RelayHarness({
    routes: [all('a')],
    around: async (operation, call) => {
      if (operation === 'send' && isDown) throw new Error('down');
      const answer = await call();
      if (operation === 'objectGet') held += String(answer).length;
      if (operation === 'objectList') held = 0;
      most = Math.max(most, held);
      return answer;
    },
  });
  const records = Array.from({ length: 45 }, (_, index) => record(`item-${index}`, { newImage: { text: { S: 'x'.repeat(1_000_000) } } }));
  for (const one of records) await harness.deliver([one]);
  isDown = false;
  await harness.drain();
  expect(harness.openTargets).toEqual([]);
  expect(harness.consume('a').size).toBe(45);
  expect(most).toBeLessThan(25_000_000);
});

test('targets whose spills drain take turns, and only a few drain at once', async () => {
  let isDown = true;
  let [now, most] = [0, 0];
  const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
  const harness: RelayHarness = new RelayHarness({
    routes: names.map(all),
    around: async (operation, call) => {
      if (operation === 'send' && isDown) throw new Error('down');
      if (operation !== 'objectGet') return call();
      now += 1;
      most = Math.max(most, now);
      await harness.clock.sleep(10);
      now -= 1;
      return call();
    },
  });
  const records = distinct(60);
  await harness.deliver(records);
  isDown = false;
  await harness.drain();
  expect(harness.openTargets).toEqual([]);
  for (const name of names) expect(harness.received(name)).toHaveLength(60);
  expect(most).toBeLessThanOrEqual(5 * 20);
});
