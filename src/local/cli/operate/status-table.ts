import Table from 'cli-table3';
import { duration } from './durations';
import { ReaderStatus } from '../../operate/status';

const HEAD = ['table', 'subscriber', 'state', 'last result', 'lag', 'time left', 'in flight', 'waiting', 'parked', 'spill'];
const UNKNOWN = 'n/a';

export function statusTable(all: readonly ReaderStatus[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [] }, colAligns: ['left', 'left', 'left', 'left', ...HEAD.slice(4).map(() => 'right' as const)] });
  table.push(...all.map(status => {
    const atLeast = status.paused && status.lagSeconds !== 0;
    return [
      status.table ?? UNKNOWN,
      status.name,
      status.paused ? 'paused' : 'running',
      brief(status.lastResult ?? ''),
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

/** The whole of it stands below the table where it is a problem, and in `--json`. */
const BRIEF_CHARACTERS = 32;

function brief(text: string): string {
  return text.length > BRIEF_CHARACTERS ? `${text.slice(0, BRIEF_CHARACTERS - 1)}…` : text;
}

function parked({ kind, parked: items, batches, setAside }: ReaderStatus): string {
  const byRuntime = kind === 'RELAY' ? '' : shown(items, String);
  return [byRuntime, batches && `+ ${batches} by the mapping`, setAside && `+ ${setAside} set aside`].filter(Boolean).join(' ');
}

function shown<T>(value: T | null, show: (value: T) => string): string {
  return value === null ? UNKNOWN : show(value);
}
