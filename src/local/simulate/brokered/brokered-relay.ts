import { BrokeredPlan } from './brokered-plan';
import { FaultError, Life } from './life';
import type { WorkerWorld } from './worker-ports';
import { FILTER_VERSION } from '../../../contract/filter';
import { RelayRedriveAnswer, RelayRedriveRequest } from '../../../contract/relay-redrive';
import { StreamRecord } from '../../../runtime/change/record';
import { Logger } from '../../../runtime/observe/logger';
import { ObjectStore, QueueSender, RelayMemory, RelayPorts } from '../../../runtime/relay/ports';
import { redriveBatch } from '../../../runtime/relay/redrive-batch';
import { drainAll, relayBatch } from '../../../runtime/relay/relay-batch';
import { targetOf } from '../../../runtime/relay/target';
import { FifoQueue, refusalOfBatch } from '../../model';
import { LEDGER_TABLE, START } from '../world';

const TIMEOUT_MILLIS = 60_000;
const DRAIN_EVERY_MILLIS = 60_000;
const POLL_MILLIS = 250;
const TABLE = 'Orders';
/** Its stream: what drains knows the table by its name, so every record says this one. */
export const BROKERED_STREAM = `arn:aws:dynamodb:us-east-1:000000000000:table/${TABLE}/stream/2026-11-23T18:00:00.000`;
const KIND_A = { version: FILTER_VERSION, root: { node: 'equals', image: 'NEW_IMAGE', path: ['kind'], oneOf: [{ S: 'a' }] } } as const;

/** The relay's function, with the stream's shards in front of it. */
export class BrokeredRelay {
  private reading = 0;
  private memory = new RelayMemory();
  private knownQueues = new Set<string>();

  public constructor(
    private readonly world: WorkerWorld, private readonly plan: BrokeredPlan, private readonly queueOf: (name: string) => FifoQueue,
    private readonly onGivenUp: (records: readonly StreamRecord[]) => void = () => undefined,
  ) {
    this.findQueues();
  }

  public get atRest(): boolean {
    return this.reading === 0;
  }

