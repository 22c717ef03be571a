import type { Attempt } from './attempt';
import { LaneRecord, Run } from './run';
import { FailingState, LEDGER_VERSION, LedgerRow } from '../../contract/ledger';

/**
 * Changes of a lane that share one mark. A mark for each change would cost a write unit each; one for the whole lane would let a crash repeat
 * any number. Five keeps ten changes of an item at two write units.
 */
const STRIDE = 5;

/** A change that has been postponed for less is usually applied soon after, and that is not worth a write. */
const WORTH_REMEMBERING_MILLIS = 30_000;

/** A call of the handler that is under way. */
export interface Call {
  readonly attempt: Attempt;
  readonly record: LaneRecord;
  /** Whether not finishing is the change's own fault: see `interrupted`. */
  readonly alone: boolean;
  /** Whether the attempt has been counted before it was made. */
  readonly counted: boolean;
}

/** How far the changes of one item (or partition key) in a batch have come, what they have used up, and the places they take. `settleLane` moves it on. */
export class Lane {
  public row?: LedgerRow;
  public readonly records: LaneRecord[];
  /** Records before this one are settled and the ledger knows. */
  public settled = 0;
  /** The record to be settled next; those between `settled` and this one wait for their mark. */
  private next = 0;
  /** The highest position settled by this lane, whether or not its mark is stored. */
  private top = '';
  private attempts?: FailingState;
  private attemptsToWrite = false;
  /** The ledger was told of attempts in this delivery. */
  private attemptsTold = false;
  /** What the ledger was told of the attempts of a change that has succeeded since, and is to be taken back unless its mark is stored. */
  private owed?: FailingState;
  /** Where the changes end that are being settled under one mark. */
  private end = 0;
  /** Whether this lane has a place to run, and how many in the window. */
  private inside = false;
  private held = 0;
  private markWaits = false;
  /** The call of the handler that is under way. */
  public call?: Call;
  /** Epoch milliseconds when the handler was called last. */
  public calledAt = 0;
  /** An attempt is being counted before it is made. */
  public counting = false;
  /** Epoch milliseconds before which its next record should not be delivered again. */
  public resumeAt?: number;

  public constructor(public readonly pk: string, private readonly run: Run, first: LaneRecord) {
    this.records = [first];
  }

  /** The record to be settled next; none when all are. */
  public get upcoming(): LaneRecord | undefined {
    return this.records[this.next];
  }

  public push(record: LaneRecord): void {
    this.records.push(record);
  }

  /** Gives its places back, waits, and takes them again. False: the time is up, or the wait is the queue's to do. */
  public async pause(millis: number): Promise<boolean> {
    this.stepOut();
    if (millis > (this.run.patienceMillis ?? Infinity)) {
      this.resumeAt = this.run.clock.now() + millis;
      return false;
    }
    if (!(await this.run.admission.reenter(millis))) return false;
    this.stepIn(1);
    return this.run.open;
  }

  /** The attempts that this record has used up. */
  public attemptsOf(record: LaneRecord): FailingState | undefined {
    if (this.attempts?.at === record.at) return this.attempts;
    return this.row?.failing?.at === record.at ? this.row.failing : undefined;
  }

  public countAttempt(record: LaneRecord, now: number, unfinished = false): FailingState {
    const before = this.attemptsOf(record);
    this.attemptsToWrite = true;
    const first = before !== undefined && before.n > 0 ? before.first : now;
    return (this.attempts = { at: record.at, n: (before?.n ?? 0) + 1, first, ...(unfinished && { unfinished }), ...keptOf(before) });
  }

  /** The attempt that was counted before it was made has ended, and counts: the span of the attempts starts with the first failure, not before it. */
  public attemptEnded(now: number): FailingState {
    const { at, n, first, ...more } = this.attempts!;
    this.attemptsToWrite = true;
    return (this.attempts = { at, n, first: n === 1 ? now : first, ...keptOf(more) });
  }

