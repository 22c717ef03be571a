import { MessageBody } from './message-body';
import { Line, Message } from './messages';
import type { QueueEntry, RelayPorts } from './ports';
import { Target } from './target';
import { QUEUE_BATCH_BYTES, QUEUE_BATCH_ENTRIES } from '../../contract/limits';
import { errorName } from '../thrown';
import { within } from '../within';

/** How often the next message of a group is tried before its target counts as failing, and how long in all from the first failure. */
const TRIES = 3;
const FIRST_PAUSE_MILLIS = 50;
/** With a request's own limit this bounds how long other targets wait for a failing one, however large the batch. */
export const FAILING_MILLIS = 1_000;
/** Requests of one target at once. */
const REQUESTS_AT_ONCE = 10;

export interface SendResult {
  /** Lines with messages that are not acknowledged. */
  readonly left: readonly Line[];
  /** Whether the queue took anything; undefined when it was not asked. */
  readonly answered?: boolean;
  /** What the queue, or S3 for a large change, said last. */
  readonly error?: string;
}

interface Ready {
  readonly line: Line;
  readonly entry: QueueEntry;
}

/**
 * Sends lines in rounds: the next message of each, ten a request. A message that is not acknowledged, for whatever reason, is tried again
 * before the one behind it; other lines go on. What is left in the end is the caller's to keep.
 */
export async function sendLines(ports: RelayPorts, target: Target, lines: readonly Line[], signal: AbortSignal): Promise<SendResult> {
  const { clock, random } = ports;
  let answered: boolean | undefined;
  let error: string | undefined;
  // Since when a line has failed that has not been taken since, and when the queue last took anything.
  let failingSince: number | undefined;
  let lastAnswer = -Infinity;
  let isSilent = false;
  let open = lines.filter((line) => !line.isDone);
  for (let round = 0; open.length > 0 && !signal.aborted; round += 1) {
    const begun = clock.now();
    const failed = (line: Line, why: string, since = begun) => {
      line.failures += 1;
      error = why;
      failingSince ??= since;
    };
    const ready = await prepare(open, failed, signal);
    await eachOf(batches(ready), REQUESTS_AT_ONCE, async (batch) => {
      const since = clock.now();
      isSilent ||= failingSince !== undefined && since - Math.max(failingSince, lastAnswer) >= FAILING_MILLIS;
      if (isSilent || signal.aborted) return;
      answered ??= false;
      const { accepted, codeOf } = await request(ports, target, batch, signal);
      const answeredAt = clock.now();
      for (const { line, entry } of batch) {
        if (!accepted.has(entry.id)) {
          failed(line, codeOf(entry.id), since);
          continue;
        }
        line.sent += 1;
        line.failures = 0;
        answered = true;
        lastAnswer = answeredAt;
      }
    });
    open = open.filter((line) => !line.isDone && line.failures < TRIES);
    if (isSilent) break;
    if (!open.some((line) => line.failures > 0)) {
      failingSince = undefined;
      continue;
    }
    if (failingSince !== undefined && clock.now() - failingSince >= FAILING_MILLIS) break;
    await clock.sleep(FIRST_PAUSE_MILLIS * 2 ** Math.min(round, TRIES) * (0.5 + random() / 2), signal);
  }
  return { left: lines.filter((line) => !line.isDone), answered, error };
}

/** Puts large changes where their messages can point to; a line whose change cannot be put there waits like one whose message failed. */
async function prepare(lines: readonly Line[], failed: (line: Line, why: string) => void, signal: AbortSignal): Promise<Ready[]> {
  const ready: Ready[] = [];
  const waits: Promise<void>[] = [];
  const add = (line: Line, message: Message, body: MessageBody) => {
    ready.push({ line, entry: { id: String(ready.length), group: line.group, deduplicationId: message.deduplicationId, body } });
  };
  for (const line of lines) {
    const message = line.messages[line.sent];
    const body = message.body();
    if (body instanceof MessageBody) add(line, message, body);
    else waits.push(within(signal, body).then((made) => add(line, message, made), (error: unknown) => failed(line, errorName(error))));
  }
  await Promise.all(waits);
  return ready;
}

/** Fills requests by entries and bytes. */
function batches(ready: readonly Ready[]): Ready[][] {
  const all: Ready[][] = [];
  let batch: Ready[] = [];
  let bytes = 0;
  for (const one of ready) {
    const size = one.entry.body.bytes;
    if (batch.length === QUEUE_BATCH_ENTRIES || (batch.length > 0 && bytes + size > QUEUE_BATCH_BYTES)) {
      all.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += size;
  }
  if (batch.length > 0) all.push(batch);
  return all;
}

interface Acknowledged {
  /** Ids of the entries that the queue has. */
  readonly accepted: ReadonlySet<string>;
  /** Why it does not have one of the others. */
  readonly codeOf: (id: string) => string;
}

/** An answer that says nothing of an entry acknowledges nothing, and neither does one that says both. */
async function request(ports: RelayPorts, target: Target, batch: readonly Ready[], signal: AbortSignal): Promise<Acknowledged> {
  const queueUrl = ports.queues.of(target.name);
  if (queueUrl === undefined) return nothing('NoQueue');
  try {
    const { accepted, failed } = await within(signal, ports.sender.send(queueUrl, batch.map(({ entry }) => entry)));
    const ids = new Set(accepted);
    for (const { id } of failed) ids.delete(id);
    return { accepted: ids, codeOf: (id) => failed.find((one) => one.id === id)?.code ?? 'NoAnswer' };
  } catch (error) {
    return nothing(errorName(error));
  }
}

function nothing(code: string): Acknowledged {
  return { accepted: new Set(), codeOf: () => code };
}

/** Runs the work on all, a few at a time. */
export async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const item = items[next];
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
