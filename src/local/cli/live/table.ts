import Table from 'cli-table3';
import { MappingStatus } from '../../drive';

const HEAD = ['subscriber', 'applied', 'retried', 'failed', 'in flight', 'waiting', 'lag', 'failure store'];

export function statusTable(status: readonly MappingStatus[]): string {
  const table = new Table({
    head: HEAD,
    style: { head: [], border: [] },
    colAligns: ['left', ...HEAD.slice(1).map(() => 'right' as const)],
  });
  table.push(...status.map(each => [
    each.enabled ? each.name : `${each.name} (disabled)`,
    each.applied, each.retried, each.failed, each.inFlight, each.waiting, seconds(each.lagMillis), each.failureStore,
  ]));
  return table.toString();
}

export function statusLine(status: MappingStatus): string {
  return `${status.name}: ${status.applied} applied, ${status.retried} retried, ${status.failed} failed, ${status.inFlight} in flight, `
    + `lag ${seconds(status.lagMillis)}, ${status.failureStore} in failure store`;
}

export function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}
