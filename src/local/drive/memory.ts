import { VirtualClock } from './memory-clock';
import { MemoryShard, MemoryStream } from './memory-stream';
import { POLL_INTERVAL_MILLIS } from '../../contract/limits';
import { StreamMapping } from '../model/stream-mapping';
import { DeliverAction, InvocationOutcome, InvokeAction } from '../model/types';

export { VirtualClock } from './memory-clock';
export { MemoryStream } from './memory-stream';

/** What a mapping acts on. An answer may come at once, later on the virtual clock, or as a promise. */
export interface MemoryTargets {
  invoke(action: InvokeAction): InvocationOutcome | Promise<InvocationOutcome>;
  /** How long an invocation takes that `invoke` answered at once. */
  invocationMillis?(action: InvokeAction): number;
  /** False when the destination refuses. */
  deliver(action: DeliverAction): boolean | Promise<boolean>;
}

/** Drives one mapping over a stream in memory. Polls happen on a grid from the mapping's enabling, as long as there is something to read. */
export class MemoryDriver {
  private readonly cursors = new Map<string, number>();
  private readonly ended = new Set<string>();
  private enabledAt = 0;
  private pollDue = false;
  private cancelWake?: () => void;
  private wakeDue?: number;

  constructor(
    private readonly clock: VirtualClock,
    private readonly stream: MemoryStream,
    private readonly mapping: StreamMapping,
    private readonly targets: MemoryTargets,
  ) {
    stream.onChange(() => this.schedulePoll());
  }

  enable(): void {
    this.enabledAt = this.clock.now();
    this.mapping.enable(this.enabledAt);
    this.pump();
  }

  disable(): void {
    this.mapping.disable(this.clock.now());
    this.pump();
  }

  private poll(): void {
    this.pollDue = false;
    const now = this.clock.now();
    for (const shard of this.stream.shards) {
      this.mapping.addShard(shard);
      if (!this.mapping.wantsRecords(shard.shardId)) continue;
      const cursor = this.cursors.get(shard.shardId) ?? 0;
      if (cursor < shard.records.length) this.mapping.offer(shard.shardId, shard.records.slice(cursor), now);
      this.cursors.set(shard.shardId, shard.records.length);
      if (shard.closed) {
        this.mapping.closeShard(shard.shardId);
        this.ended.add(shard.shardId);
      }
    }
    this.pump();
  }

  /** Carries out what the mapping wants now, and comes back when it will want more. */
  private pump(): void {
    for (const action of this.mapping.next(this.clock.now())) {
      if (action.type === 'invoke') this.invoke(action);
      else this.deliver(action);
    }
    this.scheduleWake();
    this.schedulePoll();
  }

  private invoke(action: InvokeAction): void {
    const end = (outcome: InvocationOutcome) => {
      this.mapping.invocationEnded(action.id, outcome, this.clock.now());
      this.pump();
    };
    const answer = this.targets.invoke(action);
    if (answer instanceof Promise) void answer.then(end, () => end({ kind: 'functionError' }));
    else this.clock.at(this.clock.now() + (this.targets.invocationMillis?.(action) ?? 0), () => end(answer));
  }

  private deliver(action: DeliverAction): void {
    const end = (delivered: boolean) => {
      this.mapping.deliveryEnded(action.id, delivered, this.clock.now());
      this.pump();
    };
    const answer = this.targets.deliver(action);
    if (answer instanceof Promise) void answer.then(end, () => end(false));
    else this.clock.at(this.clock.now(), () => end(answer));
  }

  private scheduleWake(): void {
    const at = this.mapping.wakeAt();
    if (at === this.wakeDue) return;
    this.cancelWake?.();
    this.wakeDue = at;
    this.cancelWake = at === undefined ? undefined : this.clock.at(at, () => {
      this.wakeDue = undefined;
      this.pump();
    });
  }

  private schedulePoll(): void {
    if (this.pollDue || this.mapping.state !== 'Enabled' || !this.hasUnread()) return;
    this.pollDue = true;
    const sinceEnabled = this.clock.now() - this.enabledAt;
    const tick = this.enabledAt + Math.ceil(sinceEnabled / POLL_INTERVAL_MILLIS) * POLL_INTERVAL_MILLIS;
    this.clock.at(tick, () => this.poll());
  }

  private hasUnread(): boolean {
    for (const shard of this.stream.shards) if (this.isUnread(shard)) return true;
    return false;
  }

  private isUnread(shard: MemoryShard): boolean {
    if (this.ended.has(shard.shardId)) return false;
    this.mapping.addShard(shard);
    if (!this.mapping.wantsRecords(shard.shardId)) return false;
    return shard.closed || (this.cursors.get(shard.shardId) ?? 0) < shard.records.length;
  }
}
