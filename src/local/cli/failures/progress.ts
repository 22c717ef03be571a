import { changeId } from './items';
import { Fate } from '../../../runtime/redriver/hand-over';
import { StoredEntry } from '../../../runtime/redriver/stored-change';
import { Summary } from '../../../runtime/redriver/summary';
import { shown } from '../shown';

/** Where a redrive shows how it goes: hashes and counts, nothing of a change. */
export interface Progress {
  fate(entry: StoredEntry, fate: Fate, summary: Summary): void;
  /** Leaves the screen to what is printed next. */
  close(): void;
}

export async function openProgress(subscriber: string, json: boolean, output: NodeJS.WriteStream): Promise<Progress> {
  const line = (text: string) => void output.write(`${shown(text)}\n`);
  if (json) {
    return {
      fate: (entry, fate) => line(JSON.stringify({ subscriber, item: entry.keyHash, id: changeId(entry), ...(typeof fate === 'string' ? { outcome: fate } : fate) })),
      close: () => undefined,
    };
  }
  const { createLogUpdate } = await import('log-update');
  const live = output.isTTY ? createLogUpdate(output) : undefined;
  return {
    fate: (entry, fate, summary) => {
      const text = describe(entry, fate);
      if (text !== undefined) {
        live?.clear();
        line(`${subscriber}: ${text}`);
      }
      live?.(`${subscriber}: ${inWords(summary)}`);
    },
    close: () => live?.clear(),
  };
}

/** What needs eyes; undefined for what went well. */
function describe(entry: StoredEntry, fate: Fate): string | undefined {
  if (fate === 'set aside') return `${changeId(entry)} cannot be read; it is set aside`;
  if (typeof fate === 'string') return undefined;
  switch (fate.outcome) {
    case 'FAILED': return `${changeId(entry)} failed: ${fate.error ?? 'Error'}`;
    case 'SUPERSEDED': return `${changeId(entry)} is superseded: its item has gone on without it`;
    case 'UNKNOWN': return `${changeId(entry)} is unknown: ${fate.why ?? ''}`;
    default: return undefined;
  }
}

export function inWords(summary: Summary): string {
  const counted = Object.entries(summary.outcomes).map(([outcome, times]) => `${times} ${outcome.toLowerCase().replace(/_/g, ' ')}`);
  const aside = summary.setAside > 0 ? [`${summary.setAside} set aside`] : [];
  return [...counted, ...aside].join(', ') || 'nothing to do';
}
