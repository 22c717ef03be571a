import { WorkerPorts } from '../queue/ports';

/** What the worker of a subscriber whose work takes long touches besides what a queue's does. */
export interface LongWorkerPorts extends WorkerPorts {
  /** Milliseconds since some moment, by a clock that nobody sets. */
  readonly monotonic: () => number;
  /** Names a delivery as no other is named. */
  readonly newOwner: () => string;
}
