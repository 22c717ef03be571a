import { RuntimePorts } from '../lanes/run';

/** What the worker of a queue touches besides what a stream's does. */
export interface WorkerPorts extends RuntimePorts {
  readonly claims: ClaimStore;
  readonly visibility: Visibility;
}

/** Where the relay puts changes that are too large for a message. */
export interface ClaimStore {
  /** Undefined when it is not there. */
  getFrom(bucket: string, key: string): Promise<string | undefined>;
}

/** The queue's own clock: when a message that was not settled is handed out again. */
export interface Visibility {
  change(messages: readonly VisibilityChange[]): Promise<void>;
}

export interface VisibilityChange {
  readonly receiptHandle: string;
  readonly seconds: number;
}
