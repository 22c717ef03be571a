import { DeployedQueueMapping } from '../deploy';
import { DriverListener } from './driver-events';
import { endpointQueuePorts, QueueMappingPorts } from './queue-ports';
import { QueueRunner, QueueStatus } from './queue-runner';

export type { QueueStatus } from './queue-runner';

export interface QueueDriverOptions {
  readonly mappings: readonly DeployedQueueMapping[];
  readonly onEvent?: DriverListener;
  /** Between two looks into a queue that was empty. @default 50 */
  readonly pollMillis?: number;
  /** Between two looks at whether a mapping is switched on. @default 500 */
  readonly stateMillis?: number;
  /** @default - the SQS and Lambda APIs at the mapping's endpoint */
  readonly ports?: (mapping: DeployedQueueMapping) => QueueMappingPorts;
}

export interface QueueDriver {
  status(): readonly QueueStatus[];
  /** Starts no more invocations; resolves when those under way have ended. */
  stop(): Promise<void>;
}

const POLL_MILLIS = 50;
const STATE_MILLIS = 500;

/** Drives mappings of FIFO queues in this process, in place of an emulator that runs one batch of each at a time. */
export function startQueueDriver(options: QueueDriverOptions): QueueDriver {
  const portsOf = options.ports ?? endpointQueuePorts;
  const emit = options.onEvent ?? (() => undefined);
  const { pollMillis = POLL_MILLIS, stateMillis = STATE_MILLIS } = options;
  const runners = options.mappings.map(mapping => new QueueRunner(mapping, portsOf(mapping), { pollMillis, stateMillis }, emit));
  runners.forEach(runner => runner.start());
  return {
    status: () => runners.map(runner => runner.status()),
    stop: async () => { await Promise.all(runners.map(runner => runner.stop())); },
  };
}
