/** What a handler changes in what it is given reaches neither its next attempt nor what is stored. */

import { Harness, record } from './harness';

type Loose = { [name: string]: any };

function spoil(change: Loose): void {
  for (const image of [change.newImage, change.oldImage, change.keys] as Loose[]) {
    for (const name of Object.keys(image)) {
      const value = image[name];
      if (value instanceof Set) value.clear();
      else if (value instanceof Uint8Array) value.fill(0);
      else if (Array.isArray(value)) value.length = 0;
      else if (typeof value === 'object' && value !== null) delete value.inner;
      image[name] = 'spoiled';
    }
    image.more = 'spoiled';
  }
  (change.approximateCreationDateTime as Date).setTime(0);
}

test('a change that an attempt has changed is as it was in the next one, and in the failure store', async () => {
  const image = {
    id: { S: 'a' }, text: { S: 't' }, set: { SS: ['x'] }, bytes: { B: 'AAEC' }, list: { L: [{ S: 'l' }] }, map: { M: { inner: { N: '1' } } },
  };
  const delivered = record('a', { eventName: 'MODIFY', newImage: image, oldImage: image });
  const whole = structuredClone(delivered);
  const seen: string[] = [];
  const harness = new Harness({
    settings: { maxAttempts: 3 },
    filter: () => true,
    handler: (change, context) => {
      const { newImage, oldImage, keys, approximateCreationDateTime } = change;
      const { idempotencyKey } = context;
      seen.push(JSON.stringify([newImage, oldImage, keys, approximateCreationDateTime, change.changed('text'), idempotencyKey, [...(newImage as Loose).set]]));
      spoil(change as never);
      throw new Error('no');
    },
  });

  await harness.deliver([delivered]);

  expect(seen).toHaveLength(3);
  expect(new Set(seen).size).toBe(1);
  expect(harness.failures.records[0].record).toEqual(whole);
});

test('a handler that puts members of its own into its context, or replaces some, changes nothing of what the runtime does', async () => {
  const harness = new Harness({
    handler: async ({ keys }, context) => {
      Object.assign(context, { state: {}, run: 1, close: () => { throw new Error('closed'); }, classify: null, options: undefined, pending: Promise.reject(new Error('x')).catch(() => undefined) });
      await context.commit([{ Put: { TableName: 'Effects', Item: { id: keys.id } } }]);
    },
  });
  expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
  expect([...harness.db.table('Effects').keys()]).toEqual(['a']);
});

test.each<[string, () => unknown]>([
  ['a thenable whose then throws', () => ({ get then(): unknown { throw new Error('no'); } })],
  ['a thenable that rejects with nothing', () => ({ then: (_resolve: unknown, reject: () => void) => reject() })],
  ['a proxy whose traps throw', () => new Proxy({}, { get: () => { throw new Error('no'); } })],
])('a handler that returns %s has failed its attempt', async (_what, make) => {
  const harness = new Harness({ settings: { maxAttempts: 1 }, handler: ({ keys }) => (keys.id === 'bad' ? make() : undefined) });
  expect(await harness.deliver([record('bad'), record('good')])).toEqual({ failures: [] });
  expect(harness.failures.records).toEqual([expect.objectContaining({ reason: 'ATTEMPTS_EXHAUSTED' })]);
});
