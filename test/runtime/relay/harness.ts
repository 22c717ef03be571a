/** The relay with all its ports in memory. */

import { ChangeEnvelope } from '../../../src/contract/envelope';
import { RelayRedriveAnswer, RelayRedriveRequest } from '../../../src/contract/relay-redrive';
import { Route } from '../../../src/contract/routes';
import { VirtualClock } from '../../../src/local/drive/memory-clock';
import { FifoQueue } from '../../../src/local/model/fifo-queue';
import { MemoryDynamoDb } from '../../../src/local/simulate/memory-dynamodb';
import { StreamRecord } from '../../../src/runtime/change/record';
import { Logger } from '../../../src/runtime/observe/logger';
import { ObjectStore, QueueSender, RelayMemory, RelayPorts } from '../../../src/runtime/relay/ports';
import { redriveBatch } from '../../../src/runtime/relay/redrive-batch';
import { drainAll, relayBatch } from '../../../src/runtime/relay/relay-batch';
import { Target, targetOf } from '../../../src/runtime/relay/target';
import { aroundClient } from '../faults';
import { clockOn, LEDGER, START } from '../harness';

export class MemoryObjects implements ObjectStore {
  public readonly bucket = 'failures';
  public readonly objects = new Map<string, string>();

  public async put(key: string, text: string): Promise<void> {
    this.objects.set(key, text);
  }

  public async get(key: string): Promise<string | undefined> {
    return this.objects.get(key);
  }

  public async list(prefix: string, limit: number, after = ''): Promise<readonly string[]> {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort().slice(0, limit);
  }

  public async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
  }
}

export type RelayOperation = 'batchGet' | 'update' | 'batchExecuteStatement' | 'transactWrite' | 'put' | 'handler'
  | 'findQueues' | 'send' | 'objectPut' | 'objectGet' | 'objectList' | 'objectRemove';
export type AroundRelay = <T>(operation: RelayOperation, call: () => Promise<T>, detail?: string) => Promise<T>;

/** What became of one invocation of the relay. */
export type RelayDelivery = { readonly from?: string } | { readonly error: unknown } | 'killed';

export interface RelayHarnessOptions {
  readonly routes?: readonly Route[];
  /** Replaces compiled targets, for filters that throw. */
  readonly targets?: readonly Target[];
  readonly around?: AroundRelay;
  readonly random?: () => number;
  readonly partitionKey?: string;
}

const VISIBILITY_SECONDS = 60;

export class RelayHarness {
  public readonly virtual = new VirtualClock(START);
  public readonly clock = clockOn(this.virtual);
  public readonly db = new MemoryDynamoDb({ [LEDGER]: 'pk' });
  public readonly objects = new MemoryObjects();
  public readonly queues = new Map<string, FifoQueue>();
  public readonly lines: string[] = [];
  public readonly sends: { readonly queue: string; readonly entries: number }[] = [];
  public memory = new RelayMemory();
  /** Where the deployment says that queues are; each process reads it when it starts, and when it asks again. */
  public deployedQueues: Map<string, string>;
  private knownQueues: Map<string, string>;
  public readonly targets: readonly Target[];

  public constructor(public readonly options: RelayHarnessOptions = {}) {
    const routes = options.routes ?? [{ name: 'a', orderBy: 'ITEM' as const }];
    this.targets = options.targets ?? routes.map((route) => targetOf(route));
    const times = { visibilitySeconds: VISIBILITY_SECONDS, retentionSeconds: 14 * 24 * 3600 };
    for (const { name } of this.targets) this.queues.set(name, new FifoQueue(times));
    this.deployedQueues = new Map(this.targets.map(({ name }) => [name, name]));
    this.knownQueues = this.deployedQueues;
  }

  public get ports(): RelayPorts {
    const around: AroundRelay = this.options.around ?? ((_operation, call) => call());
    const writeLine = (line: string) => void this.lines.push(line);
    const sender: QueueSender = {
      send: (url, entries) => around('send', async () => {
        this.sends.push({ queue: url, entries: entries.length });
        const messages = entries.map(({ group, deduplicationId, body }) => ({ group, deduplicationId, body: body.text }));
        this.queue(url).sendBatch(messages, this.virtual.now());
        return { accepted: entries.map(({ id }) => id), failed: [] };
      }, url),
    };
    const { objects } = this;
    return {
      targets: this.targets,
      partitionKey: this.options.partitionKey,
      queues: {
        of: (name) => this.knownQueues.get(name),
        refresh: () => around('findQueues', async () => { this.knownQueues = new Map(this.deployedQueues); }),
      },
      sender,
      objects: {
        bucket: objects.bucket,
        put: (key, text) => around('objectPut', () => objects.put(key, text), key),
        get: (key) => around('objectGet', () => objects.get(key), key),
        list: (prefix, limit, after) => around('objectList', () => objects.list(prefix, limit, after), prefix),
        remove: (keys) => around('objectRemove', () => objects.remove(keys), keys.join()),
      },
      client: aroundClient(this.db, around),
      ledgerTable: LEDGER,
      clock: this.clock,
      random: this.options.random ?? (() => 0.5),
      writeLine,
      logger: new Logger(writeLine, 'DEBUG', {}),
      memory: this.memory,
    };
  }

