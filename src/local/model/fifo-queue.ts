import { refusalOfBatch } from './queue-limits';
import { DEDUPLICATION_SECONDS, QUEUE_BATCH_ENTRIES, QUEUE_VISIBILITY_SECONDS } from '../../contract/limits';

/** What a sender gives. */
export interface FifoEntry {
  readonly group: string;
  readonly deduplicationId: string;
  readonly body: string;
}

export interface FifoMessage extends FifoEntry {
  readonly messageId: string;
  readonly sentAt: number;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
  readonly receiptHandle: string;
}

export interface FifoQueueConfig {
  readonly visibilitySeconds: number;
  /** Receives after which a message goes to the dead-letter queue; without it never. */
  readonly maxReceiveCount?: number;
  readonly retentionSeconds: number;
  /** Told of each message that is moved, or deleted for its age. */
  readonly onGone?: (message: FifoEntry, why: 'DEAD_LETTER' | 'RETENTION') => void;
}

interface Held extends FifoEntry {
  readonly messageId: string;
  readonly sentAt: number;
  receives: number;
  receivedAt: number;
  visibleAt: number;
  receiptHandle?: string;
}

/**
 * A FIFO queue in high-throughput mode: deduplication and order by message group. While a message of a group is invisible, no other of the group
 * is handed out, except together with it in one receive. Times are epoch milliseconds given by the caller.
 */
export class FifoQueue {
  private messages: Held[] = [];
  private readonly remembered = new Map<string, number>();
  private ids = 0;

  constructor(private readonly config: FifoQueueConfig) {}

  /** Messages that are there, whether visible or not. */
  get size(): number {
    return this.messages.length;
  }

  /**
   * Sends a batch.
   * @throws Error with SQS's name for it, when the batch as a whole is more than SQS takes
   */
  sendBatch(entries: readonly FifoEntry[], now: number): void {
    const refusal = refusalOfBatch(entries);
    if (refusal !== undefined) throw Object.assign(new Error(refusal), { name: refusal });
    for (const entry of entries) this.send(entry, now);
  }

  /** Accepts every message, and forgets those it has seen in the last five minutes. */
  send(entry: FifoEntry, now: number): void {
    const key = `${entry.group} ${entry.deduplicationId}`;
    const seen = this.remembered.get(key);
    if (seen !== undefined && now - seen < DEDUPLICATION_SECONDS * 1000) return;
    this.remembered.set(key, now);
    this.ids += 1;
    this.messages.push({ ...entry, messageId: `message-${this.ids}`, sentAt: now, receives: 0, receivedAt: now, visibleAt: now });
  }

  /** Up to ten messages that may be worked on now, in order. */
  receive(most: number, now: number): FifoMessage[] {
    this.expire(now);
    const taken: FifoMessage[] = [];
    const blocked = new Set(this.messages.filter((message) => message.visibleAt > now).map(({ group }) => group));
    for (const message of [...this.messages]) {
      if (taken.length === Math.min(most, QUEUE_BATCH_ENTRIES)) break;
      if (blocked.has(message.group)) continue;
      if (this.config.maxReceiveCount !== undefined && message.receives >= this.config.maxReceiveCount) {
        this.drop(message, 'DEAD_LETTER');
        continue;
      }
      message.receives += 1;
      message.receivedAt = now;
      message.visibleAt = now + this.config.visibilitySeconds * 1000;
      message.receiptHandle = `${message.messageId}/${message.receives}`;
      const { group, deduplicationId, body, messageId, sentAt, receives: receiveCount, receiptHandle } = message;
      taken.push({ group, deduplicationId, body, messageId, sentAt, receiveCount, receiptHandle });
    }
    return taken;
  }

  /** Deletes a message, if it was not received again since. */
  delete(receiptHandle: string): void {
    this.messages = this.messages.filter((message) => message.receiptHandle !== receiptHandle);
  }

  /**
   * Returns false when nothing happens: the message is visible again, or was received again since.
   * @throws Error as SQS refuses what is no whole number, or would hide a message for longer, from its receipt on, than it allows in all
   */
  changeVisibility(receiptHandle: string, seconds: number, now: number): boolean {
    const message = this.messages.find((one) => one.receiptHandle === receiptHandle);
    if (message === undefined || message.visibleAt <= now) return false;
    const inAll = seconds + (now - message.receivedAt) / 1000;
    if (!Number.isInteger(seconds) || inAll > QUEUE_VISIBILITY_SECONDS.max) {
      throw Object.assign(new Error(`${seconds} seconds, ${inAll} in all, are no visibility timeout`), { name: 'InvalidParameterValue' });
    }
    message.visibleAt = now + seconds * 1000;
    return true;
  }

  /** When a receive may find more than it does now; undefined when only a send changes anything. */
  nextVisibleAt(now: number): number | undefined {
    const times = this.messages.map(({ visibleAt }) => visibleAt).filter((at) => at > now);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Whether a receive would find something. */
  hasVisible(now: number): boolean {
    const blocked = new Set(this.messages.filter((message) => message.visibleAt > now).map(({ group }) => group));
    return this.messages.some(({ group }) => !blocked.has(group));
  }

  private expire(now: number): void {
    for (const message of this.messages) if (now - message.sentAt > this.config.retentionSeconds * 1000) this.drop(message, 'RETENTION');
  }

  private drop(message: Held, why: 'DEAD_LETTER' | 'RETENTION'): void {
    this.messages = this.messages.filter((other) => other !== message);
    this.config.onGone?.({ group: message.group, deduplicationId: message.deduplicationId, body: message.body }, why);
  }
}
