import { FifoMessage, FifoQueue } from './fifo-queue';
import { newMetrics } from './metrics';
import { failedByResponse } from './queue-response';
import { EventSourceMapping, InvocationOutcome, MappingMetrics, MappingState } from './types';
import { QUEUE_BATCH_ENTRIES, QUEUE_MAPPING_CONCURRENCY } from '../../contract/limits';

/** The settings of one mapping on a FIFO queue. */
export interface FifoMappingConfig {
  readonly queueArn: string;
  readonly batchSize: number;
  /** Invocations at once. */
  readonly maxConcurrency: number;
  readonly reportBatchItemFailures: boolean;
}

/** Call the function with `queueEvent(messages, queueArn)`, then report with `invocationEnded`. */
export interface InvokeQueueAction {
  readonly type: 'invokeQueue';
  readonly id: number;
  readonly messages: readonly FifoMessage[];
}

/** Lambda's defaults where there are any. */
export function fifoMappingConfig(settings: Partial<FifoMappingConfig> & Pick<FifoMappingConfig, 'queueArn'>): FifoMappingConfig {
  const config = { batchSize: QUEUE_BATCH_ENTRIES, maxConcurrency: QUEUE_MAPPING_CONCURRENCY.max, reportBatchItemFailures: false, ...settings };
  if (config.batchSize < 1 || config.batchSize > QUEUE_BATCH_ENTRIES) throw new Error(`batchSize must be from 1 to ${QUEUE_BATCH_ENTRIES}, got ${config.batchSize}`);
  const { min, max } = QUEUE_MAPPING_CONCURRENCY;
  if (config.maxConcurrency < min || config.maxConcurrency > max) throw new Error(`maxConcurrency must be from ${min} to ${max}, got ${config.maxConcurrency}`);
  return config;
}

/**
 * The mapping of one function on one FIFO queue. What succeeded is deleted; what failed stays until its visibility ends, and its group with it.
 * Receives are the queue's to count.
 */
export class FifoMapping implements EventSourceMapping<InvokeQueueAction> {
  private readonly counters: MappingMetrics = newMetrics();
  private readonly inFlight = new Map<number, readonly FifoMessage[]>();
  private current: MappingState = 'Disabled';
  private ids = 0;
  private lastNow = 0;

  constructor(private readonly config: FifoMappingConfig, private readonly queue: FifoQueue) {}

  get state(): MappingState {
    return this.current;
  }

  get metrics(): Readonly<MappingMetrics> {
    return this.counters;
  }

  get idle(): boolean {
    return this.inFlight.size === 0 && this.queue.size === 0;
  }

  enable(_now: number): void {
    this.current = 'Enabled';
  }

  disable(_now: number): void {
    this.current = this.inFlight.size > 0 ? 'Disabling' : 'Disabled';
  }

  next(now: number): readonly InvokeQueueAction[] {
    this.lastNow = now;
    if (this.current !== 'Enabled') return [];
    const actions: InvokeQueueAction[] = [];
    while (this.inFlight.size < this.config.maxConcurrency) {
      const messages = this.queue.receive(this.config.batchSize, now);
      if (messages.length === 0) break;
      this.ids += 1;
      this.inFlight.set(this.ids, messages);
      this.counters.PolledEventCount += messages.length;
      this.counters.InvokedEventCount += messages.length;
      actions.push({ type: 'invokeQueue', id: this.ids, messages });
    }
    return actions;
  }

  wakeAt(): number | undefined {
    return this.current === 'Enabled' && this.inFlight.size < this.config.maxConcurrency ? this.queue.nextVisibleAt(this.lastNow) : undefined;
  }

  invocationEnded(id: number, outcome: InvocationOutcome, _now: number): void {
    const messages = this.inFlight.get(id);
    if (messages === undefined) throw new Error(`no invocation ${id} is in flight`);
    this.inFlight.delete(id);
    if (this.current === 'Disabling' && this.inFlight.size === 0) this.current = 'Disabled';
    if (outcome.kind === 'throttled' || outcome.kind === 'serviceError') {
      this.counters.Throttles += 1;
      return;
    }
    this.counters.Invocations += 1;
    const failed = outcome.kind === 'functionError' ? new Set(messages) : failedByResponse(outcome.payload, messages, this.config.reportBatchItemFailures);
    if (outcome.kind === 'functionError') this.counters.Errors += 1;
    this.counters.FailedInvokeEventCount += failed.size;
    for (const message of messages) if (!failed.has(message)) this.queue.delete(message.receiptHandle);
  }
}

/** What the function is invoked with. */
export function queueEvent(messages: readonly FifoMessage[], queueArn: string): { Records: unknown[] } {
  return {
    Records: messages.map(({ messageId, receiptHandle, body, group, deduplicationId, receiveCount, sentAt }) => ({
      messageId,
      receiptHandle,
      body,
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: String(sentAt),
        MessageGroupId: group,
        MessageDeduplicationId: deduplicationId,
      },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: queueArn.split(':')[3],
    })),
  };
}
