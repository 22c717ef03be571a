/** Everything the runtime touches outside itself, so that a test can fail or kill it at every await. */

import { FailureRecord } from '../contract/failure-record';
import type { Change } from './change/change';
import type { ChangeContext, CommitWrite } from './change/context';

/** Time, in epoch milliseconds, and waiting. */
export interface Clock {
  now(): number;
  /** Resolves after the time, or as soon as the signal is aborted. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1). */
export type Random = () => number;

/** The document client's calls that the ledger makes. */
export interface DocumentClient {
  batchGet(input: BatchGetInput): Promise<BatchGetOutput>;
  batchExecuteStatement(input: { Statements: Statement[] }): Promise<{ Responses?: StatementResponse[] }>;
  update(input: UpdateInput): Promise<UpdateOutput>;
  transactWrite(input: { TransactItems: CommitWrite[]; ClientRequestToken: string }): Promise<unknown>;
}

export interface BatchGetInput {
  RequestItems: { [table: string]: { Keys: { [name: string]: string }[]; ConsistentRead: boolean } };
}

export interface BatchGetOutput {
  Responses?: { [table: string]: { [name: string]: unknown }[] };
  UnprocessedKeys?: { [table: string]: { Keys?: { [name: string]: unknown }[] } };
}

export interface Statement {
  Statement: string;
  Parameters: (string | number)[];
}

export interface StatementResponse {
  Error?: { Code?: string; Message?: string };
}

export interface UpdateInput {
  TableName: string;
  Key: { [name: string]: string };
  UpdateExpression: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: { [name: string]: string };
  ExpressionAttributeValues?: { [name: string]: unknown };
  ReturnValues?: 'ALL_NEW';
}

export interface UpdateOutput {
  /** The item after the update, where asked for. */
  Attributes?: { [name: string]: unknown };
}

/** Where exhausted changes are kept whole. */
export interface FailureStore {
  put(record: FailureRecord): Promise<void>;
  /** Leaves alone what is stored of the change. */
  putIfAbsent(record: FailureRecord): Promise<void>;
}

/** The user's function. */
export type Handler = (change: Change, context: ChangeContext) => unknown;

/** What is known of the invocation that is running. */
export interface Invocation {
  readonly requestId: string;
  /** Milliseconds until Lambda ends the process. */
  remainingMillis(): number;
}

/** One JSON object a line. */
export type LineWriter = (line: string) => void;
