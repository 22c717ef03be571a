/** Sections of docs/runbook.md that alarms lead to; a test holds that each is there. */
export const RUNBOOK = {
  LAG: 'lag',
  STORED: 'stored-changes',
  DROPPED: 'dropped-changes',
  ERRORS: 'function-errors',
  THROTTLES: 'throttles',
  OUTAGE: 'outage',
} as const;

export type RunbookSection = typeof RUNBOOK[keyof typeof RUNBOOK];

export function runbookLink(section: RunbookSection): string {
  return `docs/runbook.md#${section}`;
}
