import { Choices, decide, Decision } from './decide';
import { RedriveRun } from './redrive-run';
import { LEDGER_VERSION, LedgerRow } from '../../contract/ledger';
import { isSettled, RedriveChange, RedriveOutcome, RedriveResult } from '../../contract/redrive';
import { readChange } from '../change/read-change';
import { StreamRecord } from '../change/record';
import { CommitTarget, commitTransaction } from '../commit';
import { errorKind } from '../errors';
import { Attempt, Outcome } from '../lanes/attempt';
import { retryLaterDelay } from '../lanes/attempt-schedule';
import { aloneKey } from '../ledger/item-key';
import { describeError } from '../observe/logger';
import { errorName } from '../thrown';

/** In its item's order, or by itself because the item has gone on without it. */
type How = 'IN_ORDER' | 'ALONE';

/** A change of a request, and where its answer goes. */
export interface RedriveEntry {
  readonly change: RedriveChange;
  readonly loose: boolean;
  result?: RedriveResult;
}

/** Redrives changes of one item in their order, until one of them cannot be settled and those behind it must wait. */
export class RedriveLane {
  private readonly alone = new Map<string, LedgerRow>();
  private row?: LedgerRow;
  private blocked = false;
  private timeIsUp = false;

  public constructor(
    private readonly run: RedriveRun, private readonly pk: string, private readonly entries: readonly RedriveEntry[],
    private readonly choices: Choices,
  ) {}

  public async settle(): Promise<void> {
    if (!this.run.tooLate()) await this.look(this.entries);
    for (const entry of this.entries) {
      if (!this.blocked && this.run.tooLate()) this.timeIsUp = this.blocked = true;
      entry.result = this.blocked ? { outcome: 'NOT_TRIED', ...(this.timeIsUp && { why: 'NO_TIME' }) } : await this.settleOne(entry);
    }
  }

  private async look(entries: readonly RedriveEntry[]): Promise<void> {
    const keys = entries.map(({ change }) => aloneKey(this.pk, change.position));
    const rows = await this.run.ledger.read([this.pk, ...keys], this.run.deadline.storeSignal);
    this.row = rows.get(this.pk);
    for (const key of keys) this.alone.delete(key);
    for (const key of keys) if (rows.has(key)) this.alone.set(key, rows.get(key)!);
  }

  /** Until the ledger has taken what was done, or says that there is nothing to do. */
  private async settleOne(entry: RedriveEntry): Promise<RedriveResult> {
    for (;;) {
      const decision = this.decision(entry);
      if ('leave' in decision) {
        this.blocked = decision.blocks;
        if (decision.remember) await this.remember(entry.change);
        return this.withParked({ outcome: decision.leave, ...(decision.why && { why: decision.why }) });
      }
      const result = await this.take(entry.change, decision.take);
      if (result !== 'look again') return this.withParked(result);
      await this.look([entry]);
    }
  }

  private async remember({ position: at }: RedriveChange): Promise<void> {
    const { deadline: { storeSignal }, ledger } = this.run;
    await ledger.make(ledger.aloneWrite(this.pk, at, 'applied'), storeSignal);
  }

  private decision({ change, loose }: RedriveEntry): Decision {
    const { row, run } = this;
    return decide({
      change, loose, row, alone: this.alone.get(aloneKey(this.pk, change.position)), now: run.clock.now(), filters: run.filter !== undefined,
    }, this.choices);
  }

  /** `look again` when the ledger has been moved by somebody else: what it says then decides. */
  private async take(change: RedriveChange, how: How): Promise<RedriveResult | 'look again'> {
    if (this.choices.action === 'DISCARD') return this.pass(change, how, 'DISCARDED');
    const record = change.record as StreamRecord;
    try {
      if (this.run.filter && !this.run.filter(record)) return await this.pass(change, how, 'NOT_WANTED');
    } catch (error) {
      return this.failed(change, how, error);
    }
    const outcome = await this.call(change, how);
    switch (outcome.kind) {
      case 'applied': return outcome.committed ? this.settled(change, how, 'APPLIED') : this.pass(change, how, 'APPLIED');
      case 'overtaken': return 'look again';
      default: return this.failed(change, how, outcome.error);
    }
  }

