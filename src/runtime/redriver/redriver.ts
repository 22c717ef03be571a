import { Fate, handOver, HandOverOptions } from './hand-over';
import { ItemState, itemsOf } from './item-state';
import { Pace } from './pace';
import { StoredObject } from './ports';
import { StoredEntry, storedEntry } from './stored-change';
import { Summary } from './summary';
import { failurePrefix } from '../../contract/failure-record';
import { LAMBDA_PAYLOAD_BYTES } from '../../contract/limits';
import { Clock } from '../ports';

/** Changes of one request: few enough for one invocation, and below the 6 MB that Lambda takes. */
export const MOST_CHANGES = 100;
export const MOST_BYTES = Math.floor((LAMBDA_PAYLOAD_BYTES * 2) / 3);

export interface RedriverOptions extends HandOverOptions {
  readonly clock: Clock;
  /** Ledger key of the only item wanted. @default - all */
  readonly item?: string;
  /** Whether an item is wanted, by the object that comes first in it. @default - all */
  readonly wants?: (first: StoredEntry) => boolean | Promise<boolean>;
  /** Key of an object to begin behind. @default - the first */
  readonly after?: string;
  /** Changes a second, at most. @default - as many as the function takes */
  readonly rate?: number;
  /** Aborted to stop after the request under way. */
  readonly stop: AbortSignal;
  readonly onFate?: (entry: StoredEntry, fate: Fate) => void;
  /** Told of the place in the list before which everything has been dealt with. */
  readonly onProgress?: (key: string) => Promise<void>;
}

/**
 * Redrives what a subscriber has in the failure store: lists it in order per item, hands it over in requests of bounded size, and stops an item at the
 * first change that must wait. Holds no more than one request's changes, however many there are.
 */
export class Redriver {
  private readonly pace: Pace;
  private batch: StoredEntry[] = [];
  private bytes = 0;
  /** An item whose further changes are passed over: it is not wanted, must wait, or has been dealt with. */
  private passOver?: string;
  private current?: string;

  public constructor(private readonly options: RedriverOptions, public readonly summary = new Summary()) {
    this.pace = new Pace(options.clock, options.rate);
  }

  public async run(): Promise<Summary> {
    const { store, subscriber, item, stop } = this.options;
    const prefix = failurePrefix(subscriber, item);
    let { after } = this.options;
    for (let more = true; more && !stop.aborted;) {
      const page = await store.list(prefix, after);
      for (const object of page.objects) await this.offer(object);
      after = page.objects.at(-1)?.key;
      if (this.passOver !== undefined && this.passOver === this.current) after = endOf(failurePrefix(subscriber, this.passOver));
      more = page.more;
    }
    await this.flush();
    this.summary.interrupted = stop.aborted;
    if (this.options.after !== undefined && !stop.aborted) this.summary.leftBefore = await this.isLeftBefore(prefix, this.options.after);
    return this.summary;
  }

  private async isLeftBefore(prefix: string, place: string): Promise<boolean> {
    const { objects } = await this.options.store.list(prefix);
    return objects.some((object) => object.key < place && storedEntry(object) !== undefined);
  }

  private async offer(object: StoredObject): Promise<void> {
    const entry = storedEntry(object);
    if (entry === undefined || this.options.stop.aborted) return;
    if (entry.keyHash !== this.current) {
      this.current = entry.keyHash;
      if (this.options.wants && !(await this.options.wants(entry))) this.passOver = entry.keyHash;
      else this.summary.items += 1;
    }
    if (this.isFull(entry)) await this.flush(entry.keyHash);
    if (entry.keyHash === this.passOver) return;
    this.batch.push(entry);
    this.bytes += entry.bytes;
  }

  private isFull({ bytes }: StoredEntry): boolean {
    return this.batch.length >= this.pace.most(MOST_CHANGES) || (this.batch.length > 0 && this.bytes + bytes > MOST_BYTES);
  }

  /** Hands over what has been gathered. `next` is the item that the list goes on with. */
  private async flush(next?: string): Promise<void> {
    const entries = this.batch;
    this.batch = [];
    this.bytes = 0;
    if (entries.length === 0 || this.options.stop.aborted) return;
    const fates = await this.settle(entries);
    if (fates === undefined) return;
    let dealtWith: string | undefined;
    for (const item of itemsOf(entries, fates)) {
      // Not into an item: whoever goes on there would not know that an earlier change of it must wait.
      if (item.keyHash === next) await this.meetAgain(item);
      else if (await this.finishItem(item)) dealtWith = item.keyHash;
      else break;
    }
    if (dealtWith !== undefined) await this.options.onProgress?.(endOf(failurePrefix(this.options.subscriber, dealtWith)));
  }

  /** The list goes on with more of the item, which is passed over where that has to wait or has been fetched here. */
  private async meetAgain(item: ItemState): Promise<void> {
    if (item.waits || item.outOfTime) this.passOver = item.keyHash;
    if (item.outOfTime) await this.finishItem(item);
  }

  /** What has been stored of an item since it was listed, and what there was no time for. False: interrupted before its end. */
  private async finishItem(item: ItemState): Promise<boolean> {
    const { store, subscriber, stop } = this.options;
    let state = item;
    while (state.outOfTime || (state.parked && !state.waits)) {
      if (stop.aborted) return false;
      const { objects } = await store.list(failurePrefix(subscriber, item.keyHash), state.after);
      const entries = this.fitting(objects);
      if (entries.length === 0) {
        this.summary.emptied.push(item.keyHash);
        return true;
      }
      const fates = await this.settle(entries);
      if (fates === undefined) return false;
      const [now] = itemsOf(entries, fates);
      if (now.outOfTime && now.after === undefined) {
        // It was alone, and still there was no time for it.
        for (const fate of fates) if (typeof fate === 'object') this.summary.count(fate);
        return true;
      }
      state = { ...now, after: now.after ?? state.after };
    }
    return true;
  }

  private fitting(objects: readonly StoredObject[]): StoredEntry[] {
    const entries = objects.flatMap((object) => storedEntry(object) ?? []);
    let bytes = 0;
    const most = entries.findIndex((entry, index) => {
      bytes += entry.bytes;
      return index >= this.pace.most(MOST_CHANGES) || (index > 0 && bytes > MOST_BYTES);
    });
    return most < 0 ? entries : entries.slice(0, most);
  }

  /** Undefined when interrupted before they were handed over. */
  private async settle(entries: readonly StoredEntry[]): Promise<Fate[] | undefined> {
    await this.pace.wait(entries.length, this.options.stop);
    if (this.options.stop.aborted) return undefined;
    const fates = await handOver(this.options, entries);
    for (const [index, fate] of fates.entries()) {
      if (fate === 'set aside') this.summary.setAside += 1;
      // What there was no time for is handed over again.
      else if (fate !== 'gone' && fate.why !== 'NO_TIME') this.summary.count(fate);
      this.options.onFate?.(entries[index], fate);
    }
    return fates;
  }
}

/** Behind every key of an item: positions begin with a digit. */
function endOf(prefix: string): string {
  return `${prefix}~`;
}
