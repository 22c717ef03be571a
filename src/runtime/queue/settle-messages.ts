import { isOfMessage, QueueRecord, readMessage, ReadMessage } from './message';
import { VisibilityChange, WorkerPorts } from './ports';
import { QUEUE_VISIBILITY_SECONDS } from '../../contract/limits';
import { StreamRecord } from '../change/record';
import { Lane } from '../lanes/lane';
import { settleBatch, SettleOptions } from '../lanes/settle-batch';
import { Invocation } from '../ports';
import { errorName } from '../thrown';
import { atMost } from '../within';

/** A change that has to wait longer waits in the queue. */
export const PATIENCE_MILLIS = 1_000;
/** A message that failed without saying when to try again: doubles with each receive. */
const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 60;
/** A message waits for no more than this much of the time that it has waited already: what failed in a short outage is tried soon after its end. */
const PAUSE_SHARE_OF_AGE = 0.5;
/** Counted from its receipt a message may be invisible for as long as SQS allows in all: what is asked for later is less by an invocation, and by what came before that. */
const LONGEST_INVISIBLE_SECONDS = QUEUE_VISIBILITY_SECONDS.max - 60 * 60;

/** A message, and what is in it; nothing where it cannot be read. */
export interface Entry {
  readonly record: QueueRecord;
  readonly message?: ReadMessage;
}

/**
 * Settles messages of a FIFO queue. Returns the ids of those to be delivered again: each with a change that is not settled, and those behind it
 * in its group. They come back when their next attempt is due.
 */
export async function settleMessages(ports: WorkerPorts, records: readonly QueueRecord[], invocation: Invocation): Promise<readonly string[]> {
  const entries = await Promise.all(records.map((record) => readEntry(ports, record, invocation)));
  const unsettled = new Map<QueueRecord, number | undefined>();
  const blocked = new Set<string>();
  const fail = (record: QueueRecord, resumeAt?: number) => {
    unsettled.set(record, resumeAt);
    blocked.add(groupOf(record));
  };
  const batches = isSuspicious(ports, records) ? entries.map((entry) => [entry]) : [entries];
  const suspicious = batches.length > 1 || (entries.length === 1 && isSuspicious(ports, records));
  for (const batch of batches) {
    const settleable: Entry[] = [];
    for (const entry of batch) {
      // What comes behind an unreadable message waits for it, or it would be overtaken.
      if (entry.message === undefined || blocked.has(groupOf(entry.record))) fail(entry.record);
      else settleable.push(entry);
    }
    const lanes = await settleEntries(ports, settleable, invocation, { suspicious });
    const open = unsettledRecords(lanes);
    for (const { record, message } of settleable) {
      const waiting = message!.changes.find((change) => open.has(change));
      if (waiting !== undefined) fail(record, open.get(waiting));
      else if (blocked.has(groupOf(record))) fail(record);
    }
  }
  await postpone(ports, unsettled, invocation);
  return [...unsettled.keys()].map(({ messageId }) => messageId);
}

export async function readEntry(ports: WorkerPorts, record: QueueRecord, invocation: Invocation): Promise<Entry> {
  try {
    return { record, message: await inTime(ports, invocation, readMessage(record, ports.claims)) };
  } catch (error) {
    ports.logger.error('a message cannot be read; its group waits for it', {
      messageId: record.messageId, error: { name: errorName(error), ...(isOfMessage(error) && { message: error.message }) },
    });
    return { record };
  }
}

/**
 * A fresh process and a message that was received before: one of the batch may have ended the process that had it. There is no bisecting on a queue,
 * so the messages are settled one by one, each attempt counted beforehand and each mark stored before the next begins.
 */
export function isSuspicious(ports: WorkerPorts, records: readonly QueueRecord[]): boolean {
  return !ports.memory.finishedInvocation && records.some((record) => receivesOf(record) > 1);
}

