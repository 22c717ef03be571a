import { FunctionFailedError, RedriveStoppedError, StoredObjects, SubscriberFunction } from './ports';
import { changeOf, readStored, setAside, StoredEntry } from './stored-change';
import { FAILURE_RECORD_VERSION, FailureRecord, keptKey } from '../../contract/failure-record';
import { isOutcome, isSettled, REDRIVE_VERSION, RedriveAnswer, RedriveChange, RedriveRequest, RedriveResult } from '../../contract/redrive';

/** Objects read at once. */
const READS = 16;

export interface HandOverOptions {
  readonly store: StoredObjects;
  readonly fn: SubscriberFunction;
  readonly subscriber: string;
  readonly action: RedriveRequest['action'];
  readonly outOfOrder: boolean;
  readonly applyUnknown: boolean;
  /** With the action DISCARD. */
  readonly discard?: DiscardNote;
}

/** Who takes changes off, why, and when (ISO 8601). */
export interface DiscardNote {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** What became of a stored change: the function's answer, or that there was nothing to hand over. */
export type Fate = RedriveResult | 'gone' | 'set aside';

/**
 * Hands stored changes to the function in one request and deletes those that the ledger knows of afterwards. Whatever ends the process in between:
 * what was not deleted is handed over again, and known as applied.
 */
export async function handOver(options: HandOverOptions, entries: readonly StoredEntry[]): Promise<Fate[]> {
  const { store, subscriber, discard } = options;
  const stored = await eachAtOnce(entries, READS, (entry) => readStored(store, entry));
  const whole: { readonly index: number; readonly record: FailureRecord }[] = [];
  const fates: Fate[] = [];
  for (const [index, record] of stored.entries()) {
    if (typeof record === 'object') {
      whole.push({ index, record });
      continue;
    }
    fates[index] = record === 'gone' ? 'gone' : 'set aside';
    if (record === 'corrupt') await setAside(store, subscriber, entries[index].key);
  }
  if (whole.length === 0) return fates;
  const begun = discard ? await eachAtOnce(whole, READS, ({ record }) => keep(options, record)) : [];
  const results = await ask(options, whole.map(({ record }) => changeOf(record)));
  const settled: string[] = [];
  for (const [place, { index }] of whole.entries()) {
    fates[index] = results[place];
    if (isSettled(results[place])) settled.push(entries[index].key);
  }
  // A note that was there before stays: its discard got no answer, and may be why the change is settled now.
  if (discard) await forget(options, whole.filter((_one, place) => begun[place] && results[place].outcome !== 'DISCARDED').map(({ record }) => record));
  if (settled.length > 0) await store.remove(settled);
  return fates;
}

/** One request; where the function ends without an answer, one for each change, so that the one which ends it is found. */
async function ask(options: HandOverOptions, changes: readonly RedriveChange[]): Promise<readonly RedriveResult[]> {
  try {
    return checked(await options.fn.redrive(request(options, changes)), changes.length);
  } catch (error) {
    if (!(error instanceof FunctionFailedError)) throw error;
    if (changes.length === 1) return [{ outcome: 'FAILED', error: error.kind }];
  }
  const results: RedriveResult[] = [];
  const failed = new Set<string>();
  for (const change of changes) {
    const [result]: readonly RedriveResult[] = failed.has(change.keyHash) ? [{ outcome: 'NOT_TRIED' }] : await ask(options, [change]);
    if (!isSettled(result)) failed.add(change.keyHash);
    results.push(result);
  }
  return results;
}

function request({ subscriber, action, outOfOrder, applyUnknown }: HandOverOptions, changes: readonly RedriveChange[]): RedriveRequest {
  return { cdcRedrive: REDRIVE_VERSION, subscriber, action, outOfOrder, applyUnknown, changes };
}

/** A function of an older library answers as it does to a batch; nothing may be taken from that. */
function checked(answer: Partial<RedriveAnswer> | null, changes: number): readonly RedriveResult[] {
  const { cdcRedrive, results } = answer ?? {};
  if (cdcRedrive === REDRIVE_VERSION && results?.length === changes && results.every((result) => isOutcome(result?.outcome))) return results;
  throw new RedriveStoppedError('The deployed function does not understand this redrive: deploy its stack with the version of cdk-dynamodb-cdc that this command is of.');
}

const discardedKey = ({ subscriber }: HandOverOptions, { keyHash, position }: FailureRecord) => keptKey('discarded', subscriber, `${keyHash}/${position}.json`);

/** Who and why, with the change: kept before it is taken off. False: somebody has begun to discard it before. */
function keep(options: HandOverOptions, change: FailureRecord): Promise<boolean> {
  const note = { formatVersion: FAILURE_RECORD_VERSION, ...options.discard, change };
  return options.store.putIfAbsent(discardedKey(options, change), JSON.stringify(note));
}

async function forget(options: HandOverOptions, changes: readonly FailureRecord[]): Promise<void> {
  if (changes.length > 0) await options.store.remove(changes.map((change) => discardedKey(options, change)));
}

async function eachAtOnce<T, R>(all: readonly T[], atOnce: number, run: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...all.entries()];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await run(next[1]);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, work));
  return results;
}
