import { Delivery } from './delivery';
import { LongPlan, LongRates } from './long-plan';
import { LONG_WORK_MARGIN_SECONDS } from '../../../contract/settings';
import type { Change } from '../../../runtime/change/change';
import type { ChangeContext } from '../../../runtime/change/context';
import { Memory } from '../../../runtime/lanes/memory';
import { LongWorkerPorts } from '../../../runtime/long/ports';
import { settleWork } from '../../../runtime/long/settle-work';
import { QueueRecord } from '../../../runtime/queue/message';
import { FifoMapping, FifoMessage, FifoQueue, InvocationOutcome, queueEvent } from '../../model';
import { FaultError, REFUSAL } from '../brokered/life';
import { ordinalOf } from '../brokered/numbered-record';
import { workerPorts, WorkerWorld } from '../brokered/worker-ports';

const POLL_MILLIS = 100;
const IDLE_POLL_MILLIS = 500;
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:queue.fifo';
/** As synth has them. */
const LONGEST_PAUSE_SECONDS = 173;
const MAX_RECORD_AGE_SECONDS = 24 * 3600;
/** Between two deliveries of one message at once. */
const TWICE_MILLIS = 2_000;

export interface LongWorld extends WorkerWorld {
  readonly rates: LongRates;
  /** Whose writes are made now; undefined for those of others than workers. */
  writer: Delivery | undefined;
  /** What the user's handler does with a change. */
  handle(by: Delivery, change: Change, context: ChangeContext): Promise<void>;
  died(by: Delivery): void;
  frozen(by: Delivery): void;
  /** The store has refused a write of it for good. */
  refused(by: Delivery): void;
  trace(line: string): void;
}

/** The queue, mapping and function of a subscriber whose work takes long. */
export class LongWorker {
  public readonly queue: FifoQueue;
  private readonly mapping: FifoMapping;
  private readonly visibilitySeconds: number;
  private memories: Memory[] = [];
  private owners = 0;
  private deliveries = 0;

  public constructor(
    private readonly world: LongWorld, private readonly plan: LongPlan, public readonly name: string, onGone: (why: string) => void,
  ) {
    this.visibilitySeconds = 6 * this.timeoutMillis / 1000;
    this.queue = new FifoQueue({
      visibilitySeconds: this.visibilitySeconds, maxReceiveCount: 1000, retentionSeconds: 14 * 24 * 3600, onGone: (_message, why) => onGone(why),
    });
    const { maxConcurrency } = plan;
    this.mapping = new FifoMapping({ queueArn: QUEUE_ARN, batchSize: 1, maxConcurrency, reportBatchItemFailures: true }, this.queue);
    this.mapping.enable(0);
  }

  /** Polls until the history is over. */
  public run(): void {
    const { clock, dice, rates } = this.world;
    for (const { id, messages } of this.mapping.next(clock.now())) {
      void this.invoke(messages).then((outcome) => this.mapping.invocationEnded(id, outcome, clock.now()));
      // The answer of the second one is lost.
      if (this.world.quiet() || !dice.chance(rates.twice)) continue;
      this.world.count('deliveredTwice');
      clock.at(clock.now() + dice.int(0, TWICE_MILLIS), () => void this.invoke(messages));
    }
    if (!this.world.over()) clock.at(clock.now() + (this.queue.hasVisible(clock.now()) ? POLL_MILLIS : IDLE_POLL_MILLIS), () => this.run());
  }

  private get timeoutMillis(): number {
    return this.plan.workMillis + LONG_WORK_MARGIN_SECONDS * 1000;
  }

  private async invoke(messages: readonly FifoMessage[]): Promise<InvocationOutcome> {
    const { clock, dice } = this.world;
    this.deliveries += 1;
    if (this.plan.skewMillis > 0) this.world.count('clockSkew');
    const by = new Delivery(this.world, dice.int(-this.plan.skewMillis, this.plan.skewMillis), {
      label: `delivery ${this.deliveries} (${messages[0].receiptHandle})`,
      ordinals: ordinalsOf(messages[0]),
      leaseUntil: clock.now() + this.visibilitySeconds * 1000,
    });
    this.world.trace(`${by.label} begins with ${by.ordinals.join(', ')}`);
    const memory = this.memories.pop() ?? new Memory();
    const end = clock.now() + this.timeoutMillis;
    const died = new Promise<'died'>((resolve) => by.onDeath(() => resolve('died')));
    const cancel = clock.at(end, () => {
      this.world.count('workerTimeout');
      by.die();
    });
    let over = false;
    by.onDeath(() => { if (!over) this.world.died(by); });
    by.onFreeze(() => this.world.frozen(by));
    const records = queueEvent(messages, QUEUE_ARN).Records as QueueRecord[];
    const invocation = { requestId: 'r', remainingMillis: () => Math.max(0, end - clock.now()) };
    const answer = await Promise.race([settleWork(this.ports(by, memory), records, invocation).catch(() => 'died' as const), died]);
    cancel();
    over = true;
    const { alive } = by;
    by.die();
    if (answer === 'died') return { kind: 'functionError' };
    if (alive) this.memories.push(memory);
    return { kind: 'returned', payload: { batchItemFailures: answer.map((itemIdentifier) => ({ itemIdentifier })) } };
  }

  private ports(by: Delivery, memory: Memory): LongWorkerPorts {
    const { world, plan: { workMillis, leaseSeconds, onNewerChange } } = this;
    const ports = workerPorts(world, by, {
      name: this.name,
      queue: this.queue,
      memory,
      handler: (change, context) => world.handle(by, change, context),
      settings: {
        longestPauseSeconds: LONGEST_PAUSE_SECONDS,
        maxRecordAgeSeconds: MAX_RECORD_AGE_SECONDS,
        longWork: { workMillis, leaseSeconds, onNewerChange },
      },
    });
    const { db } = world;
    /** Inside, the store works at once: whatever it writes is this delivery's. */
    const as = <T>(write: () => Promise<T>) => by.call(() => {
      world.writer = by;
      try {
        return write();
      } finally {
        world.writer = undefined;
      }
    }).catch((error: unknown) => {
      if (error instanceof FaultError && error.name === REFUSAL) world.refused(by);
      throw error;
    });
    return {
      ...ports,
      client: {
        ...ports.client,
        batchExecuteStatement: (input) => as(() => db.batchExecuteStatement(input)),
        update: (input) => as(() => db.update(input)),
        transactWrite: (input) => as(() => db.transactWrite(input)),
      },
      visibility: {
        change: (changes) => by.call(async () => {
          const now = world.clock.now();
          for (const { receiptHandle, seconds } of changes) {
            const changed = this.queue.changeVisibility(receiptHandle, seconds, now);
            if (changed) by.leaseUntil = now + seconds * 1000;
            world.trace(`${by.label} sets visibility to ${seconds} s${changed ? '' : ' in vain'}`);
            // A FIFO queue refuses a handle whose time has ended, also while nobody else has received the message.
            if (!changed) throw new FaultError('ReceiptHandleIsInvalid');
          }
        }),
      },
      monotonic: () => by.monotonic(),
      newOwner: () => `owner-${this.owners += 1}`,
    };
  }
}

function ordinalsOf({ body }: FifoMessage): number[] {
  const { changes } = JSON.parse(body) as { changes: { eventID: string }[] };
  return changes.map(ordinalOf);
}