  /** The handler asked for more time than this invocation has: the next one is to give it. */
  public rememberDue(record: LaneRecord, due: number): void {
    this.attemptsToWrite = true;
    this.attempts = { ...(this.attemptsOf(record) ?? { at: record.at, n: 0, first: this.run.clock.now() }), due };
  }

  /** The change is postponed, since then or since what is known already; says so in the ledger, and whether other items have succeeded meanwhile. */
  public rememberPostponed(record: LaneRecord, since: number): FailingState & { readonly postponed: number } {
    const before = this.attemptsOf(record);
    const postponed = before?.postponed ?? this.run.memory.postponedSince(this.pk, record.at, since);
    const passed = before?.passed === true || this.run.memory.othersSucceeded(this.pk, postponed);
    const state = { ...(before ?? { at: record.at, n: 0, first: since }), postponed, ...(passed && { passed }) };
    // Until then this process remembers it. Messages of a queue come one by one, maybe each to another process, so there it is told once more, and first.
    const isWorth = this.run.patienceMillis !== undefined || (passed && this.run.clock.now() - postponed >= WORTH_REMEMBERING_MILLIS);
    const isNews = before?.postponed === undefined || passed !== (before.passed ?? false);
    if (!isWorth || !isNews) return state;
    this.attemptsToWrite = true;
    return (this.attempts = state);
  }

  /** A refused permission holds the change since then: whichever process has it next is to know. */
  public rememberRefused(record: LaneRecord, refused: number): void {
    const before = this.attemptsOf(record);
    if (before?.refused === refused) return;
    this.attemptsToWrite = true;
    this.attempts = { ...(before ?? { at: record.at, n: 0, first: refused }), refused };
  }

  /** The attempts made in this delivery did not count after all: what the ledger was told of them is to be taken back. */
  public forgetAttempts(): void {
    const { attempts, row } = this;
    this.attemptsToWrite = this.attemptsTold && attempts !== undefined;
    const before = row?.failing?.at === attempts?.at ? row?.failing : { ...attempts!, n: 0 };
    // Whatever the attempt that was counted beforehand came to, it is not one that never ended.
    this.attempts = this.attemptsToWrite ? { ...before!, unfinished: false } : undefined;
  }

  /** The handler has succeeded: should its mark not be stored, an attempt that was counted before it was made must not count. */
  public handlerSucceeded(counted: boolean): void {
    if (counted) this.forgetAttempts();
  }

  /** Whether the ledger holds an attempt against a change that has succeeded. */
  public get owes(): boolean {
    return this.owed !== undefined && this.settled < this.next;
  }

  /** Takes such an attempt back. */
  public async takeBack(): Promise<void> {
    if (!this.owes) return;
    const owed = this.owed!;
    this.owed = undefined;
    await this.run.ledger.writeFailing(this.pk, owed, this.run.deadline.storeSignal);
  }

  /** Writes attempts down for the next delivery. False: another delivery has settled or parked the change. */
  public async rememberAttempts(): Promise<boolean> {
    if (!this.attemptsToWrite || !this.attempts) return true;
    this.attemptsToWrite = false;
    this.attemptsTold = true;
    this.owed = undefined;
    return this.run.ledger.writeFailing(this.pk, this.attempts, this.run.deadline.storeSignal);
  }

  /** Takes the ledger's word for what another delivery has done. */
  public async readAgain(): Promise<void> {
    this.row = (await this.run.ledger.read([this.pk], this.run.deadline.storeSignal)).get(this.pk);
  }

  /** How far the item has been settled, as far as is known here. */
  public get reached(): string {
    const mark = this.row?.mark ?? '';
    return mark > this.top ? mark : this.top;
  }

  /** What may be stored together behind the item's parked change. */
  public get unsettled(): readonly LaneRecord[] {
    const end = this.records.findIndex(({ givenUp }, index) => givenUp && index > this.next);
    return this.records.slice(this.settled, end < 0 ? undefined : end);
  }

