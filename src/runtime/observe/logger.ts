import { RuntimeSettings } from '../../contract/settings';
import type { ChangeLogger } from '../change/context';
import { LineWriter } from '../ports';

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LEVELS)[number];

/**
 * JSON lines with a fixed frame. Own code because the initialization budget has no room for a logging library; it never sees an image.
 */
export class Logger implements ChangeLogger {
  public constructor(
    private readonly write: LineWriter,
    private readonly level: LogLevel,
    private readonly frame: object,
  ) {}

  /** A logger whose lines carry further fields. */
  public with(fields: object): Logger {
    return new Logger(this.write, this.level, { ...this.frame, ...fields });
  }

  public debug(message: string, fields?: object): void {
    this.line('DEBUG', message, fields);
  }

  public info(message: string, fields?: object): void {
    this.line('INFO', message, fields);
  }

  public warn(message: string, fields?: object): void {
    this.line('WARN', message, fields);
  }

  public error(message: string, fields?: object): void {
    this.line('ERROR', message, fields);
  }

  private line(level: LogLevel, message: string, fields: object = {}): void {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.level)) return;
    this.write(JSON.stringify({ level, message, ...this.frame, ...fields }, printable));
  }
}

function printable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}

const STACK_FRAME = /^\s+at /;

/**
 * What a log may say of an error thrown by user code: its name and where it was thrown. Its message may quote the item, so
 * that is logged only when asked for; the failure store has it in any case.
 */
export function describeError(error: unknown, settings: Pick<RuntimeSettings, 'logErrorMessages'>): object {
  if (!(error instanceof Error) && !(typeof error === 'object' && error !== null && 'name' in error)) return { name: `thrown ${typeof error}` };
  const { name, message, stack } = error as Error;
  return {
    name,
    ...(settings.logErrorMessages && { message }),
    at: typeof stack === 'string' ? framesOf(stack, message) : undefined,
  };
}

/** Only what follows the message, which may have lines that look like frames. A stack that tells another message says nothing. */
function framesOf(stack: string, message: unknown): string[] {
  const start = stack.indexOf(String(message));
  if (start < 0) return [];
  return stack.slice(start + String(message).length).split('\n').filter((line) => STACK_FRAME.test(line)).slice(0, 6).map((line) => line.trim());
}
