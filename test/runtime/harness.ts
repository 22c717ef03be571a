/** The runtime with all its ports in memory, on a clock that only moves when there is nothing else to do. */

import { processPartialResponse } from '@aws-lambda-powertools/batch';
import { aroundClient, aroundFailures, mortal } from './faults';
import { FailureRecord } from '../../src/contract/failure-record';
import { REDRIVE_VERSION, RedriveRequest, RedriveResult } from '../../src/contract/redrive';
import { DEFAULTS, RuntimeSettings, SETTINGS_VERSION } from '../../src/contract/settings';
import { VirtualClock } from '../../src/local/drive/memory-clock';
import { MemoryDynamoDb } from '../../src/local/simulate/memory-dynamodb';
import { inObject } from '../../src/local/simulate/stored-record';
import { RawItem } from '../../src/runtime/change/attribute-value';
import type { Change } from '../../src/runtime/change/change';
import type { ChangeContext } from '../../src/runtime/change/context';
import { StreamRecord } from '../../src/runtime/change/record';
import { LaneProcessor } from '../../src/runtime/lanes/lane-processor';
import { Memory } from '../../src/runtime/lanes/memory';
import { RuntimePorts } from '../../src/runtime/lanes/run';
import { Logger } from '../../src/runtime/observe/logger';
import { Clock, DocumentClient, FailureStore } from '../../src/runtime/ports';
import { settleRedrive } from '../../src/runtime/redrive/settle-redrive';

export const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-11-23T18:31:00.000';
export const LEDGER = 'Ledger';
export const START = Date.UTC(2026, 10, 23, 18, 0, 0);

let sequence = 0;

export interface RecordOptions {
  readonly sequenceNumber?: string;
  readonly eventName?: string;
  readonly newImage?: RawItem;
  readonly oldImage?: RawItem;
  readonly createdAt?: number;
}

/** A stream record of an item named by its key. */
export function record(key: string, options: RecordOptions = {}): StreamRecord {
  sequence += 1;
  const SequenceNumber = options.sequenceNumber ?? String(100_000_000_000_000_000_000n + BigInt(sequence));
  return {
    eventID: `event-${SequenceNumber}`,
    eventName: options.eventName ?? 'INSERT',
    eventSourceARN: STREAM_ARN,
    dynamodb: {
      Keys: { id: { S: key } },
      NewImage: options.newImage ?? { id: { S: key }, n: { N: String(sequence) } },
      ...(options.oldImage && { OldImage: options.oldImage }),
      SequenceNumber,
      ApproximateCreationDateTime: (options.createdAt ?? START) / 1000,
      SizeBytes: 50,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

export const distinct = (count: number, prefix = 'item'): StreamRecord[] => Array.from({ length: count }, (_, index) => record(`${prefix}-${index}`));

export function clockOn(virtual: VirtualClock): Clock {
  return {
    now: () => virtual.now(),
    sleep: (millis, signal) => new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        cancel();
        resolve();
      };
      // As Node's own timers do, it stops listening when it has slept.
      const cancel = virtual.at(virtual.now() + millis, () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      });
      signal?.addEventListener('abort', wake, { once: true });
      return undefined;
    }),
  };
}

export class MemoryFailureStore implements FailureStore {
  public readonly records: FailureRecord[] = [];

  public async put(given: FailureRecord): Promise<void> {
    const failure = inObject(given);
    const same = this.records.findIndex((other) => other.position === failure.position && other.keyHash === failure.keyHash);
    if (same >= 0) this.records[same] = failure;
    else this.records.push(failure);
  }

  public async putIfAbsent(failure: FailureRecord): Promise<void> {
    if (!this.records.some((other) => other.position === failure.position && other.keyHash === failure.keyHash)) this.records.push(inObject(failure));
  }

  public get sequenceNumbers(): string[] {
    return this.records.map((failure) => failure.sequenceNumber);
  }
}

export type TestHandler = (change: Change, context: ChangeContext) => unknown;

/** What became of one invocation; `killed` when a fault ended the process. */
export type Delivery = { readonly failures: string[] } | { readonly error: unknown } | 'killed';

export interface HarnessOptions {
  readonly handler?: TestHandler;
  readonly settings?: Partial<RuntimeSettings>;
  readonly filter?: RuntimePorts['filter'];
  readonly random?: () => number;
  /** Wraps the ports, to fail or kill at a call. */
  readonly wrap?: (ports: { client: DocumentClient; failures: FailureStore; handler: TestHandler }) => {
    client: DocumentClient; failures: FailureStore; handler: TestHandler;
  };
}

export class Harness {
  public readonly virtual = new VirtualClock(START);
  public readonly clock = clockOn(this.virtual);
  public readonly db = new MemoryDynamoDb({ [LEDGER]: 'pk', Effects: 'id' });
  public readonly failures = new MemoryFailureStore();
  public readonly lines: string[] = [];
  public memory = new Memory();
  public handlerCalls = 0;
  public settings: RuntimeSettings;