  /** So many records are settled, and the ledger knows. */
  public stored(count: number): void {
    this.next = this.settled += count;
  }

  /** Passes what the ledger knows to be settled. */
  public skipSettled(): void {
    const before = this.next;
    for (; this.next < this.records.length && !this.records[this.next].givenUp && this.records[this.next].at <= this.reached; this.next += 1) {
      this.run.counts.alreadySettled += 1;
    }
    if (this.next > before) this.coveredBy(this.row?.mark ?? '');
  }

  /** The next record is settled without a mark of its own. */
  public pass(): void {
    this.next += 1;
    this.coveredBy(this.row?.mark ?? '');
  }

  /** The ledger has this mark. What a mapping gave up and is settled here needs none. */
  private coveredBy(mark: string): void {
    while (this.settled < this.next && (this.records[this.settled].givenUp || this.records[this.settled].at <= mark)) this.settled += 1;
  }

  /** Where a stride ends: a queue may hand out changes once more behind later ones, and what a mapping gave up is looked at by itself. */
  private startsAnew(index: number): boolean {
    const { at, givenUp } = this.records[index];
    return givenUp || this.records[index - 1].givenUp || at <= this.records[index - 1].at;
  }

  /** How many of the records to come share one mark. */
  public get stride(): number {
    const most = Math.min(STRIDE, this.run.admission.window, this.records.length - this.next);
    let size = 1;
    while (size < most && !this.startsAnew(this.next + size)) size += 1;
    return size;
  }

  /** Whether records are left of those that share the mark. */
  public get isInStride(): boolean {
    return this.next < this.end;
  }

  /** What does not run takes no place: its mark is stored with that of the change that does. */
  public extendStride(): void {
    if (this.end < this.records.length && !this.startsAnew(this.end)) this.end += 1;
  }

  /** It has been given a place to run, and so many in the window. */
  public stepIn(size: number): void {
    this.inside = true;
    this.held = size;
    this.end = this.next + size;
  }

  /** Gives its places back, those in the window when the mark is stored. */
  public stepOut(): void {
    if (!this.inside) return;
    this.inside = false;
    this.handOverMark();
    this.run.admission.leave();
  }

  /** The next record is settled; `marked`: and the ledger knows. */
  public advance(marked: boolean): void {
    this.next += 1;
    this.top = this.records[this.next - 1].at;
    this.owed = !marked && this.attemptsTold && this.attemptsToWrite ? this.attempts : undefined;
    this.attempts = undefined;
    this.attemptsToWrite = this.attemptsTold = false;
    this.markWaits = !marked;
    if (!marked) return;
    // A transaction has stored a mark that covers everything before it.
    this.settled = this.next;
    this.row = { pk: this.pk, v: LEDGER_VERSION, ...this.row, mark: this.records[this.next - 1].at };
    this.run.marks.supersede(this.pk);
  }

  /** Hands what is settled to the mark writer, which gives the places in the window back in its time. */
  private handOverMark(): void {
    const { run, held: count, next: upTo } = this;
    this.held = 0;
    if (!this.markWaits || !run.open) {
      run.admission.release(count);
      return;
    }
    this.markWaits = false;
    run.marks.add({
      pk: this.pk,
      at: this.records[upTo - 1].at,
      exists: this.row !== undefined,
      count,
      stored: () => {
        this.settled = Math.max(this.settled, upTo);
        this.coveredBy(this.records[upTo - 1].at);
      },
    });
    // A later mark of this lane finds the row that this one makes.
    this.row ??= { pk: this.pk, v: LEDGER_VERSION };
  }
}

type Kept = Pick<FailingState, 'refused' | 'postponed' | 'passed'>;

/** What an attempt more says nothing about. */
function keptOf({ refused, postponed, passed }: Kept = {}): Kept {
  return { ...(refused !== undefined && { refused }), ...(postponed !== undefined && { postponed }), ...(passed !== undefined && { passed }) };
}
