import { createHash } from 'node:crypto';
import { DiscardNote } from './hand-over';
import { isIdentifiable, readMappingBatch } from './mapping-batch';
import { Pace } from './pace';
import { FunctionFailedError, RedriveStoppedError, RelayFunction, StoredObjects } from './ports';
import { MOST_BYTES, MOST_CHANGES } from './redriver';
import { RelaySummary } from './relay-summary';
import { setAside } from './stored-change';
import { batchKeys } from './unpack';
import { FAILURE_RECORD_VERSION, keptKey } from '../../contract/failure-record';
import { hasAll, RELAY_REDRIVE_VERSION, RelayRedriveAnswer, RelayRedriveResult } from '../../contract/relay-redrive';
import { RELAY_NAME } from '../../contract/routes';
import { StreamRecord } from '../change/record';
import { Clock } from '../ports';

export interface RelayBatchesOptions {
  readonly store: StoredObjects;
  /** Ids of the mappings that invoke the relay. */
  readonly mappings: readonly string[];
  /** Aborted to stop after the request under way. */
  readonly stop: AbortSignal;
}

export interface RelayRedriverOptions extends RelayBatchesOptions {
  readonly relay: RelayFunction;
  readonly clock: Clock;
  /** Changes a second, at most. @default - as many as the relay takes */
  readonly rate?: number;
}

/**
 * Hands batches that the relay's mapping gave up back to the relay, oldest first for each shard, and deletes each when every subscriber's queue has taken what is wanted of it. A
 * subscriber that has not taken something gets nothing that comes behind it. Of a batch that stays it is written down who has all of it, so that nothing of it is sent there again.
 * Holds one batch in memory.
 */
export class RelayRedriver {
  private readonly pace: Pace;
  /** Subscribers that did not take something in this run. */
  private readonly refused = new Set<string>();
  /** Subscribers of which the relay has reported something in this run. */
  private readonly answered = new Set<string>();

  public constructor(private readonly options: RelayRedriverOptions, public readonly summary = new RelaySummary()) {
    this.pace = new Pace(options.clock, options.rate);
  }

  public async run(): Promise<RelaySummary> {
    const { stop } = this.options;
    for await (const key of batchKeys(this.options)) {
      if (this.summary.ended === undefined) await this.redrive(key);
      else this.summary.left += 1;
    }
    this.summary.interrupted = stop.aborted;
    return this.summary;
  }

  private async redrive(key: string): Promise<void> {
    const { store } = this.options;
    const text = await store.get(key);
    if (text === undefined) return;
    const records = readMappingBatch(text)?.records;
    if (records === undefined) {
      await setAside(store, RELAY_NAME, key);
      this.summary.setAside += 1;
      return;
    }
    const generation = generationOf(key);
    const note = noteKey(generation);
    const before = await readDone(store, note);
    const done = new Set(before);
    if (!(await this.send(records.filter(isIdentifiable), generation, done))) {
      const content = { formatVersion: FAILURE_RECORD_VERSION, batch: key, done: [...done].sort() };
      if (done.size > before.length) await store.put(note, JSON.stringify(content));
      this.summary.left += 1;
      return;
    }
    if (!records.every(isIdentifiable)) {
      await store.put(keptKey('set-aside', RELAY_NAME, key), text);
      this.summary.setAside += 1;
    }
    await store.remove(before.length > 0 ? [key, note] : [key]);
    this.summary.batches += 1;
    this.summary.changes += records.length;
  }

  /** Adds those who have all of the batch to `done`. False: some have not. */
  private async send(records: readonly StreamRecord[], generation: string, done: Set<string>): Promise<boolean> {
    const { stop } = this.options;
    const takers = new Set<string>();
    for (const changes of slices(records, this.pace.most(MOST_CHANGES))) {
      await this.pace.wait(changes.length, stop);
      if (stop.aborted) return false;
      for (const { name } of await this.ask(changes, generation, done)) takers.add(name);
      if (this.summary.ended !== undefined) return false;
    }
    for (const name of takers) if (!this.refused.has(name)) done.add(name);
    return this.refused.size === 0;
  }