  public constructor(public readonly options: HarnessOptions = {}) {
    this.settings = {
      version: SETTINGS_VERSION,
      subscriber: 'Test',
      handler: 'index.onChange',
      orderBy: 'ITEM',
      concurrency: DEFAULTS.concurrency,
      flushSize: DEFAULTS.flushSize,
      maxAttempts: DEFAULTS.maxAttempts,
      attemptSpanMillis: DEFAULTS.attemptSpanSeconds * 1000,
      onPoison: 'PARK_ITEM',
      maxRecordAgeSeconds: DEFAULTS.maxRecordAgeSeconds,
      logLevel: 'DEBUG',
      logErrorMessages: false,
      ...options.settings,
    };
  }

  public get ports(): RuntimePorts {
    const inner = {
      client: this.db as DocumentClient,
      failures: this.failures as FailureStore,
      handler: ((change, context) => {
        this.handlerCalls += 1;
        return this.options.handler?.(change, context);
      }) as TestHandler,
    };
    const wrapped = this.options.wrap?.(inner) ?? inner;
    const writeLine = (line: string) => void this.lines.push(line);
    return {
      settings: this.settings,
      ledgerTable: LEDGER,
      clock: this.clock,
      random: this.options.random ?? (() => 0.5),
      writeLine,
      logger: new Logger(writeLine, this.settings.logLevel, { subscriber: this.settings.subscriber }),
      memory: this.memory,
      filter: this.options.filter,
      ...wrapped,
      handler: wrapped.handler as never,
    };
  }

  /** A new process: what it remembered is gone. */
  public restart(): void {
    this.memory = new Memory();
  }

  /** One invocation. `alive` says whether the process still lives; a killed one never answers. */
  public async deliver(records: readonly StreamRecord[], timeoutMillis = 300_000, alive: () => boolean = () => true): Promise<Delivery> {
    const end = this.virtual.now() + timeoutMillis;
    const process = { isDead: false };
    const ports = this.mortalPorts(process);
    let result: Delivery | undefined;
    processPartialResponse({ Records: records as never }, ports.handler as never, new LaneProcessor(ports, {
      requestId: 'request', remainingMillis: () => end - this.virtual.now(),
    })).then(
      (response) => { result = { failures: response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) }; },
      (error: unknown) => { result = { error }; },
    );
    return await this.beforeDeadline(end, process, alive, () => result) ?? 'killed';
  }

  /** One invocation that redrives; undefined when it was killed or the request was refused. */
  public async redrive(
    changes: readonly FailureRecord[], choices: Partial<RedriveRequest> = {}, alive: () => boolean = () => true, timeoutMillis = 300_000,
  ): Promise<readonly RedriveResult[] | undefined> {
    const end = this.virtual.now() + timeoutMillis;
    const request: RedriveRequest = {
      cdcRedrive: REDRIVE_VERSION, subscriber: 'Test', action: 'REDRIVE', outOfOrder: false, applyUnknown: false, changes, ...choices,
    };
    let answered: { readonly results?: readonly RedriveResult[] } | undefined;
    const process = { isDead: false };
    settleRedrive(this.mortalPorts(process), request, { requestId: 'request', remainingMillis: () => end - this.virtual.now() }).then(
      ({ results }) => { answered = { results }; },
      () => { answered = {}; },
    );
    return (await this.beforeDeadline(end, process, alive, () => answered))?.results;
  }

  /**
   * What an invocation answers before its deadline. Lambda ends a process that has not answered by then: nothing reaches it any more, and nothing that it asks for is done.
   */
  protected async beforeDeadline<T>(
    end: number, process: { isDead: boolean }, alive: () => boolean, answer: () => T | undefined,
  ): Promise<T | undefined> {
    const cancel = this.virtual.at(end, () => undefined);
    await this.virtual.runAsync(() => answer() !== undefined || !alive() || this.virtual.now() >= end);
    cancel();
    process.isDead = this.virtual.now() >= end;
    return alive() && !process.isDead ? answer() : undefined;
  }

  /** The ports as one process has them. */
  protected mortalPorts(process: { readonly isDead: boolean }): RuntimePorts {
    const { client, failures, ...ports } = this.ports;
    const around = mortal(() => process.isDead);
    return { ...ports, client: aroundClient(client, around), failures: aroundFailures(failures, around) };
  }

  /** Delivers as the mapping does, from the lowest record that was reported, until everything is settled. Returns the invocations. */
  public async deliverUntilSettled(records: readonly StreamRecord[], most = 50): Promise<Delivery[]> {
    const deliveries: Delivery[] = [];
    let rest = records;
    while (rest.length > 0) {
      if (deliveries.length === most) throw new Error(`not settled after ${most} invocations`);
      const delivery = await this.deliver(rest);
      deliveries.push(delivery);
      if (delivery === 'killed' || 'error' in delivery) {
        this.restart();
        continue;
      }
      const from = delivery.failures[0];
      rest = from === undefined ? [] : rest.slice(rest.findIndex((one) => one.dynamodb!.SequenceNumber === from));
    }
    return deliveries;
  }

  public logs(level: string): { message: string; [field: string]: unknown }[] {
    return this.lines.map((line) => JSON.parse(line)).filter((line) => line.level === level);
  }
}
