import { ownFrames } from './own-frames';
import { printable } from './printable';
import { seconds } from './table';
import { DriverEvent, RecordReference } from '../../drive';

export interface EventLineOptions {
  /** Error messages are the function's own words and may quote table data. */
  readonly showErrors: boolean;
}

/** One line about an event, without anything of a change's content; undefined for events that are not worth one. */
export function eventLine(event: DriverEvent, { showErrors }: EventLineOptions): string | undefined {
  const of = (text: string) => `${event.mapping}: ${text}`;
  const said = (message: string) => showErrors ? `: ${printable(message.replace(/\s+/g, ' '))}` : '';
  const thrownAt = (stack: readonly string[] = []) => showErrors ? ownFrames(stack).map(frame => `\n    ${printable(frame)}`).join('') : '';
  switch (event.type) {
    case 'settled': return of(`${event.fate} ${named(event.record)}`);
    case 'functionError': return of(`the function failed on ${records(event.records)} after ${seconds(event.millis)}${said(event.message)}${thrownAt(event.stack)}`);
    case 'returned': return event.reported > 0 ? of(`the function reported ${event.reported} of ${records(event.records)} as failed`) : undefined;
    case 'refused': return of(`Lambda refused the invocation (${event.kind})${said(event.message)}`);
    case 'delivered': return of(`${event.condition}: ${list(event.records)} went to ${event.where}`);
    case 'deliveryRefused': return of(`${event.condition}: ${list(event.records)} was refused by the destination (${event.reason}) and is lost`);
    case 'readFailed': return of(`the stream can't be read (${event.message}); trying again`);
    default: return undefined;
  }
}

const LISTED = 3;

function list(references: readonly RecordReference[]): string {
  const more = references.length - LISTED;
  return references.slice(0, LISTED).map(named).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function named({ key, sequenceNumber }: RecordReference): string {
  return `key ${key} sequence ${sequenceNumber}`;
}

function records(count: number): string {
  return `${count} record${count === 1 ? '' : 's'}`;
}
