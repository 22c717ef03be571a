import type { ChangeContext, ChangeLogger, CommitWrite } from '../change/context';

/**
 * What a handler is given: of the attempt only what is documented. A handler may add members of its own, or replace some, without effect on what the runtime does.
 */
export class HandlerContext implements ChangeContext {
  readonly #attempt: ChangeContext;

  public constructor(attempt: ChangeContext) {
    this.#attempt = attempt;
  }

  public get subscriberName(): string {
    return this.#attempt.subscriberName;
  }

  public get attempt(): number {
    return this.#attempt.attempt;
  }

  public get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  public get idempotencyKey(): string {
    return this.#attempt.idempotencyKey;
  }

  public get logger(): ChangeLogger {
    return this.#attempt.logger;
  }

  public remainingTimeMillis(): number {
    return this.#attempt.remainingTimeMillis();
  }

  public commit(writes: readonly CommitWrite[]): Promise<void> {
    return this.#attempt.commit(writes);
  }
}
