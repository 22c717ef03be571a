import { logLine } from './log-line';
import { RuntimeSettings } from '../../contract/settings';
import type { ChangeLogger } from '../change/context';
import { LineWriter } from '../ports';
import { LoggedError, loggedError } from '../thrown';

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LEVELS)[number];

/**
 * Structured lines with a fixed frame. Own code because the loggers there are throw on what user code hands to them, and cost a part of the initialization budget
 * (docs/adr/0012); it never sees an image. Methods are functions of their own, so that they work without the logger.
 */
export class Logger implements ChangeLogger {
  public readonly debug = this.at('DEBUG');
  public readonly info = this.at('INFO');
  public readonly warn = this.at('WARN');
  public readonly error = this.at('ERROR');

  public constructor(
    private readonly write: LineWriter,
    private readonly level: LogLevel,
    private readonly frame: object,
    private readonly now: () => number = Date.now,
  ) {}

  /** A logger whose lines carry further fields. */
  public with(fields: object): Logger {
    return new Logger(this.write, this.level, { ...this.frame, ...fields }, this.now);
  }

  private at(level: LogLevel): (message: string, fields?: unknown) => void {
    return (message, fields) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(this.level)) return;
      try {
        this.write(logLine({ level, message, now: this.now(), frame: this.frame, fields }));
      } catch {
        // Standard output is closed: there is nobody to tell.
      }
    };
  }
}

/** What a log may say of an error thrown by user code: its message may quote the item, so that is logged only when asked for; the failure store has it in any case. */
export function describeError(error: unknown, settings: Pick<RuntimeSettings, 'logErrorMessages'>): LoggedError {
  return loggedError(error, settings.logErrorMessages);
}
