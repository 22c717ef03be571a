import { DeployedQueueMapping, DeployedStreamMapping, WatchedQueue } from '../deploy';
import { DrainResult, DriverListener, MappingStatus } from './driver-events';
import { endpointPorts } from './endpoint-ports';
import { MappingRunner } from './mapping-runner';
import { Pause } from './pause';
import { MappingPorts } from './ports';
import { endpointQueuePorts, endpointWatchPorts, QueueMappingPorts, QueueWatchPorts } from './queue-ports';
import { QueueRunner } from './queue-runner';
import { QueueWatch } from './queue-watch';
import { Runner } from './runner';

export interface DriverOptions {
  readonly mappings: readonly DeployedStreamMapping[];
  /** FIFO queues that are driven and waited for. @default - none */
  readonly queueMappings?: readonly DeployedQueueMapping[];
  /** Queues that the emulator runs and that are waited for. @default - none */
  readonly watchedQueues?: readonly WatchedQueue[];
  /** What functions on Node.js write is known already, so no event tells it. @default false */
  readonly outputIsKnown?: boolean;
  readonly onEvent?: DriverListener;
  /** Between two reads of a shard. @default 250, as Lambda does */
  readonly pollMillis?: number;
  /** Between two looks at whether a mapping is switched on. @default 500 */
  readonly stateMillis?: number;
  /** @default - the Streams, Lambda and destination APIs at the mapping's endpoint */
  readonly ports?: (mapping: DeployedStreamMapping) => MappingPorts;
  /** @default - the SQS and Lambda APIs at the mapping's endpoint */
  readonly queuePorts?: (mapping: DeployedQueueMapping) => QueueMappingPorts;
  /** @default - the SQS and S3 APIs at the queue's endpoint */
  readonly watchPorts?: (queue: DeployedQueueMapping | WatchedQueue) => QueueWatchPorts;
}

export interface Driver {
  status(): Promise<readonly MappingStatus[]> | readonly MappingStatus[];
  /** Resolves when every record of every stream is settled and every queue is empty, what is written meanwhile included, or after the limit. */
  drain(limitMillis: number): Promise<DrainResult>;
  stop(): Promise<void>;
}

const POLL_MILLIS = 250;
const QUEUE_POLL_MILLIS = 50;
const DISCOVER_MILLIS = 2000;
const COUNT_STORE_MILLIS = 1000;
const STATE_MILLIS = 500;
const CHECK_MILLIS = 20;
const STOP_MILLIS = 5000;

/** Drives mappings in this process. */
export async function startDriver(options: DriverOptions): Promise<Driver> {
  const { pollMillis = POLL_MILLIS, stateMillis = STATE_MILLIS } = options;
  const times = { pollMillis, stateMillis, discoverMillis: DISCOVER_MILLIS, countStoreMillis: COUNT_STORE_MILLIS };
  const emit = listener(options);
  const portsOf = options.ports ?? endpointPorts;
  const streams = options.mappings.map(mapping => new MappingRunner(mapping, portsOf(mapping), times, emit));
  const runners: Runner[] = [...streams, ...queueRunners(options, emit)];
  const driver = new InProcessDriver(runners);
  try {
    await Promise.all(runners.map(runner => runner.start()));
    return driver;
  } catch (error) {
    await driver.stop();
    throw error;
  }
}

function listener({ onEvent = () => undefined, outputIsKnown, mappings, queueMappings = [] }: DriverOptions): DriverListener {
  if (!outputIsKnown) return onEvent;
  const known = new Set([...mappings, ...queueMappings].filter(({ functionRuntime }) => functionRuntime?.startsWith('nodejs')).map(({ name }) => name));
  return event => { if (event.type !== 'output' || !known.has(event.mapping)) onEvent(event); };
}

function queueRunners(options: DriverOptions, emit: DriverListener): QueueWatch[] {
  const { queueMappings = [], watchedQueues = [], pollMillis = POLL_MILLIS, stateMillis = STATE_MILLIS } = options;
  const { queuePorts = endpointQueuePorts, watchPorts = endpointWatchPorts } = options;
  const watch = (queue: DeployedQueueMapping | WatchedQueue, runner?: QueueRunner) => {
    const onFailure = (message: string) => emit({ type: 'readFailed', mapping: queue.name, message });
    return new QueueWatch(queue, watchPorts(queue), { pollMillis }, onFailure, runner);
  };
  const times = { pollMillis: Math.min(pollMillis, QUEUE_POLL_MILLIS), stateMillis };
  return [
    ...queueMappings.map(mapping => watch(mapping, new QueueRunner(mapping, queuePorts(mapping), times, emit))),
    ...watchedQueues.map(queue => watch(queue)),
  ];
}

class InProcessDriver implements Driver {
  private readonly pause = new Pause();
  private stopped = false;

  constructor(private readonly runners: readonly Runner[]) {}

  status(): readonly MappingStatus[] {
    return this.runners.map(runner => runner.status());
  }

  async drain(limitMillis: number): Promise<DrainResult> {
    const began = Date.now();
    let drained = false;
    // What one subscriber does may be another's change, so all must have been quiet since the last of any of them did something.
    while (!drained && !this.stopped && Date.now() - began < limitMillis) {
      const since = Math.max(began, ...this.runners.map(runner => runner.activeUntil));
      drained = this.runners.every(runner => runner.quietAfter(since));
      if (!drained) await this.pause.wait(CHECK_MILLIS);
    }
    if (!this.stopped) await Promise.all(this.runners.map(runner => runner.countStore()));
    return { drained, mappings: this.status() };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.pause.end();
    const limit = new Pause();
    await Promise.race([Promise.all(this.runners.map(runner => runner.stop())), limit.wait(STOP_MILLIS)]);
    limit.end();
  }
}
