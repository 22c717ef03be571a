/** What an alarm is about. The value is the section of the runbook that the alarm leads to. */
export enum AlarmKind {
  /** A subscriber, or the relay, lags behind the table. */
  LAG = 'lag',
  /** Little time is left until changes are given up. Made only where a `CdcAlarms` policy is. */
  TIME_TO_LOSS = 'time-to-loss',
  /** Changes have arrived in the failure store, or are still there. */
  STORED = 'stored-changes',
  /** Changes are lost, or could not be delivered to the failure store. */
  DROPPED = 'dropped-changes',
  /** A function crashes or runs out of time. */
  ERRORS = 'function-errors',
  /** Lambda has no capacity for a function. */
  THROTTLES = 'throttles',
  /** Most items fail alike. */
  OUTAGE = 'outage',
  /** A subscriber's queue does not take its changes, which are spilled. */
  FAILING_TARGETS = 'failing-targets',
  /** A message ended its function again and again. */
  DEAD_LETTERS = 'dead-letters',
  /** A queue is too old or too long. */
  BACKLOG = 'backlog',
  /** An event source mapping on the stream does not read it. */
  NOT_READING = 'not-reading',
  /** A function that runs on a schedule, and that other alarms or redrives depend on, does not run or fails each time. */
  SCHEDULED = 'scheduled-functions',
}

/** How soon somebody has to look. */
export enum AlarmSeverity {
  /** At once: changes are lost, or soon will be. */
  CRITICAL = 'CRITICAL',
  /** On the same day: everything is kept. */
  WARNING = 'WARNING',
}

const CRITICAL: readonly AlarmKind[] = [
  AlarmKind.TIME_TO_LOSS, AlarmKind.DROPPED, AlarmKind.DEAD_LETTERS,
  // No other alarm follows it: a mapping that does not read has no lag.
  AlarmKind.NOT_READING,
];

export function defaultSeverity(kind: AlarmKind): AlarmSeverity {
  return CRITICAL.includes(kind) ? AlarmSeverity.CRITICAL : AlarmSeverity.WARNING;
}
