import { createHash, Hash } from 'node:crypto';
import type { QueueEntry } from './ports';
import type { HashedBody } from '../aws/json-api';

/** All of a request but its queue, which therefore comes last: queues that take the same messages share the bytes and nearly all of the hash. */
export interface SharedRequest {
  readonly entries: readonly QueueEntry[];
  readonly bytes: Buffer;
  readonly hash: Hash;
}

/** How requests to a queue end, by its URL: there are as many as the relay has queues. */
const ends = new Map<string, Buffer>();

/** The body of SendMessageBatch for one queue. */
export function sendRequest(queueUrl: string, entries: readonly QueueEntry[]): HashedBody {
  const { bytes, hash } = shared(entries);
  const end = endOf(queueUrl);
  return { parts: [bytes, end], sha256: hash.copy().update(end).digest('hex') };
}

function endOf(queueUrl: string): Buffer {
  let end = ends.get(queueUrl);
  if (end === undefined) {
    end = Buffer.from(`],"QueueUrl":${JSON.stringify(queueUrl)}}`);
    ends.set(queueUrl, end);
  }
  return end;
}

/** Kept at the first message, which lives as long as its batch of the stream does. */
function shared(entries: readonly QueueEntry[]): SharedRequest {
  const [{ body: first }] = entries;
  if (first.request === undefined || !isSame(first.request.entries, entries)) {
    const json = `{"Entries":[${entries.map(entryJson).join(',')}`;
    // As many bytes as characters: these are their own bytes, and need neither counting nor encoding.
    const bytes = Buffer.from(json, entries.every(({ body }) => body.isAscii) ? 'latin1' : 'utf8');
    first.request = { entries, bytes, hash: createHash('sha256').update(bytes) };
  }
  return first.request;
}

function isSame(ones: readonly QueueEntry[], others: readonly QueueEntry[]): boolean {
  return ones.length === others.length && ones.every((one, index) => {
    const other = others[index];
    return one.body === other.body && one.id === other.id && one.group === other.group && one.deduplicationId === other.deduplicationId;
  });
}

/** Groups and ids hold nothing that JSON would escape. */
function entryJson({ id, group, deduplicationId, body }: QueueEntry): string {
  return `{"Id":"${id}","MessageGroupId":"${group}","MessageDeduplicationId":"${deduplicationId}","MessageBody":${body.quoted}}`;
}
