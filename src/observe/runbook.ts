/** Sections of docs/runbook.md that alarms lead to; a test holds that each is there. */
export const RUNBOOK = {
  LAG: 'lag',
  STORED: 'stored-changes',
  DROPPED: 'dropped-changes',
  ERRORS: 'function-errors',
  THROTTLES: 'throttles',
  OUTAGE: 'outage',
} as const;

/** Those of the relay and of subscribers with a queue. */
export const BROKER_RUNBOOK = {
  FAILING_TARGETS: 'failing-targets',
  DEAD_LETTERS: 'dead-letters',
  BACKLOG: 'backlog',
} as const;

export type BrokerRunbookSection = typeof BROKER_RUNBOOK[keyof typeof BROKER_RUNBOOK];

export type RunbookSection = typeof RUNBOOK[keyof typeof RUNBOOK];

export function runbookLink(section: RunbookSection | BrokerRunbookSection): string {
  return `docs/runbook.md#${section}`;
}
