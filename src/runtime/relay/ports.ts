/** What the relay touches outside itself, so that a test can fail or kill it at every await. */

import { MessageBody } from './message-body';
import { Clock, DocumentClient, LineWriter, Random } from '../ports';
import { Target } from './target';
import { Logger } from '../observe/logger';

export interface QueueEntry {
  /** Unique in its batch. */
  readonly id: string;
  readonly group: string;
  readonly deduplicationId: string;
  readonly body: MessageBody;
}

/** A queue's answer to a batch. What it names neither as accepted nor as failed counts as failed. */
export interface SendAnswer {
  readonly accepted: readonly string[];
  readonly failed: readonly { readonly id: string; readonly code: string }[];
}

export interface QueueSender {
  /** Sends up to ten messages; answers or throws within seconds. */
  send(queueUrl: string, entries: readonly QueueEntry[]): Promise<SendAnswer>;
}

/** Where the targets' queues are, as the deployment says. */
export interface QueueUrls {
  /** Undefined when the deployment does not name one: the target fails until it does. */
  of(target: string): string | undefined;
  /** Reads them again. When it cannot, those of before stay. */
  refresh(): Promise<void>;
}

/** Objects in the failure store. A list is in order of keys and complete at the moment it is made. */
export interface ObjectStore {
  readonly bucket: string;
  put(key: string, text: string): Promise<void>;
  /** Undefined when it is not there. */
  get(key: string): Promise<string | undefined>;
  list(prefix: string, limit: number, after?: string): Promise<readonly string[]>;
  remove(keys: readonly string[]): Promise<void>;
}

/** What the relay works with, for as long as its process lives. */
export interface RelayPorts {
  readonly targets: readonly Target[];
  /** Name of the table's partition key, where a target orders by it. */
  readonly partitionKey?: string;
  readonly queues: QueueUrls;
  readonly sender: QueueSender;
  readonly objects: ObjectStore;
  readonly client: DocumentClient;
  readonly ledgerTable: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly writeLine: LineWriter;
  readonly logger: Logger;
  readonly memory: RelayMemory;
}

/** When a target is to be tried again, and where; kept by the process, because trying once more costs little. */
export class RelayMemory {
  private readonly probes = new Map<string, { readonly failures: number; readonly at: number }>();
  /** Up to which key a spill holds items that could not be sent, though others may be. */
  public readonly passed = new Map<string, string>();

  public mayProbe(target: string, now: number): boolean {
    return now >= (this.probes.get(target)?.at ?? 0);
  }

  public probeFailed(target: string, now: number): void {
    const failures = (this.probes.get(target)?.failures ?? 0) + 1;
    this.probes.set(target, { failures, at: now + Math.min(LONGEST_PROBE_PAUSE_MILLIS, FIRST_PROBE_PAUSE_MILLIS * 2 ** (failures - 1)) });
  }

  public answered(target: string): void {
    this.probes.delete(target);
  }
}

const FIRST_PROBE_PAUSE_MILLIS = 1_000;
const LONGEST_PROBE_PAUSE_MILLIS = 30_000;
