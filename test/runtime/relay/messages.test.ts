import { MemoryObjects } from './harness';
import { StreamRecord } from '../../../src/runtime/change/record';
import { MessageBody } from '../../../src/runtime/relay/message-body';
import { Line, pack } from '../../../src/runtime/relay/messages';
import { PreparedChange } from '../../../src/runtime/relay/prepared-change';
import { select } from '../../../src/runtime/relay/select';

const objects = new MemoryObjects();

function change(orderId: string): PreparedChange {
  const record = { eventID: `event-${orderId}`, eventName: 'INSERT', dynamodb: { Keys: { orderId: { S: orderId }, line: { N: '1' } } } } as StreamRecord;
  return new PreparedChange(record, '1', `2026:${orderId}`, { table: 'Orders', partitionKey: 'orderId' });
}

const first = (line: Line) => line.messages[0];

test('a change alone in its message is the same message for all targets that order alike', () => {
  const changes = ['a', 'b'].map(change);
  const [one, other] = ['email', 'sms'].map((name) => pack(select({ name, orderBy: 'ITEM' }, changes), { orderBy: 'ITEM', objects }));
  expect(other.map(first)).toEqual(one.map(first));
  for (const [index, line] of one.entries()) expect(first(other[index])).toBe(first(line));
});

test('where targets order by different keys, each gets its own group, whichever was asked last', () => {
  const [one] = [change('a')];
  const groups = (['ITEM', 'PARTITION_KEY', 'ITEM'] as const).map((orderBy) => {
    const [line] = pack(select({ name: 'any', orderBy }, [one]), { orderBy, objects });
    expect(first(line).group).toBe(line.group);
    return line.group;
  });
  expect(groups).toEqual([one.group('ITEM'), one.group('PARTITION_KEY'), one.group('ITEM')]);
  expect(groups[0]).not.toBe(groups[1]);
});

test('the error of one target\'s filter goes to that target alone', async () => {
  const changes = [change('a')];
  const failing = { name: 'failing', orderBy: 'ITEM' as const, filter: () => { throw new RangeError('no'); } };
  const texts = [failing, { name: 'all', orderBy: 'ITEM' as const }, failing].map((target) => {
    const body = first(pack(select(target, changes), { orderBy: 'ITEM', objects })[0]).body();
    return body instanceof MessageBody ? body.text : undefined;
  });
  expect(texts.map((text) => text?.includes('RangeError'))).toEqual([true, false, true]);
});

describe('a message', () => {
  const limit = 262_144;
  /** A change whose message, alone in it, has so many bytes. */
  function sized(id: string, bytes: number, character = 'x'): PreparedChange {
    const bare = filled(id, '').body.bytes;
    const width = Buffer.byteLength(character);
    const text = character.repeat(Math.floor((bytes - bare) / width));
    return filled(id, text + 'x'.repeat(bytes - bare - Buffer.byteLength(text)));
  }

  function filled(id: string, text: string): PreparedChange {
    const record = {
      eventID: `event-${id}`, eventName: 'INSERT', dynamodb: { Keys: { orderId: { S: 'a' } }, NewImage: { text: { S: text } } },
    } as unknown as StreamRecord;
    return new PreparedChange(record, id, `2026:${id}`, { table: 'Orders' });
  }

  const messagesOf = (changes: readonly PreparedChange[], changesAMessage?: number) => {
    const [line, ...others] = pack(select({ name: 'any', orderBy: 'ITEM' }, changes), { orderBy: 'ITEM', objects, changesAMessage });
    expect(others).toEqual([]);
    return line.messages;
  };
  const sizes = (...given: Parameters<typeof messagesOf>) => messagesOf(...given).map((message) => message.changes.length);
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => filled(String(index), ''));

  test.each([['of one byte each', 'x'], ['of two', 'é'], ['of four', '\u{1f600}']])('of 262,144 bytes is sent as it is, of one more as a reference, in characters %s', async (_width, character) => {
    for (const [bytes, claimed] of [[262_144, false], [262_145, true]] as const) {
      const [message] = messagesOf([sized('1', bytes, character)]);
      const { text } = await message.body();
      expect(Object.keys(JSON.parse(text) as object)).toEqual(['v', claimed ? 'claim' : 'changes']);
      if (!claimed) expect(Buffer.byteLength(text)).toBe(262_144);
    }
  });

  test.each([[99, [99]], [100, [100]], [101, [100, 1]], [200, [100, 100]], [201, [100, 100, 1]]])('holds at most 100 changes: of %i', (count, expected) => {
    expect(sizes(numbered(count))).toEqual(expected);
  });

  test.each([[1, [1, 1, 1]], [2, [2, 1]], [3, [3]]])('holds no more changes than its target takes: %i of 3', (most, expected) => {
    expect(sizes(numbered(3), most)).toEqual(expected);
  });

  test('holds changes up to its limit, less 64 bytes for what the envelope adds', async () => {
    const [half, exact, above] = [131_040, 131_040, 131_041];
    const together = messagesOf([sized('1', half), sized('2', exact)]);
    expect(together.map(({ changes }) => changes.length)).toEqual([2]);
    const { bytes } = await together[0].body();
    expect(bytes).toBeLessThanOrEqual(limit);
    expect(sizes([sized('1', half), sized('2', above)])).toEqual([1, 1]);
  });

  test('of several changes never exceeds what one change may have', async () => {
    const changes = Array.from({ length: 60 }, (_, index) => sized(String(index), 300 + index * 997));
    const messages = messagesOf(changes);
    expect(messages.length).toBeGreaterThan(1);
    for (const message of messages) expect((await message.body()).bytes).toBeLessThanOrEqual(262_144);
    expect(messages.flatMap((message) => message.changes)).toEqual(changes);
  });

  test('that is too large for its neighbours stands alone, in its turn', () => {
    const changes = [filled('1', ''), filled('2', ''), sized('3', limit), filled('4', ''), filled('5', '')];
    expect(messagesOf(changes).map((message) => message.changes.map(({ sequenceNumber }) => sequenceNumber))).toEqual([['1', '2'], ['3'], ['4', '5']]);
  });
});

describe('a deduplication id', () => {
  const idOf = (eventID: string | undefined, at = '2026:1') => {
    const record = { eventID, eventName: 'INSERT', dynamodb: { Keys: { orderId: { S: 'a' } } } } as unknown as StreamRecord;
    return first(pack(select({ name: 'any', orderBy: 'ITEM' }, [new PreparedChange(record, '1', at, { table: 'Orders' })]), { orderBy: 'ITEM', objects })[0]).deduplicationId;
  };

  test.each(['a', 'x'.repeat(100), '3f2b-11'])('is that of the event, and its generation: %s', (eventID) => {
    expect(idOf(eventID)).toBe(`${eventID}.0`);
  });

  test.each(['x'.repeat(101), 'a.b', 'a b', ''])('is a hash where SQS might not take that of the event, or its end could not be told: "%s"', (eventID) => {
    expect(idOf(eventID)).toMatch(/^[A-Za-z0-9_-]{43}\.0$/);
  });

  test('is made from the position where the event has none', () => {
    expect(idOf(undefined)).not.toBe(idOf(undefined, '2026:2'));
  });
});