  /** Calls the handler; waits out, while there is time, what is no fault of the change. */
  private async call(change: RedriveChange, how: How): Promise<Outcome> {
    const { run } = this;
    for (let times = 0; ; times += 1) {
      const attempt = new Attempt({
        subscriberName: run.settings.subscriber,
        pk: this.pk,
        at: change.position,
        // Who redrives learns that what the handler calls did not answer.
        alone: true,
        attempt: 1,
        deadline: run.deadline,
        logger: () => run.logger.with({ keyHash: this.pk, sequenceNumber: change.sequenceNumber }),
        commitTarget: () => this.target(change, how),
        onCommit: () => undefined,
      });
      run.counts.calls += 1;
      run.calls.add(attempt);
      const outcome = await attempt.run(run.handler, readChange(change.record as StreamRecord));
      run.calls.delete(attempt);
      attempt.close();
      if (outcome.kind !== 'later') return outcome;
      await run.clock.sleep(retryLaterDelay(times, outcome.after, run.random), run.deadline.handlerSignal);
      if (run.tooLate()) return outcome;
    }
  }

  /** What tells the ledger that the change is settled, under the condition that it is still this one's turn. */
  private target({ position: at, reason }: RedriveChange, how: How): CommitTarget {
    const { client, clock, deadline, ledger, random } = this.run;
    const common = { client, retry: { clock, random, signal: deadline.storeSignal } };
    const alone = ledger.aloneWrite(this.pk, at, 'applied');
    if (how === 'ALONE') return { ...common, mark: alone };
    const mark = this.row?.parked ? ledger.parkedMarkWrite(this.pk, at, this.row.parked) : ledger.markWrite(this.pk, at);
    // Of a change that the mapping gave up a later mark says nothing: should its object outlive this, its own row does.
    return { ...common, mark, ...(reason === 'MAPPING_GAVE_UP' && { also: alone }) };
  }

  private async pass(change: RedriveChange, how: How, outcome: RedriveOutcome): Promise<RedriveResult | 'look again'> {
    const target = this.target(change, how);
    return await this.tell(target) ? this.settled(change, how, outcome) : 'look again';
  }

  private async tell(target: CommitTarget): Promise<boolean> {
    if (target.also === undefined) return this.run.ledger.make(target.mark, this.run.deadline.storeSignal);
    try {
      await commitTransaction(target, []);
      return true;
    } catch (error) {
      if (errorKind(error) === 'ALREADY_APPLIED') return false;
      throw error;
    }
  }

  /** The ledger knows. */
  private settled({ position: at }: RedriveChange, how: How, outcome: RedriveOutcome): RedriveResult {
    if (outcome === 'APPLIED') this.run.counts.applied += 1;
    if (how === 'IN_ORDER') this.row = { pk: this.pk, v: LEDGER_VERSION, ...this.row, mark: at };
    return { outcome };
  }

  /** Says whether the item is still parked; releases it when everything stored behind it is settled. */
  private async withParked(result: RedriveResult): Promise<RedriveResult> {
    const { run, pk } = this;
    while (isSettled(result) && this.row?.parked && (this.row.mark ?? '') >= this.row.parked.tail) {
      if (await run.ledger.release(pk, this.row.parked, run.deadline.storeSignal)) this.row = { ...this.row, parked: undefined };
      else this.row = (await run.ledger.read([pk], run.deadline.storeSignal)).get(pk);
    }
    return this.row?.parked ? { ...result, parked: true } : result;
  }

  private failed({ sequenceNumber }: RedriveChange, how: How, error: unknown): RedriveResult {
    const { run } = this;
    // One that its item has gone on without holds nothing back.
    this.blocked = how === 'IN_ORDER';
    run.counts.failedAttempts += 1;
    run.logger.warn('redriven change failed', { keyHash: this.pk, sequenceNumber, error: describeError(error, run.settings) });
    return { outcome: 'FAILED', error: errorName(error) };
  }
}
