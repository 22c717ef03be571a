/** What a redrive touches outside itself: the store that it empties, and the function that it hands the changes to. */

import { RedriveAnswer, RedriveRequest } from '../../contract/redrive';
import { RelayRedriveAnswer, RelayRedriveRequest } from '../../contract/relay-redrive';

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly storedAt: number;
}

export interface StoredObjects {
  /** The next objects behind a key, in order of their keys; `more` when there are others behind them. */
  list(prefix: string, after?: string): Promise<{ readonly objects: readonly StoredObject[]; readonly more: boolean }>;
  /** Undefined when it is not there. */
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
  /** Leaves alone what is there. False: something was. */
  putIfAbsent(key: string, text: string): Promise<boolean>;
  remove(keys: readonly string[]): Promise<void>;
}

export interface SubscriberFunction {
  /** @throws FunctionFailedError when the function crashed or ran out of time */
  redrive(request: RedriveRequest): Promise<RedriveAnswer>;
}

export interface RelayFunction {
  /** @throws FunctionFailedError when the relay crashed or ran out of time */
  handBack(request: RelayRedriveRequest): Promise<RelayRedriveAnswer>;
}

/** The function ended without an answer: nobody knows what became of the request, but nothing is lost by asking again. */
export class FunctionFailedError extends Error {
  public override readonly name = 'FunctionFailedError';

  /** @param kind what Lambda calls it, such as `Runtime.ExitError`; never the function's own message, which may quote the change */
  public constructor(public readonly kind: string) {
    super(`the function ended without an answer: ${kind}`);
  }
}

/** Somebody has to do something before this can go on: a sentence that says what. */
export class RedriveStoppedError extends Error {
  public override readonly name = 'RedriveStoppedError';
}
