import { randomUUID } from 'node:crypto';
import { DeployedStreamMapping } from '../deploy';
import { DeliverAction, failureDelivery, InvocationOutcome, InvokeAction, lambdaEvent, StreamMapping } from '../model';
import { DriverListener, MappingStatus } from './driver-events';
import { Pause } from './pause';
import { MappingPorts } from './ports';
import { Runner } from './runner';
import { ShardReader } from './shard-reader';
import { reference, Tally } from './tally';
import { timerMillis } from '../../contract/timer';

export interface RunnerTimes {
  readonly pollMillis: number;
  readonly discoverMillis: number;
  readonly countStoreMillis: number;
  readonly stateMillis: number;
}

/** Runs one mapping: reads its stream into the model and carries out what the model says. */
export class MappingRunner implements Runner {
  private readonly model: StreamMapping;
  private readonly tally: Tally;
  private readonly readers = new Map<string, ShardReader>();
  /** When the latest poll began that found the end of the shard. */
  private readonly quietSince = new Map<string, number>();
  private readonly closed = new Set<string>();
  private readonly pause = new Pause();
  private readonly running = new Set<Promise<void>>();
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private discoveredAt = -Infinity;
  private storeCountedAt = -Infinity;
  private stateSeenAt = -Infinity;
  private lastActivity = -Infinity;
  /** Changes of a relay that its queues have not taken. */
  private overflow = 0;
  private loop?: Promise<void>;

  constructor(
    readonly mapping: DeployedStreamMapping, private readonly ports: MappingPorts,
    private readonly times: RunnerTimes, private readonly emit: DriverListener,
  ) {
    const { name, config } = mapping;
    this.tally = new Tally(name, mapping.enabled, config.onFailure?.type === 'S3');
    // LATEST is the reader's affair here: where it begins there is nothing older to leave out.
    this.model = new StreamMapping({ ...config, startingPosition: 'TRIM_HORIZON' }, (record, fate) => {
      this.tally.settled(record, fate);
      this.emit({ type: 'settled', mapping: name, record: reference(record), fate });
    });
  }

  async start(): Promise<void> {
    if (!this.mapping.enabled && !this.ports.enabled) return;
    await this.countStore();
    if (this.ports.enabled) await this.followState();
    else this.model.enable(this.ports.now());
    await this.discover();
    this.loop = this.readOn();
  }

  /** Nothing is under way, and polls begun after this time found nothing more. */
  quietAfter(time: number): boolean {
    if (this.model.state === 'Disabled') return true;
    // What a relay could not send is counted after the last thing it did.
    if (this.ports.overflow && (this.overflow > 0 || this.storeCountedAt <= this.lastActivity)) return false;
    return this.model.idle && [...this.readers.keys()].every(id => this.closed.has(id) || (this.quietSince.get(id) ?? -Infinity) > time)
      && this.discoveredAt > -Infinity;
  }

  get activeUntil(): number {
    return this.lastActivity;
  }

  status(): MappingStatus {
    const { tableName: table, queueParameters } = this.mapping;
    const status = this.tally.status(this.ports.now());
    return { ...status, table, isRelay: queueParameters !== undefined, waiting: status.waiting + this.overflow };
  }

  async countStore(): Promise<void> {
    const now = this.ports.now();
    if (this.ports.failureStore) this.tally.storeHolds(await this.ports.failureStore.count());
    if (this.ports.overflow) this.overflow = await this.ports.overflow.count();
    this.storeCountedAt = now;
  }

