/** Between which changes order is kept. */
export enum OrderBy {
  /** Changes of one item are applied in order; items run in parallel. */
  ITEM = 'ITEM',

  /** Changes of all items with one partition key are applied in order; needs a parallelization factor of 1. */
  PARTITION_KEY = 'PARTITION_KEY',
}

/** What happens when a change has failed as often as it may. */
export enum PoisonPolicy {
  /** The change goes to the failure store, and later changes of its item wait there behind it, in order. */
  PARK_ITEM = 'PARK_ITEM',

  /** The change goes to the failure store; later changes of its item are applied, so the item's order has a gap. */
  SKIP_RECORD = 'SKIP_RECORD',
}

/** What becomes of a change that waits while a newer one of its item is already on its way. */
export enum NewerChangePolicy {
  /** Every change is worked on, in order. */
  PROCESS_EACH = 'PROCESS_EACH',

  /**
   * Only the newest change that the subscriber wants is worked on; those before it are settled without the handler and counted as superseded. For work that
   * looks at an item's present state, as a moderator does: of ten edits made while one is judged, the last is judged next.
   */
  SKIP_SUPERSEDED = 'SKIP_SUPERSEDED',
}

/** How much a subscriber's runtime logs, and of what `context.logger` is given. The line of metrics, one an invocation, is written at each level. */
export enum LogLevel {
  /** Everything, changes that are passed over as superseded too. */
  DEBUG = 'DEBUG',

  /** Also changes that are put off at no cost of attempts: by a RetryLaterError, or because what the handler calls throttles it. */
  INFO = 'INFO',

  /** What may need attention, such as each attempt that failed. */
  WARN = 'WARN',

  /** Only what needs attention: changes that went to the failure store, outages, stores that refuse. */
  ERROR = 'ERROR',
}
