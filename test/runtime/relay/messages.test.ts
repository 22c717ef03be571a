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
