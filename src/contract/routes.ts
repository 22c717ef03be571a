/**
 * What the relay knows of its subscribers. The routes lie in its asset, where they may be as large as they like; queue URLs, known only when
 * deployed, in parameters of AWS Systems Manager, since a function's environment holds 4 KB in all.
 */

import { SerializedFilter } from './filter';

export const ROUTES_VERSION = 1;

/** Name of the routes in the relay's asset. */
export const ROUTES_FILE = 'cdk-dynamodb-cdc-routes.json';

/** What Lambda is told to call. */
export const RELAY_HANDLER = 'cdk-dynamodb-cdc-relay.handler';
export const RELAY_FILE = 'cdk-dynamodb-cdc-relay.mjs';

export interface Routes {
  readonly version: typeof ROUTES_VERSION;
  /** Name of the table's partition key; present when a subscriber orders by it. */
  readonly partitionKey?: string;
  readonly targets: readonly Route[];
}

export interface Route {
  /** The subscriber's name. */
  readonly name: string;
  readonly orderBy: 'ITEM' | 'PARTITION_KEY';
  /** Absent when everything is wanted. */
  readonly filter?: SerializedFilter;
  /** Changes a message holds at most. @default - as many consecutive changes of one item as fit */
  readonly changesAMessage?: number;
  /** The ledger is told of an item's newest change before it is sent, so that those before it need not be worked on. @default false */
  readonly recordsLatest?: boolean;
}

export const RELAY_ENV = {
  /** Names of the parameters that hold the queues' URLs, separated by commas; each is a JSON object from subscriber to URL. */
  QUEUE_PARAMETERS: 'CDC_QUEUE_PARAMETERS',
} as const;

/** The relay in metrics and logs, where subscribers stand by their names, none of which may hold a dot. */
export const RELAY_NAME = 'cdc.relay';

/** Queues whose URLs share a parameter of 4 KB: a URL has up to 150 characters, a name up to 64. */
export const QUEUES_A_PARAMETER = 18;

/** What the schedule sends, so that a spill drains also when nothing is written to the table: the table's name. */
export interface DrainEvent {
  readonly drain: string;
}
