import { ChangeEnvelope } from '../../contract/envelope';
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

/** Changes in messages, where a message holds several. */
export interface ChangeCounts {
  /** For the first time. */
  received: number;
  /** Once more. */
  retried: number;
  acknowledged: number;
  inFlight: number;
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
  private lastActivity = -Infinity;
  /** When messages were sent that were received and not deleted, by id. */
  private readonly unsettled = new Map<string, number>();
  private readonly counts: ChangeCounts = { received: 0, retried: 0, acknowledged: 0, inFlight: 0 };

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

  get changes(): Readonly<ChangeCounts> {
    return this.counts;
  }

  get activeUntil(): number {
    return this.lastActivity;
  }

  /** Age of the oldest message that was received and is not settled. */
  get lagMillis(): number {
    return this.unsettled.size === 0 ? 0 : Math.max(0, this.ports.now() - Math.min(...this.unsettled.values()));
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
    this.received(messages);
    const { outcome, message = '', stack, log } = await this.ports.fn.invoke(queueEvent(messages, queueArn));
    this.counts.inFlight -= changesIn(messages);
    this.lastActivity = this.ports.now();
    if (log) this.emit({ type: 'output', mapping, text: log });
    const ended = { mapping, invocation, millis: this.ports.now() - began, records: messages.length };
    if (outcome.kind === 'throttled' || outcome.kind === 'serviceError') {
      this.emit({ type: 'refused', mapping, invocation, kind: outcome.kind, message });
    } else if (outcome.kind === 'functionError') {
      // Nothing is deleted: the messages come back when their visibility ends.
      this.functionErrors += 1;
      this.emit({ type: 'functionError', ...ended, message, stack });
    } else {
      const failed = failedByResponse(outcome.payload, messages, reportBatchItemFailures);
      const settled = messages.filter(one => !failed.has(one));
      await Promise.all(settled.map(({ receiptHandle }) => this.ports.queue.delete(receiptHandle)));
      this.acknowledged += settled.length;
      this.counts.acknowledged += changesIn(settled);
      for (const { messageId } of settled) this.unsettled.delete(messageId);
      this.emit({ type: 'returned', ...ended, reported: failed.size });
    }
  }

  private received(messages: readonly FifoMessage[]): void {
    this.lastActivity = this.ports.now();
    this.counts.inFlight += changesIn(messages);
    const again = messages.filter(({ receiveCount }) => receiveCount > 1);
    this.counts.retried += changesIn(again);
    this.counts.received += changesIn(messages) - changesIn(again);
    for (const { messageId, sentAt } of messages) this.unsettled.set(messageId, sentAt);
  }
}

/** A relay's message holds consecutive changes of one item; any other message counts as one. */
function changesIn(messages: readonly FifoMessage[]): number {
  return messages.reduce((sum, { body }) => sum + changesOf(body), 0);
}

function changesOf(body: string): number {
  try {
    const { changes } = JSON.parse(body) as Partial<ChangeEnvelope>;
    return Array.isArray(changes) ? changes.length : 1;
  } catch {
    return 1;
  }
}