  /** Starts nothing more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.pause.end();
    await Promise.allSettled([this.loop, ...this.running]);
    this.ports.close();
  }

  private async readOn(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.poll();
      } catch (error) {
        if (!this.stopped) this.emit({ type: 'readFailed', mapping: this.mapping.name, message: (error as Error).message });
      }
      await this.pause.wait(this.times.pollMillis);
    }
  }

  private async poll(): Promise<void> {
    const now = this.ports.now();
    if (this.ports.enabled && now - this.stateSeenAt >= this.times.stateMillis) await this.followState();
    if (now - this.discoveredAt >= this.times.discoverMillis) await this.discover();
    await Promise.all([...this.readers.values()].filter(reader => this.model.wantsRecords(reader.shardId)).map(reader => this.readShard(reader)));
    const isStoreOld = now - this.storeCountedAt >= this.times.countStoreMillis;
    if (isStoreOld && (this.lastActivity >= this.storeCountedAt || this.overflow > 0)) await this.countStore();
    this.advance();
  }

  /** The mapping is paused and resumed where it is deployed; what is in flight then ends first. */
  private async followState(): Promise<void> {
    this.stateSeenAt = this.ports.now();
    const enabled = await this.ports.enabled!();
    if (enabled && this.model.state === 'Disabled') this.model.enable(this.ports.now());
    if (!enabled) this.model.disable(this.ports.now());
    this.tally.switched(this.model.state !== 'Disabled');
  }

  private async readShard(reader: ShardReader): Promise<void> {
    const { shardId } = reader;
    const began = this.ports.now();
    const { records, closed } = await reader.read();
    if (this.stopped) return;
    if (records.length === 0) {
      this.quietSince.set(shardId, began);
    } else {
      this.lastActivity = this.ports.now();
      this.tally.offered(records);
      this.model.offer(shardId, records, this.ports.now());
      this.emit({ type: 'polled', mapping: this.mapping.name, shardId, records: records.length });
      this.advance();
    }
    if (!closed) return;
    this.closed.add(shardId);
    this.model.closeShard(shardId);
    await this.discover();
  }

  private async discover(): Promise<void> {
    const first = this.readers.size === 0;
    const shards = await this.ports.stream.shards();
    this.discoveredAt = this.ports.now();
    for (const shard of shards) {
      if (this.readers.has(shard.shardId)) continue;
      // Only what is there from the start is read from the configured position: later shards are children of those.
      this.readers.set(shard.shardId, new ShardReader(this.ports.stream, shard.shardId, first ? this.mapping.config.startingPosition : 'TRIM_HORIZON'));
      this.model.addShard(shard);
    }
  }

  private advance(): void {
    if (this.stopped) return;
    for (const action of this.model.next(this.ports.now())) this.track(action.type === 'invoke' ? this.invoke(action) : this.deliver(action));
    clearTimeout(this.timer);
    const at = this.model.wakeAt();
    if (at !== undefined) this.timer = setTimeout(() => this.advance(), timerMillis(at - this.ports.now()));
  }

  private track(work: Promise<void>): void {
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  private async invoke({ id, records }: InvokeAction): Promise<void> {
    const mapping = this.mapping.name;
    const began = this.ports.now();
    this.tally.invoked(records);
    this.emit({ type: 'invoked', mapping, invocation: id, records: records.map(reference) });
    const { outcome, message = '', stack, log } = await this.ports.fn.invoke(lambdaEvent(records));
    const now = this.ports.now();
    if (log) this.emit({ type: 'output', mapping, text: log });
    const ended = { mapping, invocation: id, millis: now - began, records: records.length };
    this.tally.ended(records, outcome.kind === 'functionError');
    if (outcome.kind === 'returned') this.emit({ type: 'returned', ...ended, reported: reportedFailures(outcome) });
    else if (outcome.kind === 'functionError') this.emit({ type: 'functionError', ...ended, message, stack });
    else this.emit({ type: 'refused', mapping, invocation: id, kind: outcome.kind, message });
    this.lastActivity = now;
    this.model.invocationEnded(id, outcome, now);
    this.advance();
  }

  private async deliver(action: DeliverAction): Promise<void> {
    const about = { mapping: this.mapping.name, condition: action.condition, records: action.records.map(reference) };
    let delivered = true;
    try {
      const where = await this.ports.destination.deliver(failureDelivery(this.mapping.config, action, randomUUID()));
      this.emit({ type: 'delivered', ...about, where });
    } catch (error) {
      delivered = false;
      this.emit({ type: 'deliveryRefused', ...about, reason: (error as Error).message });
    }
    this.lastActivity = this.ports.now();
    this.model.deliveryEnded(action.id, delivered, this.ports.now());
    this.advance();
  }
}

function reportedFailures(outcome: InvocationOutcome & { kind: 'returned' }): number {
  const failures = (outcome.payload as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  return Array.isArray(failures) ? failures.length : 0;
}
