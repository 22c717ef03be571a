/** Workers whose work takes long, with all their ports in memory, on a FIFO queue that keeps visibility as SQS does. */

import { LedgerRow } from '../../../src/contract/ledger';
import { FifoMessage, FifoQueue } from '../../../src/local/model/fifo-queue';
import { StreamRecord } from '../../../src/runtime/change/record';
import { Memory } from '../../../src/runtime/lanes/memory';
import { itemKey } from '../../../src/runtime/ledger/item-key';
import { LongWorkerPorts } from '../../../src/runtime/long/ports';
import { settleWork } from '../../../src/runtime/long/settle-work';
import { QueueRecord } from '../../../src/runtime/queue/message';
import { aroundClient, aroundFailures, never, Operation } from '../faults';
import { Harness, HarnessOptions, LEDGER, TestHandler } from '../harness';

export const WORK_MILLIS = 60_000;
export const LEASE_SECONDS = 30;
const FUNCTION_MILLIS = WORK_MILLIS + 10_000;

export type LongOperation = Operation | 'visibility';
/** Called around each call of a port; may fail it, or never come back. */
export type AroundLong = <T>(operation: LongOperation, call: () => Promise<T>, life: Life) => Promise<T>;

/** One process: it may be killed, or sleep for a while, and its clock may be wrong. */
export class Life {
  public memory = new Memory();
  public dead = false;
  public readonly clock = {
    now: () => this.harness.virtual.now() + this.skewMillis,
    sleep: async (millis: number, signal?: AbortSignal) => {
      await this.harness.clock.sleep(millis, signal);
      await this.awake();
    },
  };
  private asleepUntil = 0;

  public constructor(public readonly name: string, private readonly harness: LongHarness, public readonly skewMillis = 0) {}

  /** Everything stands still, timers too. */
  public sleepFor(millis: number): void {
    this.asleepUntil = this.harness.virtual.now() + millis;
  }

  public get isAsleep(): boolean {
    return this.harness.virtual.now() < this.asleepUntil;
  }

  /** Passes when the process is awake; never when it is dead. */
  public async awake(): Promise<void> {
    while (!this.dead && this.harness.virtual.now() < this.asleepUntil) await this.harness.clock.sleep(this.asleepUntil - this.harness.virtual.now());
    if (this.dead) await never();
  }
}

export type LongHandler = (...parameters: [...Parameters<TestHandler>, Life]) => unknown;

export interface LongHarnessOptions extends Pick<HarnessOptions, 'settings' | 'random'> {
  readonly onNewerChange?: 'PROCESS_EACH' | 'SKIP_SUPERSEDED';
  readonly handler?: LongHandler;
  readonly around?: AroundLong;
}

export class LongHarness extends Harness {
  public readonly queue = new FifoQueue({ visibilitySeconds: (FUNCTION_MILLIS * 6) / 1000, retentionSeconds: 14 * 24 * 3600 });
  /** When the queue was told how long which message is to stay invisible. */
  public readonly visibilities: { readonly at: number; readonly receiptHandle: string; readonly seconds: number }[] = [];
  public around: AroundLong;
  public readonly functionMillis = FUNCTION_MILLIS;
  public handler: LongHandler;
  private owners = 0;
  private sent = 0;

  public constructor(options: LongHarnessOptions = {}) {
    super({
      random: options.random,
      settings: {
        longestPauseSeconds: 60,
        longWork: { workMillis: WORK_MILLIS, leaseSeconds: LEASE_SECONDS, onNewerChange: options.onNewerChange ?? 'PROCESS_EACH' },
        ...options.settings,
      },
    });
    this.around = options.around ?? ((_operation, call) => call());
    this.handler = options.handler ?? (() => undefined);
  }

  public life(name = 'worker', skewMillis = 0): Life {
    return new Life(name, this, skewMillis);
  }

  /** Sends one message as the relay does: consecutive changes of one item. */
  public send(...changes: StreamRecord[]): void {
    this.enqueue({ changes });
  }

  /** What a redrive sends of what the relay's mapping gave up. */
  public sendGivenUp(...changes: StreamRecord[]): void {
    this.enqueue({ changes, givenUp: true });
  }

