import Table from 'cli-table3';
import { duration } from './durations';
import { ReaderStatus } from '../../operate/status';

const HEAD = ['table', 'subscriber', 'state', 'lag', 'time left', 'in flight', 'waiting', 'parked', 'spill'];
const UNKNOWN = 'n/a';

export function statusTable(all: readonly ReaderStatus[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [] }, colAligns: ['left', 'left', 'left', ...HEAD.slice(3).map(() => 'right' as const)] });
  table.push(...all.map(status => {
    const atLeast = status.paused && status.lagSeconds !== 0;
    return [
      status.table ?? UNKNOWN,
      status.name,
      status.paused ? 'paused' : 'running',
      shown(status.lagSeconds, seconds => `${atLeast ? '≥ ' : ''}${duration(seconds)}`),
      shown(status.secondsLeft, seconds => `${atLeast ? '≤ ' : ''}${duration(seconds)}`),
      shown(status.inFlight, String),
      shown(status.waiting, String),
      parked(status),
      status.kind === 'QUEUE' ? shown(status.spilled, String) : '',
    ];
  }));
  return table.toString();
}

function parked({ kind, parked: items, batches, setAside }: ReaderStatus): string {
  const byRuntime = kind === 'RELAY' ? '' : shown(items, String);
  return [byRuntime, batches && `+ ${batches} by the mapping`, setAside && `+ ${setAside} set aside`].filter(Boolean).join(' ');
}

function shown<T>(value: T | null, show: (value: T) => string): string {
  return value === null ? UNKNOWN : show(value);
}
