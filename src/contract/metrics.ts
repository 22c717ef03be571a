/** Custom metrics of a subscriber. Each costs money, so there are few; the rest of the line is searchable in the logs. */

export const METRIC_NAMESPACE = 'CdkDynamodbCdc';

export const METRIC = {
  /** Changes the handler has settled, per invocation. */
  APPLIED: 'AppliedChanges',
  /** Attempts that failed. */
  FAILED_ATTEMPTS: 'FailedAttempts',
  /** Changes written to the failure store by the runtime. */
  STORED: 'StoredChanges',
  /** Changes that only the runtime could tell the filter does not want; settled without the handler. */
  FILTERED: 'FilteredChanges',
  /** Changes settled without the handler because a newer one of their item was on its way; only for work that takes long. */
  SUPERSEDED: 'SupersededChanges',
  /** 1 for an invocation that saw most items fail alike. */
  OUTAGE: 'Outage',
  /** Changes the relay has brought to queues, once a subscriber, per invocation. */
  RELAYED: 'RelayedChanges',
  /** Changes the relay keeps for a subscriber whose queue does not take them. */
  SPILLED: 'SpilledChanges',
  /** Subscribers whose queue does not take its changes. */
  OPEN_TARGETS: 'FailingTargets',
  /** Items of a subscriber with changes in the failure store; written by the watch, and only while there are some. */
  PARKED: 'ParkedItems',
} as const;

export const DIMENSION = {
  TABLE: 'Table',
  SUBSCRIBER: 'Subscriber',
} as const;