  /** Delivers a shard's records as they come, again from where the relay says, and in halves after a crash. */
  public async readShard(records: readonly StreamRecord[], took: (millis: number) => void): Promise<void> {
    const { clock } = this.world;
    this.reading += 1;
    let at = 0;
    let size = this.plan.batchSize;
    while (at < records.length && !this.world.over()) {
      const ready = records.slice(at).filter(({ dynamodb }) => dynamodb!.ApproximateCreationDateTime! * 1000 <= clock.now()).slice(0, size);
      if (ready.length > 0) {
        const begin = clock.now();
        const givenUp = this.isGivenUp();
        const answer = givenUp === 'unseen' ? 'failed' : await this.invoke((ports, invocation) => relayBatch(ports, ready, invocation));
        took(clock.now() - begin);
        if (givenUp) {
          this.world.count(givenUp === 'unseen' ? 'discardedUnseen' : 'discardedAfterInvocation');
          this.onGivenUp(ready);
          at += ready.length;
        } else if (answer === 'failed') {
          size = Math.max(1, Math.floor(ready.length / 2));
        } else {
          at += answer.value === undefined ? ready.length : ready.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === answer.value);
          size = this.plan.batchSize;
        }
      }
      await clock.sleep(POLL_MILLIS);
    }
    this.reading -= 1;
  }

  public async drainRegularly(): Promise<void> {
    while (!this.world.over()) {
      await this.world.clock.sleep(DRAIN_EVERY_MILLIS);
      await this.invoke((ports, invocation) => drainAll(ports, TABLE, invocation));
    }
  }

  /** Hands back what the mapping gave up; undefined when the process ended. */
  public async redrive(request: RelayRedriveRequest): Promise<RelayRedriveAnswer | undefined> {
    const answer = await this.invoke((ports, invocation) => redriveBatch(ports, request, invocation));
    return answer === 'failed' ? undefined : answer.value;
  }

  /** Whether the mapping gives the next batch up: without the relay having seen it, or after that. */
  private isGivenUp(): 'seen' | 'unseen' | undefined {
    const { plan: { givenUp }, world: { dice } } = this;
    if (givenUp === undefined || this.world.quiet() || !dice.chance(givenUp.chance)) return undefined;
    return dice.chance(givenUp.partly) ? 'seen' : 'unseen';
  }

  private restart(): void {
    this.memory = new RelayMemory();
    this.findQueues();
  }

  private findQueues(): void {
    const now = this.world.clock.now() - START;
    this.knownQueues = new Set(this.plan.targets.flatMap(({ namedFrom }, index) => (now >= (namedFrom ?? 0) ? [`s${index}`] : [])));
  }

  private async invoke<T>(
    work: (ports: RelayPorts, invocation: { requestId: string; remainingMillis(): number }) => Promise<T>,
  ): Promise<{ readonly value: T } | 'failed'> {
    const { clock } = this.world;
    const life = new Life(this.world);
    const end = clock.now() + TIMEOUT_MILLIS;
    const died = new Promise<'failed'>((resolve) => life.onDeath(() => { this.restart(); resolve('failed'); }));
    const cancel = clock.at(end, () => {
      this.world.count('relayTimeout');
      life.die();
    });
    const answer = await Promise.race([
      work(this.ports(life), { requestId: 'r', remainingMillis: () => Math.max(0, end - clock.now()) }).then((value) => ({ value }), () => 'failed' as const), died,
    ]);
    cancel();
    life.alive = false;
    return answer;
  }

  private ports(life: Life): RelayPorts {
    const { db, dice, objects } = this.world;
    const log = (line: string) => this.world.log(line);
    const store: ObjectStore = {
      bucket: objects.bucket,
      put: (key, text) => life.call(() => objects.put(key, text)),
      get: (key) => life.call(() => objects.get(key)),
      list: (prefix, limit, after) => life.call(() => objects.list(prefix, limit, after)),
      remove: (keys) => life.call(() => objects.remove(keys)),
    };
    return {
      targets: this.plan.targets.map(({ orderBy, wantsOnlyA, route }, index) => (
        targetOf({ name: `s${index}`, orderBy, ...(wantsOnlyA && { filter: KIND_A }), ...route }))),
      partitionKey: 'pk',
      queues: { of: (name) => this.queueNameOf(name), refresh: () => life.call(async () => this.findQueues()) },
      sender: this.sender(life),
      objects: store,
      client: {
        batchGet: (input) => life.call(() => db.batchGet(input)),
        batchExecuteStatement: (input) => life.call(() => db.batchExecuteStatement(input)),
        update: (input) => life.call(() => db.update(input)),
        transactWrite: (input) => life.call(() => db.transactWrite(input)),
      },
      ledgerTable: LEDGER_TABLE,
      clock: life.clock,
      random: dice.next,
      writeLine: log,
      logger: new Logger(log, 'INFO', {}),
      memory: this.memory,
    };
  }

  private queueNameOf(name: string): string | undefined {
    if (this.knownQueues.has(name)) return name;
    this.world.count('queueNamedLate');
    return undefined;
  }

  private sender(life: Life): QueueSender {
    const { clock, count, dice } = this.world;
    return {
      send: (name, entries) => life.call(async () => {
        const { down, flaky } = this.plan.targets[Number(name.slice(1))];
        const now = clock.now() - START;
        if (down && now >= down[0] && now < down[1]) {
          count('targetDown');
          throw new FaultError('InternalError');
        }
        const refused = this.world.quiet() ? [] : entries.filter(() => dice.chance(flaky));
        refused.forEach(() => count('entryRefused'));
        const queue = this.queueOf(name);
        const taken = entries.filter((entry) => !refused.includes(entry));
        const entriesOf = (some: typeof entries) => some.map(({ group, deduplicationId, body }) => ({ group, deduplicationId, body: body.text }));
        const refusal = refusalOfBatch(entriesOf(entries));
        if (refusal !== undefined) this.world.violate('I1', `the relay sends what SQS refuses: ${refusal}`);
        for (const entry of entriesOf(taken)) queue.send(entry, clock.now());
        return { accepted: taken.map(({ id }) => id), failed: refused.map(({ id }) => ({ id, code: 'InternalError' })) };
      }),
    };
  }
}