/** Settles the changes of messages; a change whose filter failed takes the error with it, and one that the relay's mapping gave up that it was. */
export async function settleEntries(
  ports: WorkerPorts, entries: readonly Entry[], invocation: Invocation, options: SettleOptions,
): Promise<readonly Lane[]> {
  const errors = new Map<StreamRecord, Error>();
  const givenUp = new Set<StreamRecord>(entries.flatMap(({ message }) => (message?.givenUp ? message.changes : [])));
  for (const { message } of entries) {
    if (!message?.filterError) continue;
    const { name, message: text } = message.filterError;
    for (const change of message.changes) errors.set(change, Object.assign(new Error(text), { name }));
  }
  return settleBatch({
    ...ports,
    patienceMillis: PATIENCE_MILLIS,
    // The relay has evaluated the filter; what it failed on is stored as it would be beside a stream.
    filter: errors.size === 0 ? undefined : (change) => {
      const error = errors.get(change);
      if (error) throw error;
      return true;
    },
  }, entries.flatMap(({ message }) => message!.changes), invocation, { ...options, givenUp });
}

/** Changes that are not settled, and when the first of their item is due. */
export function unsettledRecords(lanes: readonly Lane[]): Map<StreamRecord, number | undefined> {
  const open = new Map<StreamRecord, number | undefined>();
  for (const lane of lanes) for (const { record } of lane.records.slice(lane.settled)) open.set(record, lane.resumeAt);
  return open;
}

/** Waits for what is asked outside a batch, whose deadline it does not know: for half of the time that is left, so that a response follows. */
export function inTime<T>({ clock }: WorkerPorts, invocation: Invocation, request: Promise<T>): Promise<T> {
  return atMost(clock, invocation.remainingMillis() / 2, request);
}

/** Says when the queue is to hand the messages out again. Where that fails they come back when their visibility ends. */
async function postpone(ports: WorkerPorts, unsettled: ReadonlyMap<QueueRecord, number | undefined>, invocation: Invocation): Promise<void> {
  const now = ports.clock.now();
  const delays = new Map<string, number>();
  for (const [record, resumeAt] of unsettled) {
    const own = resumeAt === undefined ? 0 : (resumeAt - now) / 1000;
    const group = groupOf(record);
    // Messages behind the first come back with it: while one of a group is invisible the queue hands out none of them.
    if (!delays.has(group)) delays.set(group, invisibleFor(Math.max(own, pauseAfter(ports, record))));
  }
  const changes: VisibilityChange[] = [...unsettled.keys()].map((record) => ({
    receiptHandle: record.receiptHandle, seconds: delays.get(groupOf(record))!,
  }));
  if (changes.length === 0) return;
  try {
    await inTime(ports, invocation, ports.visibility.change(changes));
  } catch (error) {
    ports.logger.warn('visibility not changed: the messages come back when it ends', { messages: changes.length, error: { name: errorName(error) } });
  }
}

/** What SQS takes for so many seconds: whole ones, and no more than it allows, or the whole request would be refused. */
export function invisibleFor(seconds: number): number {
  return Math.min(LONGEST_INVISIBLE_SECONDS, Math.ceil(seconds));
}

/** Seconds. Doubles with each receive, because receives are counted: they must last as long as the change may grow old. */
export function pauseAfter({ clock, settings }: WorkerPorts, record: QueueRecord): number {
  const sentAt = Number(record.attributes?.SentTimestamp ?? 0);
  const byAge = ((clock.now() - sentAt) / 1000) * PAUSE_SHARE_OF_AGE;
  const byReceives = FIRST_PAUSE_SECONDS * 2 ** Math.min(receivesOf(record) - 1, 20);
  return Math.min(settings.longestPauseSeconds ?? LONGEST_PAUSE_SECONDS, byReceives, Math.max(FIRST_PAUSE_SECONDS, byAge));
}

export function receivesOf(record: QueueRecord): number {
  return Math.max(1, Number(record.attributes?.ApproximateReceiveCount ?? 1));
}

function groupOf(record: QueueRecord): string {
  return record.attributes?.MessageGroupId ?? record.messageId;
}
