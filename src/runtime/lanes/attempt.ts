import type { Change } from '../change/change';
import type { ChangeContext, CommitWrite } from '../change/context';
import { commitTransaction, CommitTarget } from '../commit';
import { Deadline } from '../deadline';
import { CommitMisuseError, errorKind, isOutOfTime, retryAfter } from '../errors';
import { HandlerContext } from './handler-context';
import { idempotencyKey } from '../ledger/item-key';
import { Logger } from '../observe/logger';
import { Handler } from '../ports';
import { isThrottle } from '../throttles';
import { errorName } from '../thrown';

/** How one call of the handler ended. */
export type Outcome =
  | { readonly kind: 'applied'; /** The mark is stored already. */ readonly committed: boolean }
  | { readonly kind: 'permanent'; readonly error: unknown }
  | { readonly kind: 'later'; readonly after?: number; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Another delivery has settled or parked the change: the ledger tells which. */
  | { readonly kind: 'overtaken' }
  /** The time was up; says nothing of the change. */
  | { readonly kind: 'interrupted'; readonly error: unknown };

export interface AttemptOptions {
  readonly subscriberName: string;
  readonly pk: string;
  readonly at: string;
  readonly attempt: number;
  /** It has the whole invocation, and nothing else to wait for. */
  readonly alone: boolean;
  readonly deadline: Deadline;
  /** Made only when asked for: most handlers do not log. */
  readonly logger: () => Logger;
  readonly commitTarget: () => CommitTarget;
  /** Warns of a commit into the streamed table itself. */
  readonly onCommit: (writes: readonly CommitWrite[]) => void;
}

/** One call of the handler, and the context it is given. */
export class Attempt implements ChangeContext {
  public readonly subscriberName: string;
  public readonly attempt: number;
  private state: 'open' | 'committing' | 'committed' | 'closed' = 'open';
  private wasOvertaken = false;
  private log?: Logger;
  private pending?: Promise<void>;

  public constructor(private readonly options: AttemptOptions) {
    this.subscriberName = options.subscriberName;
    this.attempt = options.attempt;
  }

  public get signal(): AbortSignal {
    return this.options.deadline.handlerSignal;
  }

  public get idempotencyKey(): string {
    return idempotencyKey(this.options.pk, this.options.at);
  }

  public get logger(): Logger {
    return (this.log ??= this.options.logger());
  }

  /** The store has been asked to commit, and has not answered for good. */
  public get isCommitting(): boolean {
    return this.state === 'committing';
  }

  public remainingTimeMillis(): number {
    return this.options.deadline.remaining();
  }

  public commit(writes: readonly CommitWrite[]): Promise<void> {
    const refusal = this.refusal();
    if (refusal !== undefined) this.logger.error(`a commit was refused: ${refusal.message}`);
    const commit = refusal === undefined ? (this.pending = this.commitOnce(writes)) : Promise.reject(refusal);
    // Whether or not the handler waits for it, `run` does: a rejection that nobody looks at would end the process.
    commit.catch(() => undefined);
    return commit;
  }

  public async run(handler: Handler, change: Change): Promise<Outcome> {
    let outcome: Outcome;
    try {
      await handler(change, new HandlerContext(this));
      outcome = { kind: 'applied', committed: false };
    } catch (error) {
      outcome = this.classify(error);
    }
    if (this.pending === undefined) return outcome;
    const waitedFor = !this.isCommitting;
    // What the commit did decides, also where the handler did not wait for it.
    const failure = await this.pending.then(() => undefined, (error: unknown) => ({ error }));
    if (this.state === 'committed') {
      if (outcome.kind !== 'applied') this.logger.warn('the handler failed after its commit; the change is settled');
      return { kind: 'applied', committed: true };
    }
    if (failure === undefined || outcome.kind !== 'applied') return outcome;
    // A handler that has seen its condition fail, and goes on, has decided that there is nothing to write.
    return waitedFor && errorKind(failure.error) === 'COMMIT_CONDITION' ? outcome : this.classify(failure.error);
  }

  /** From now on the handler, should it still run, can commit nothing. */
  public close(): void {
    if (this.state !== 'committed') this.state = 'closed';
  }

  private refusal(): CommitMisuseError | undefined {
    if (this.state === 'closed') return new CommitMisuseError('the attempt has ended, and a commit now could overtake a later change');
    return this.state === 'open' ? undefined : new CommitMisuseError('a change is committed once, so put all writes into one commit');
  }

  private async commitOnce(writes: readonly CommitWrite[]): Promise<void> {
    this.state = 'committing';
    try {
      await commitTransaction(this.options.commitTarget(), writes, this.options.onCommit);
      this.state = 'committed';
    } catch (error) {
      // Nothing was written: the handler may decide anew, for example after reading again what its condition missed.
      if (this.state === 'committing') this.state = 'open';
      this.wasOvertaken = errorKind(error) === 'ALREADY_APPLIED';
      throw error;
    }
  }

  private classify(error: unknown): Outcome {
    switch (errorKind(error)) {
      case 'PERMANENT': return { kind: 'permanent', error };
      case 'RETRY_LATER':
        // The invocation has ended the call, and not what it calls. If it had the whole invocation, what it calls is slow or down.
        if (isOutOfTime(error) && this.signal.aborted && !this.options.alone) return { kind: 'interrupted', error };
        return { kind: 'later', after: retryAfter(error), error };
      // Only the ledger can say so: of itself a handler would be asked again and again.
      case 'ALREADY_APPLIED':
        if (this.wasOvertaken) return { kind: 'overtaken' };
        break;
      default:
    }
    const name = errorName(error);
    if (name === 'StoreUnavailableError' || isThrottle(name)) return { kind: 'later', error };
    return this.signal.aborted ? { kind: 'interrupted', error } : { kind: 'failed', error };
  }
}
