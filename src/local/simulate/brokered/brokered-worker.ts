import { BrokeredTarget } from './brokered-plan';
import { FaultError, Life, REFUSAL } from './life';
import { ordinalOf } from './numbered-record';
import { MAX_ATTEMPTS, workerPorts, WorkerWorld } from './worker-ports';
import { ChangeEnvelope } from '../../../contract/envelope';
import { PermanentError, RetryLaterError } from '../../../runtime';
import type { Change } from '../../../runtime/change/change';
import type { ChangeContext } from '../../../runtime/change/context';
import { StreamRecord } from '../../../runtime/change/record';
import { Memory } from '../../../runtime/lanes/memory';
import { QueueRecord } from '../../../runtime/queue/message';
import { settleMessages } from '../../../runtime/queue/settle-messages';
import { FifoMapping, FifoMessage, FifoQueue, queueEvent } from '../../model';
import { effect } from '../effect';
import { never } from '../world';

const TIMEOUT_MILLIS = 60_000;
const POLL_MILLIS = 100;
const IDLE_POLL_MILLIS = 500;
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:queue.fifo';

/** A subscriber's queue, mapping and function. */
export class BrokeredWorker {
  public readonly queue: FifoQueue;
  private readonly mapping: FifoMapping;
  private readonly calls = new Map<number, number>();
  /** Changes whose last call came from a redrive of what the relay's mapping gave up, and from nothing else. */
  public readonly calledAsGivenUp = new Set<number>();
  private readonly refusals = new Map<number, number>();
  private memories: Memory[] = [];

  public constructor(
    private readonly world: WorkerWorld, public readonly name: string, private readonly target: BrokeredTarget, onGone: (why: string) => void,
  ) {
    this.queue = new FifoQueue({
      visibilitySeconds: 6 * (TIMEOUT_MILLIS / 1000), maxReceiveCount: 1000, retentionSeconds: 14 * 24 * 3600, onGone: (_message, why) => onGone(why),
    });
    const { maxConcurrency } = target;
    this.mapping = new FifoMapping({ queueArn: QUEUE_ARN, batchSize: 10, maxConcurrency, reportBatchItemFailures: true }, this.queue);
    this.mapping.enable(0);
  }

  /** Its store refused what the handler commits as often as attempts are made. */
  public isRefused(ordinal: number): boolean {
    return (this.refusals.get(ordinal) ?? 0) >= MAX_ATTEMPTS;
  }

  /** Polls until the history is over. */
  public run(): void {
    const { clock } = this.world;
    for (const { id, messages } of this.mapping.next(clock.now())) {
      void this.invoke(messages).then((outcome) => this.mapping.invocationEnded(id, outcome, clock.now()));
    }
    if (!this.world.over()) clock.at(clock.now() + (this.queue.hasVisible(clock.now()) ? POLL_MILLIS : IDLE_POLL_MILLIS), () => this.run());
  }

  private async invoke(messages: readonly FifoMessage[]) {
    const { clock } = this.world;
    const life = new Life(this.world);
    const memory = this.memories.pop() ?? new Memory();
    const end = clock.now() + TIMEOUT_MILLIS;
    const died = new Promise<'died'>((resolve) => life.onDeath(() => resolve('died')));
    const cancel = clock.at(end, () => {
      this.world.count('workerTimeout');
      life.die();
    });
    const answer = await Promise.race([this.settle(life, memory, messages, end).catch(() => 'died' as const), died]);
    const alive = life.alive;
    cancel();
    life.die();
    if (answer === 'died') return { kind: 'functionError' } as const;
    if (alive) this.memories.push(memory);
    return { kind: 'returned', payload: { batchItemFailures: answer.map((itemIdentifier) => ({ itemIdentifier })) } } as const;
  }

  private settle(life: Life, memory: Memory, messages: readonly FifoMessage[], end: number): Promise<readonly string[]> {
    const { world } = this;
    const givenUp = onlyGivenUp(messages, (key) => world.objects.objects.get(key));
    const ports = workerPorts(world, life, {
      name: this.name,
      queue: this.queue,
      memory,
      handler: (change, context) => {
        const ordinal = ordinalOf(change);
        if (givenUp.has(ordinal)) this.calledAsGivenUp.add(ordinal);
        else this.calledAsGivenUp.delete(ordinal);
        return this.handle(life, change, context);
      },
      settings: { orderBy: this.target.orderBy },
    });
    const records = queueEvent(messages, QUEUE_ARN).Records as QueueRecord[];
    return settleMessages(ports, records, { requestId: 'r', remainingMillis: () => Math.max(0, end - world.clock.now()) });
  }

  private async handle(life: Life, change: Change, context: ChangeContext): Promise<void> {
    const ordinal = ordinalOf(change);
    const calls = (this.calls.get(ordinal) ?? 0) + 1;
    this.calls.set(ordinal, calls);
    const trouble = this.target.trouble[ordinal];
    const { count } = this.world;
    if (trouble?.kind === 'permanent') {
      count('handlerPermanent');
      throw new PermanentError('never');
    }
    if (trouble !== undefined && calls <= trouble.times) {
      count(`handler${trouble.kind[0].toUpperCase()}${trouble.kind.slice(1)}${trouble.kind !== 'later' && trouble.times > 1 ? 'Always' : ''}`);
      if (trouble.kind === 'throws') throw new FaultError('HandlerError');
      if (trouble.kind === 'later') throw new RetryLaterError('busy', { after: 2_000 });
      life.die();
      return never();
    }
    await context.commit([effect(`${this.name}/${ordinal}`)]).catch((error: Error) => {
      // Refused for good, as far as the handler can tell: an attempt like any other that fails.
      if (error.name === REFUSAL) count('commitRefused');
      if (error.name === REFUSAL) this.refusals.set(ordinal, (this.refusals.get(ordinal) ?? 0) + 1);
      throw error;
    });
  }
}

/** Changes that are in messages of a redrive, and in no other of the batch. */
function onlyGivenUp(messages: readonly FifoMessage[], claimed: (key: string) => string | undefined): Set<number> {
  const envelopes = messages.map(({ body }) => JSON.parse(body) as ChangeEnvelope);
  const recordsOf = ({ changes, claim }: ChangeEnvelope) => (claim ? [JSON.parse(claimed(claim.key) ?? 'null')] : changes!) as readonly (StreamRecord | null)[];
  const ordinals = (envelope: ChangeEnvelope) => recordsOf(envelope).flatMap((record) => (record ? [ordinalOf({ eventID: record.eventID! })] : []));
  const found = new Set(envelopes.filter(({ givenUp }) => givenUp).flatMap(ordinals));
  for (const ordinal of envelopes.filter(({ givenUp }) => !givenUp).flatMap(ordinals)) found.delete(ordinal);
  return found;
}
