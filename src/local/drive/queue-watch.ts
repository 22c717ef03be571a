import { MappingStatus } from './driver-events';
import { Pause } from './pause';
import { QueueWatchPorts } from './queue-ports';
import { QueueRunner } from './queue-runner';
import { Runner } from './runner';

export interface QueueWatchTimes {
  readonly pollMillis: number;
}

interface Watched {
  readonly name: string;
  readonly tableName?: string;
}

/** Looks at a queue, its dead-letter queue and its subscriber's failure store, whoever runs the mapping: this driver, or the emulator. */
export class QueueWatch implements Runner {
  private readonly pause = new Pause();
  private depth = 0;
  private deadLetters = 0;
  private deadLettersBefore?: number;
  private stored = 0;
  private storedBefore?: number;
  /** When the latest look began that found the queue empty. */
  private emptyAt = -Infinity;
  private seenBusyAt = -Infinity;
  private loop?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly watched: Watched, private readonly ports: QueueWatchPorts, private readonly times: QueueWatchTimes,
    private readonly onFailure: (message: string) => void, private readonly runner?: QueueRunner,
  ) {}

  async start(): Promise<void> {
    await this.countStore();
    this.runner?.start();
    this.loop = this.lookOn();
  }

  get activeUntil(): number {
    return Math.max(this.seenBusyAt, this.runner?.activeUntil ?? -Infinity);
  }

  quietAfter(time: number): boolean {
    if (this.runner && !this.runner.status().enabled) return true;
    return (this.runner?.status().inFlight ?? 0) === 0 && this.emptyAt > time;
  }

  status(): MappingStatus {
    const { watched: { name, tableName: table }, runner, depth, stored, deadLetters } = this;
    const status = runner?.status();
    const changes = runner?.changes;
    return {
      name,
      table,
      enabled: status?.enabled ?? true,
      read: changes?.received ?? 0,
      filteredOut: 0,
      applied: Math.max(0, (changes?.acknowledged ?? 0) - stored),
      retried: changes?.retried ?? 0,
      failed: stored + deadLetters,
      lost: 0,
      deadLetters,
      inFlight: changes?.inFlight ?? 0,
      waiting: depth,
      lagMillis: runner?.lagMillis ?? 0,
      failureStore: stored,
      invocations: status?.invocations ?? 0,
      functionErrors: status?.functionErrors ?? 0,
    };
  }

  /** The first counts are what was there before this run. */
  async countStore(): Promise<void> {
    const [stored, deadLetters] = await Promise.all([this.ports.failureStore?.count() ?? 0, this.ports.deadLetters()]);
    this.storedBefore ??= stored;
    this.deadLettersBefore ??= deadLetters;
    this.stored = Math.max(0, stored - this.storedBefore);
    this.deadLetters = Math.max(0, deadLetters - this.deadLettersBefore);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.pause.end();
    await Promise.allSettled([this.loop, this.runner?.stop()]);
    this.ports.close();
  }

  private async lookOn(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.look();
      } catch (error) {
        if (!this.stopped) this.onFailure((error as Error).message);
      }
      await this.pause.wait(this.times.pollMillis);
    }
  }

  private async look(): Promise<void> {
    const began = this.ports.now();
    const before = this.depth;
    this.depth = await this.ports.depth();
    if (this.depth === 0) this.emptyAt = began;
    else this.seenBusyAt = this.ports.now();
    if (this.depth > 0 || before > 0) await this.countStore();
  }
}
