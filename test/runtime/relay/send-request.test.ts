import { sha256 } from '../../../src/runtime/aws/signature';
import { MessageBody } from '../../../src/runtime/relay/message-body';
import type { QueueEntry } from '../../../src/runtime/relay/ports';
import { sendRequest } from '../../../src/runtime/relay/send-request';

const QUEUES = ['a', 'b'].map((name) => `https://sqs.us-east-1.amazonaws.com/000000000000/${name}.fifo`);
const bodies = ['{"text":"d\u00e9j\u00e0 \u{1F600}"}', '{"n":1}', '{"n":2}'].map((text) => new MessageBody(text));

function entry(index: number, changed: Partial<QueueEntry> = {}): QueueEntry {
  return { id: String(index), group: `group${index}`, deduplicationId: `event-${index}.0`, body: bodies[index], ...changed };
}

/** What SQS reads, and whether the hash is that of the bytes. */
function sent(queueUrl: string, entries: readonly QueueEntry[]) {
  const { parts, sha256: hash } = sendRequest(queueUrl, entries);
  const bytes = Buffer.concat(parts);
  expect(hash).toBe(sha256(bytes));
  return JSON.parse(bytes.toString()) as object;
}

function expected(queueUrl: string, entries: readonly QueueEntry[]) {
  return {
    QueueUrl: queueUrl,
    Entries: entries.map(({ id, group, deduplicationId, body }) => ({
      Id: id, MessageGroupId: group, MessageDeduplicationId: deduplicationId, MessageBody: body.text,
    })),
  };
}

test('queues that take the same messages each get all of them, under their own URL', () => {
  for (const queueUrl of [...QUEUES, ...QUEUES]) {
    const entries = [entry(0), entry(1)];
    expect(sent(queueUrl, entries)).toEqual(expected(queueUrl, entries));
  }
});

test.each<[string, QueueEntry[]]>([
  ['fewer messages', [entry(0)]],
  ['more messages', [entry(0), entry(1), entry(2)]],
  ['another message', [entry(0), entry(2, { id: '1' })]],
  ['another id', [entry(0), entry(1, { id: '7' })]],
  ['another group', [entry(0), entry(1, { group: 'partition' })]],
  ['another deduplication id', [entry(0), entry(1, { deduplicationId: 'event-1.1' })]],
])('a queue that takes %s gets them, though others begin alike', (_what, entries) => {
  sent(QUEUES[0], [entry(0), entry(1)]);
  expect(sent(QUEUES[1], entries)).toEqual(expected(QUEUES[1], entries));
  expect(sent(QUEUES[0], [entry(0), entry(1)])).toEqual(expected(QUEUES[0], [entry(0), entry(1)]));
});

test('the bytes of messages are made once for all queues', () => {
  const fresh = [entry(0, { body: new MessageBody('{"n":3}') }), entry(1)];
  sendRequest(QUEUES[0], fresh);
  const first = fresh[0].body.request;
  sendRequest(QUEUES[1], fresh.map((one) => ({ ...one })));
  expect(fresh[0].body.request).toBe(first);
});