  private enqueue(envelope: { readonly changes: readonly StreamRecord[]; readonly givenUp?: boolean }): void {
    this.sent += 1;
    this.queue.send({
      group: `group-${envelope.changes[0].dynamodb!.Keys!.id.S}`, deduplicationId: String(this.sent), body: JSON.stringify({ v: 1, ...envelope }),
    }, this.virtual.now());
  }

  public receive(): FifoMessage | undefined {
    return this.queue.receive(1, this.virtual.now())[0];
  }

  /** Begins an invocation; what is settled is deleted, as the mapping does. */
  public async invoke(message: FifoMessage, life: Life): Promise<boolean> {
    const remaining = this.remaining();
    const failed = await settleWork(this.portsOf(life), [recordOf(message)], {
      requestId: 'request', remainingMillis: remaining,
    });
    await life.awake();
    if (remaining() <= 0) throw new Error('answered after its deadline: Lambda has ended the process, and takes no answer');
    if (failed.length === 0) this.queue.delete(message.receiptHandle);
    return failed.length === 0;
  }

  /** Runs until the condition holds or nothing is left to happen. */
  public async run(done: () => boolean = () => false): Promise<void> {
    await this.virtual.runAsync(done);
  }

  /** Invokes and runs until there is an answer. */
  public async settle(message: FifoMessage, life = this.life()): Promise<boolean> {
    return this.answerOf(this.invoke(message, life));
  }

  /** Waits for an answer while time goes on. Throws when there is none. */
  public async answerOf<T>(call: Promise<T>): Promise<T> {
    let answer: { readonly value: T } | { readonly error: unknown } | undefined;
    call.then((value) => { answer = { value }; }, (error: unknown) => { answer = { error }; });
    await this.run(() => answer !== undefined);
    if (answer === undefined) throw new Error('no answer, and nothing is left to happen');
    if ('error' in answer) throw answer.error;
    return answer.value;
  }

  /** Lets time pass. */
  public async pass(millis: number): Promise<void> {
    await this.answerOf(this.clock.sleep(millis));
  }

  /** What a mapping does: one message after another, each in a process of its own, until the queue is empty. Returns the invocations. */
  public async work(life: () => Life = () => this.life(), most = 2_000): Promise<number> {
    let invocations = 0;
    while (this.queue.size > 0) {
      const message = this.receive();
      if (message) {
        if (invocations === most) throw new Error(`not settled after ${most} invocations`);
        invocations += 1;
        await this.settle(message, life());
      } else {
        await this.pass(Math.max(1, this.queue.nextVisibleAt(this.virtual.now())! - this.virtual.now()));
      }
    }
    return invocations;
  }

  /** An item's row in the ledger. */
  public row(key = 'a'): LedgerRow | undefined {
    const pk = itemKey({ subscriber: this.settings.subscriber, table: 'Orders' }, { id: { S: key } })!;
    return this.db.table(LEDGER).get(pk) as LedgerRow | undefined;
  }

  public portsOf(life: Life): LongWorkerPorts {
    const around = async <T>(operation: LongOperation, call: () => Promise<T>): Promise<T> => {
      await life.awake();
      const answer = await this.around(operation, call, life);
      await life.awake();
      return answer;
    };
    const { ports } = this;
    return {
      ...ports,
      memory: life.memory,
      clock: life.clock,
      monotonic: () => this.virtual.now(),
      newOwner: () => `owner-${this.owners += 1}`,
      client: aroundClient(this.db, around),
      failures: aroundFailures(this.failures, around),
      handler: (async (change, context) => around('handler', async () => {
        this.handlerCalls += 1;
        return this.handler(change, context, life);
      })) as LongWorkerPorts['handler'],
      claims: { getFrom: async () => undefined },
      visibility: {
        change: (list) => around('visibility', async () => {
          for (const { receiptHandle, seconds } of list) {
            this.visibilities.push({ at: this.virtual.now(), receiptHandle, seconds });
            this.queue.changeVisibility(receiptHandle, seconds, this.virtual.now());
          }
        }),
      },
    };
  }

  private remaining(): () => number {
    const end = this.virtual.now() + FUNCTION_MILLIS;
    return () => end - this.virtual.now();
  }
}

export function recordOf({ messageId, receiptHandle, body, receiveCount, sentAt, group }: FifoMessage): QueueRecord {
  return {
    messageId,
    receiptHandle,
    body,
    attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(sentAt), MessageGroupId: group },
  };
}
