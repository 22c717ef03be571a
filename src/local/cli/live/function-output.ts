import { ownFrames } from './own-frames';
import { printable } from './printable';

/** What is shown of the lines that functions write. */
export interface OutputView {
  line(text: string): void;
  /** An attempt of a subscriber failed with this error, its name and message. */
  failed(subscriber: string, error: string): void;
}

/** A line of this library's runtime: its own, or of a handler that uses `context.logger`. */
interface RuntimeLine {
  readonly level: string;
  readonly message: string;
  readonly subscriber?: string;
  readonly keyHash?: string;
  readonly sequenceNumber?: string;
  readonly error?: { readonly name?: string; readonly message?: string; readonly at?: readonly string[] };
}

const ATTEMPTS: Readonly<Record<string, string>> = { 'attempt failed': 'an attempt failed', 'postponed': 'the handler asked for more time' };
/** As "failures list" shows it. */
const SHORT_HASH = 10;

/** Shows what functions write, a line at a time and by subscriber; failed attempts with where they failed. */
export class FunctionOutput {
  private readonly unfinished = new Map<string, string>();

  constructor(private readonly view: OutputView) {}

  /** A piece of what one process of a function has written. */
  public piece(subscriber: string, process: string, text: string): void {
    const lines = `${this.unfinished.get(process) ?? ''}${text}`.split('\n');
    this.unfinished.set(process, lines.pop() ?? '');
    for (const line of lines) this.line(subscriber, line);
  }

  /** Whole lines. */
  public text(subscriber: string, text: string): void {
    for (const line of text.split('\n')) this.line(subscriber, line);
  }

  private line(subscriber: string, line: string): void {
    if (line.trim() === '' || isMetrics(line)) return;
    const known = runtimeLine(line);
    if (known === undefined) return this.view.line(`${subscriber} | ${printable(line)}`);
    const attempt = ATTEMPTS[known.message];
    if (attempt === undefined || known.error === undefined) return this.view.line(`${subscriber} | ${printable(inWords(known))}`);
    const { name = 'Error', message, at = [] } = known.error;
    const error = printable(message === undefined ? name : `${name}: ${message}`);
    this.view.line([`${subscriber}: ${attempt} on ${changeOf(known)}: ${error}`, ...ownFrames(at).map(frame => `    ${printable(frame)}`)].join('\n'));
    this.view.failed(subscriber, error);
  }
}

/** CloudWatch's embedded metric format: for CloudWatch, not for people. */
function isMetrics(line: string): boolean {
  return line.startsWith('{"_aws":');
}

function runtimeLine(line: string): RuntimeLine | undefined {
  if (!line.startsWith('{"level":')) return undefined;
  try {
    const parsed = JSON.parse(line) as Partial<RuntimeLine>;
    return typeof parsed.level === 'string' && typeof parsed.message === 'string' ? parsed as RuntimeLine : undefined;
  } catch {
    return undefined;
  }
}

function inWords({ level, message, subscriber: _, keyHash, sequenceNumber, error, ...fields }: RuntimeLine): string {
  return [
    level,
    message,
    ...(keyHash === undefined ? [] : [`(${changeOf({ keyHash, sequenceNumber })})`]),
    ...(typeof error === 'object' ? [`${error.name}${error.message === undefined ? '' : `: ${error.message}`}`] : []),
    ...(Object.keys(fields).length > 0 ? [JSON.stringify(fields)] : []),
  ].join(' ');
}

function changeOf({ keyHash, sequenceNumber }: Pick<RuntimeLine, 'keyHash' | 'sequenceNumber'>): string {
  return `item ${keyHash?.slice(0, SHORT_HASH)}${sequenceNumber === undefined ? '' : ` sequence ${sequenceNumber}`}`;
}
