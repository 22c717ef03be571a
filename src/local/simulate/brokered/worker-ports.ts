import { Life, LifeWorld } from './life';
import { MemoryObjects } from './memory-objects';
import { FailureRecord } from '../../../contract/failure-record';
import { RuntimeSettings, SETTINGS_VERSION } from '../../../contract/settings';
import { Memory } from '../../../runtime/lanes/memory';
import { Logger } from '../../../runtime/observe/logger';
import { DocumentClient, Handler } from '../../../runtime/ports';
import { WorkerPorts } from '../../../runtime/queue/ports';
import { FifoQueue } from '../../model';
import { Invariant } from '../invariant';
import { MemoryDynamoDb } from '../memory-dynamodb';
import { inObject } from '../stored-record';
import { LEDGER_TABLE } from '../world';

/** The history that a worker is part of. */
export interface WorkerWorld extends LifeWorld {
  readonly db: MemoryDynamoDb;
  readonly objects: MemoryObjects;
  over(): boolean;
  violate(invariant: Invariant, message: string): void;
  log(line: string): void;
  stored(subscriber: string, record: FailureRecord): void;
  /** Of histories with changes that the relay's mapping gave up. */
  storedIfAbsent?(subscriber: string, record: FailureRecord): void;
}

export interface SimulatedWorker {
  readonly name: string;
  readonly queue: FifoQueue;
  readonly memory: Memory;
  readonly handler: Handler;
  readonly settings?: Partial<RuntimeSettings>;
}

export const MAX_ATTEMPTS = 3;

const SETTINGS: Omit<RuntimeSettings, 'subscriber'> = {
  version: SETTINGS_VERSION,
  handler: 'index.onChange',
  orderBy: 'ITEM',
  partitionKey: 'pk',
  concurrency: 5,
  flushSize: 5,
  maxAttempts: MAX_ATTEMPTS,
  attemptSpanMillis: 10_000,
  onPoison: 'PARK_ITEM',
  maxRecordAgeSeconds: 4 * 24 * 3600,
  logLevel: 'INFO',
  logErrorMessages: false,
};

/** What one process of a worker touches: each call can be late, fail, or be its last. */
export function workerPorts(world: WorkerWorld, life: Life, worker: SimulatedWorker): WorkerPorts {
  const { db, objects, dice } = world;
  const client: DocumentClient = {
    batchGet: (input) => life.call(() => db.batchGet(input)),
    batchExecuteStatement: (input) => life.call(() => db.batchExecuteStatement(input)),
    update: (input) => life.call(() => db.update(input)),
    transactWrite: (input) => life.call(() => db.transactWrite(input)),
  };
  return {
    settings: { ...SETTINGS, subscriber: worker.name, ...worker.settings },
    handler: worker.handler,
    client,
    ledgerTable: LEDGER_TABLE,
    failures: {
      put: (record) => life.call(async () => world.stored(worker.name, inObject(record))),
      putIfAbsent: (record) => life.call(async () => world.storedIfAbsent?.(worker.name, inObject(record))),
    },
    clock: life.clock,
    random: dice.next,
    writeLine: (line) => world.log(line),
    logger: new Logger((line) => world.log(line), 'INFO', {}),
    memory: worker.memory,
    claims: { getFrom: (_bucket, key) => life.call(() => objects.get(key)) },
    visibility: {
      change: (changes) => life.call(async () => {
        for (const { receiptHandle, seconds } of changes) worker.queue.changeVisibility(receiptHandle, seconds, world.clock.now());
      }),
    },
  };
}