  public queue(name: string): FifoQueue {
    return this.queues.get(name)!;
  }

  public restart(): void {
    this.memory = new RelayMemory();
    this.knownQueues = new Map(this.deployedQueues);
  }

  public async deliver(records: readonly StreamRecord[], timeoutMillis = 60_000, alive: () => boolean = () => true): Promise<RelayDelivery> {
    let result: RelayDelivery | undefined;
    this.start(records, timeoutMillis).then((from) => { result = { from }; }, (error: unknown) => { result = { error }; });
    const inTime = await this.runUntil(timeoutMillis, () => result !== undefined || !alive());
    return (inTime && alive() ? result : undefined) ?? 'killed';
  }

  /** Begins an invocation without waiting for it. */
  public start(records: readonly StreamRecord[], timeoutMillis = 60_000): Promise<string | undefined> {
    return relayBatch(this.ports, records, this.invocation(timeoutMillis));
  }

  public async drain(timeoutMillis = 60_000): Promise<void> {
    let done = false;
    let failure: unknown;
    this.startDrain(timeoutMillis).then(() => { done = true; }, (error: unknown) => { failure = error; done = true; });
    if (!(await this.runUntil(timeoutMillis, () => done))) throw new Error('not drained before the deadline');
    if (failure !== undefined) throw failure;
  }

  /** False when the deadline came first: Lambda has ended the process, and takes no answer. */
  private async runUntil(timeoutMillis: number, done: () => boolean): Promise<boolean> {
    const end = this.virtual.now() + timeoutMillis;
    const cancel = this.virtual.at(end, () => undefined);
    await this.virtual.runAsync(() => done() || this.virtual.now() >= end);
    cancel();
    return this.virtual.now() < end;
  }

  /** Redrives a batch that the mapping gave up. */
  public async redrive(
    request: RelayRedriveRequest, timeoutMillis = 60_000, alive: () => boolean = () => true,
  ): Promise<RelayRedriveAnswer | undefined> {
    let answer: RelayRedriveAnswer | undefined;
    let failure: unknown;
    // Through JSON, as Lambda does.
    const event = JSON.parse(JSON.stringify(request)) as RelayRedriveRequest;
    redriveBatch(this.ports, event, this.invocation(timeoutMillis)).then((given) => { answer = given; }, (error: unknown) => { failure = error; });
    const inTime = await this.runUntil(timeoutMillis, () => answer !== undefined || failure !== undefined || !alive());
    if (!inTime) return undefined;
    if (failure !== undefined && alive()) throw failure;
    return alive() ? answer : undefined;
  }

  public startDrain(timeoutMillis = 60_000): Promise<void> {
    return drainAll(this.ports, 'Orders', this.invocation(timeoutMillis));
  }

  public get openTargets(): string[] {
    return Object.keys(this.db.table(LEDGER).get('relay/Orders') ?? {}).filter((name) => name.startsWith('open.')).map((name) => name.slice(5));
  }

  /** Takes everything out of a queue as a subscriber does that remembers how far it is with each item. Returns what it applied, by item. */
  public consume(name: string): Map<string, string[]> {
    const applied = new Map<string, string[]>();
    for (const { key, sequenceNumber } of this.received(name)) {
      const list = applied.get(key) ?? [];
      applied.set(key, list);
      if (list.length === 0 || list[list.length - 1] < sequenceNumber) list.push(sequenceNumber);
    }
    return applied;
  }

  /** All changes in a queue, in the order in which it hands them out. */
  public received(name: string): { readonly key: string; readonly sequenceNumber: string; readonly envelope: ChangeEnvelope }[] {
    const queue = this.queue(name);
    const all = [];
    for (let messages = queue.receive(10, this.virtual.now()); messages.length > 0; messages = queue.receive(10, this.virtual.now())) {
      for (const { body, receiptHandle } of messages) {
        const envelope = JSON.parse(body) as ChangeEnvelope;
        const changes = envelope.changes ?? [JSON.parse(this.objects.objects.get(envelope.claim!.key)!)];
        for (const change of changes as StreamRecord[]) {
          all.push({ key: change.dynamodb!.Keys!.id.S!, sequenceNumber: change.dynamodb!.SequenceNumber!, envelope });
        }
        queue.delete(receiptHandle);
      }
    }
    return all;
  }

  public logs(level: string): { message: string; [field: string]: unknown }[] {
    return this.lines.map((line) => JSON.parse(line)).filter((line) => line.level === level);
  }

  private invocation(timeoutMillis: number) {
    const end = this.virtual.now() + timeoutMillis;
    return { requestId: 'request', remainingMillis: () => end - this.virtual.now() };
  }
}