  /** One request; where the relay ends without an answer, one for each half, so that a request that was too much for it is no reason to give up. */
  private async ask(changes: readonly StreamRecord[], generation: string, done: ReadonlySet<string>): Promise<readonly RelayRedriveResult[]> {
    const except = [...done, ...this.refused].sort();
    try {
      const results = checked(await this.options.relay.handBack({ cdcRelayRedrive: RELAY_REDRIVE_VERSION, generation, changes, except }));
      for (const result of results) this.count(result);
      for (const name of this.silent(results, except)) this.count({ name, sent: 0, error: 'NoAnswer' });
      return results;
    } catch (error) {
      if (!(error instanceof FunctionFailedError)) throw error;
      if (error.kind === REFUSED) throw outOfDate();
      if (changes.length === 1) {
        this.summary.ended = error.kind;
        return [];
      }
    }
    const half = Math.ceil(changes.length / 2);
    const first = await this.ask(changes.slice(0, half), generation, done);
    return this.summary.ended === undefined ? [...first, ...await this.ask(changes.slice(half), generation, done)] : first;
  }

  /** Subscribers of which an earlier answer reported something, and this one does not: what they have of it nobody knows. */
  private silent(results: readonly RelayRedriveResult[], except: readonly string[]): string[] {
    const names = new Set(results.map(({ name }) => name));
    const silent = [...this.answered].filter((name) => !names.has(name) && !except.includes(name));
    for (const name of names) this.answered.add(name);
    return silent;
  }

  private count(result: RelayRedriveResult): void {
    this.summary.count(result);
    if (!hasAll(result)) this.refused.add(result.name);
  }
}

/** Takes the batches off without sending anything; who did it and why is kept with them. */
export async function discardRelayBatches({ store, ...options }: RelayBatchesOptions, discard: DiscardNote): Promise<RelaySummary> {
  const summary = new RelaySummary();
  for await (const key of batchKeys({ store, ...options })) {
    const batch = await store.get(key);
    if (batch === undefined) continue;
    // Where it is there an earlier discard was interrupted, whose name it bears.
    await store.putIfAbsent(keptKey('discarded', RELAY_NAME, key), JSON.stringify({ formatVersion: FAILURE_RECORD_VERSION, ...discard, batch }));
    await store.remove([key, noteKey(generationOf(key))]);
    summary.discarded += 1;
  }
  summary.interrupted = options.stop.aborted;
  return summary;
}

/** What a relay of another version throws. */
const REFUSED = 'RelayRedriveRequestError';
const GENERATION_DIGITS = 16;

/** The same for a batch whenever it is redriven, and never the relay's own. */
function generationOf(key: string): string {
  return `r${createHash('sha256').update(key).digest('hex').slice(0, GENERATION_DIGITS)}`;
}

function noteKey(generation: string): string {
  return keptKey('redrives', RELAY_NAME, `${generation}.json`);
}

async function readDone(store: StoredObjects, note: string): Promise<readonly string[]> {
  const text = await store.get(note);
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as { done?: readonly string[] }).done ?? [];
  } catch {
    // Without the note everybody is sent the batch again, which they know by its changes.
    return [];
  }
}

/** Counts that are missing would be equal, and a batch that nobody has taken would be deleted. */
function isResult(result: Partial<RelayRedriveResult> | null): boolean {
  return typeof result?.name === 'string' && Number.isInteger(result.sent) && (result.wanted === undefined || Number.isInteger(result.wanted));
}

/** A relay of an older library answers as it does to an empty batch; nothing may be taken from that. */
function checked(answer: Partial<RelayRedriveAnswer> | null | undefined): readonly RelayRedriveResult[] {
  if (answer?.cdcRelayRedrive === RELAY_REDRIVE_VERSION && Array.isArray(answer.results) && answer.results.every(isResult)) return answer.results;
  throw outOfDate();
}

function outOfDate(): Error {
  return new RedriveStoppedError('The deployed relay does not understand this redrive: deploy its stack with the version of cdk-dynamodb-cdc that this command is of.');
}

/** Consecutive changes for one request each. */
function* slices(records: readonly StreamRecord[], most: number): Generator<readonly StreamRecord[]> {
  let slice: StreamRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record));
    if (slice.length > 0 && (slice.length === most || bytes + size > MOST_BYTES)) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(record);
    bytes += size;
  }
  if (slice.length > 0) yield slice;
}
