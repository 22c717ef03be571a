/**
 * What one history is made from, as plain data: it can be printed, shrunk and run again. Times are virtual milliseconds from the
 * start; whatever is left to chance while it runs (latencies, jitter, dice with the rates given here) follows from `seed`.
 */

import { HostileAct } from './hostile';
import { RuntimeSettings } from '../../contract/settings';

/** For a number of times: for ever. */
export const ALWAYS = 1_000_000_000;

export type KeySchema = 'S' | 'N' | 'B' | 'SS' | 'SN';

export type RecordDefect = 'noSequenceNumber' | 'unreadableKeys' | 'unreadableImage';

/** One write to the table. */
export interface WritePlan {
  readonly at: number;
  readonly item: number;
  readonly kind: 'a' | 'b';
  readonly remove?: boolean;
  readonly imageBytes?: number;
  readonly defect?: RecordDefect;
}

/** What the handler does with one change, besides its effect. `times` counts calls, over all deliveries. */
export type Trouble =
  | { readonly kind: 'throws'; readonly times: number; readonly value: 'error' | 'null' | 'text'; readonly after?: 'effect' }
  | { readonly kind: 'permanent' }
  | { readonly kind: 'later'; readonly times: number; readonly after?: number }
  | { readonly kind: 'throttled'; readonly times: number }
  | { readonly kind: 'hangs'; readonly times: number }
  | { readonly kind: 'ignoresSignal'; readonly times: number }
  | { readonly kind: 'endsProcess'; readonly times: number }
  | { readonly kind: 'hostile'; readonly times: number; readonly act: HostileAct }
  | { readonly kind: 'ignoresCommit' }
  | { readonly kind: 'failsCondition' };

export interface HandlerPlan {
  readonly effect: 'plain' | 'commit';
  /** The longest a call takes; 0 answers at once, below that synchronously. */
  readonly millis: number;
  /** By the ordinal of the change. */
  readonly trouble: { readonly [ordinal: number]: Trouble };
}

export type SimulatedSettings = Pick<
  RuntimeSettings, 'orderBy' | 'concurrency' | 'flushSize' | 'maxAttempts' | 'attemptSpanMillis' | 'onPoison' | 'maxRecordAgeSeconds'
>;

export interface MappingPlan {
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly parallelizationFactor: number;
  readonly retryAttempts: number;
  readonly bisect: boolean;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
}

/** Chances that one invocation meets this. */
export interface InvocationRates {
  readonly killAtCall: number;
  readonly killAtAnyTime: number;
  readonly killBeforeResponse: number;
  readonly redeliver: number;
  readonly atOnce: number;
  readonly throttle: number;
  readonly coldStart: number;
}

export interface SubscriberPlan {
  readonly settings: SimulatedSettings;
  readonly mapping: MappingPlan;
  readonly handler: HandlerPlan;
  /** Wants only changes of kind `a`: by the mapping's filter, or by the runtime's. */
  readonly filter?: 'mapping' | 'runtime';
  readonly timeoutMillis: number;
  readonly rates: InvocationRates;
  /** How wrong the clock of a process may be. */
  readonly clockSkewMillis: number;
}

/** Chances that one request meets this. */
export interface StoreRates {
  readonly throttle: number;
  readonly serverError: number;
  readonly timeout: number;
  readonly partial: number;
  readonly refuse: number;
  readonly failureStoreThrottle: number;
  readonly failureStoreRefuse: number;
  readonly destinationRefuse: number;
}

export type TimedEvent =
  | { readonly type: 'split'; readonly at: number }
  | { readonly type: 'recreate'; readonly at: number }
  | { readonly type: 'expire'; readonly at: number }
  | { readonly type: 'deploy'; readonly at: number; readonly subscriber: number; readonly settings: Partial<SimulatedSettings> }
  | { readonly type: 'disable'; readonly at: number; readonly until: number; readonly subscriber: number }
  | { readonly type: 'outage'; readonly at: number; readonly until: number; readonly subscriber: number }
  | { readonly type: 'storeOutage'; readonly at: number; readonly until: number };

export interface HistoryPlan {
  readonly seed: number;
  readonly profile: string;
  readonly keySchema: KeySchema;
  readonly items: number;
  readonly shards: number;
  /** How many changes before a sequence number gains a digit; undefined for never. */
  readonly digitGainAfter?: number;
  readonly writes: readonly WritePlan[];
  readonly subscribers: readonly SubscriberPlan[];
  readonly store: StoreRates;
  /** The longest a request takes; 0 answers at once. */
  readonly latencyMillis: number;
  readonly events: readonly TimedEvent[];
  /** Waits for the end of a turn of the event loop at each step, so that a rejection which is handled late shows. */
  readonly wholeTurns: boolean;
}
