import { DeployedQueueMapping } from '../deploy';
import { failedByResponse, FifoMessage, queueEvent } from '../model';
import { DriverListener } from './driver-events';
import { Pause } from './pause';
import { QueueMappingPorts } from './queue-ports';

/** How the subscriber of one queue stands. */
export interface QueueStatus {
  readonly name: string;
  readonly enabled: boolean;
  readonly invocations: number;
  /** Invocations that threw, timed out or died. */
  readonly functionErrors: number;
  /** Invocations now. */
  readonly inFlight: number;
  /** Invocations at once, at most. */
  readonly mostInFlight: number;
  /** Messages that were deleted. */
  readonly acknowledged: number;
}

export interface QueueRunnerTimes {
  readonly pollMillis: number;
  readonly stateMillis: number;
}

/** Runs one queue's mapping: as many invocations at once as it allows, each group in one of them. */
export class QueueRunner {
  private readonly running = new Set<Promise<void>>();
  private readonly pause = new Pause();
  private stopped = false;
  private enabled: boolean;
  private stateSeenAt = -Infinity;
  private loop?: Promise<void>;
  private invocations = 0;
  private functionErrors = 0;
  private mostInFlight = 0;
  private acknowledged = 0;

  constructor(
    private readonly mapping: DeployedQueueMapping, private readonly ports: QueueMappingPorts,
    private readonly times: QueueRunnerTimes, private readonly emit: DriverListener,
  ) {
    this.enabled = mapping.enabled;
  }

  start(): void {
    if (this.enabled || this.ports.enabled) this.loop = this.receiveOn();
  }

  status(): QueueStatus {
    const { mapping: { name }, enabled, invocations, functionErrors, mostInFlight, acknowledged } = this;
    return { name, enabled, invocations, functionErrors, inFlight: this.running.size, mostInFlight, acknowledged };
  }

  /** Starts nothing more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.pause.end();
    await this.loop;
    await Promise.all(this.running);
    this.ports.close();
  }

  private async receiveOn(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.followState();
        if (this.enabled) await this.receiveAll();
      } catch (error) {
        if (!this.stopped) this.emit({ type: 'readFailed', mapping: this.mapping.name, message: (error as Error).message });
      }
      await this.pause.wait(this.times.pollMillis);
    }
  }

  /** The mapping is paused and resumed where it is deployed; what is in flight then ends first. */
  private async followState(): Promise<void> {
    const now = this.ports.now();
    if (!this.ports.enabled || now - this.stateSeenAt < this.times.stateMillis) return;
    this.stateSeenAt = now;
    this.enabled = await this.ports.enabled();
  }

  private async receiveAll(): Promise<void> {
    while (!this.stopped && this.running.size < this.mapping.config.maxConcurrency) {
      const messages = await this.ports.queue.receive(this.mapping.config.batchSize);
      if (messages.length === 0) return;
      const work = this.invoke(messages).catch((error: Error) => (
        this.emit({ type: 'readFailed', mapping: this.mapping.name, message: error.message })));
      this.running.add(work);
      this.mostInFlight = Math.max(this.mostInFlight, this.running.size);
      void work.finally(() => this.running.delete(work));
    }
  }

  private async invoke(messages: readonly FifoMessage[]): Promise<void> {
    const { name: mapping, config: { queueArn, reportBatchItemFailures } } = this.mapping;
    const began = this.ports.now();
    this.invocations += 1;
    const invocation = this.invocations;
    const { outcome, message = '' } = await this.ports.fn.invoke(queueEvent(messages, queueArn));
    const ended = { mapping, invocation, millis: this.ports.now() - began, records: messages.length };
    if (outcome.kind === 'throttled' || outcome.kind === 'serviceError') {
      this.emit({ type: 'refused', mapping, invocation, kind: outcome.kind, message });
    } else if (outcome.kind === 'functionError') {
      // Nothing is deleted: the messages come back when their visibility ends.
      this.functionErrors += 1;
      this.emit({ type: 'functionError', ...ended, message });
    } else {
      const failed = failedByResponse(outcome.payload, messages, reportBatchItemFailures);
      const settled = messages.filter(one => !failed.has(one));
      await Promise.all(settled.map(({ receiptHandle }) => this.ports.queue.delete(receiptHandle)));
      this.acknowledged += settled.length;
      this.emit({ type: 'returned', ...ended, reported: failed.size });
    }
  }
}
