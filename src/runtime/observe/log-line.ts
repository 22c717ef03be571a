import { isError, printable } from './printable';
import { LOG_EVENT_BYTES } from '../../contract/limits';

/** Fields of every line, under the names that the logger of Powertools for AWS Lambda uses; user code cannot set them. */
const RESERVED = ['level', 'message', 'timestamp', 'service', 'function_request_id', 'xray_trace_id', 'fields'] as const;

export interface LogLine {
  readonly level: string;
  readonly message: unknown;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The library's own fields. */
  readonly frame: object;
  /** What the line says beside its message: an object of fields, an error, or any other value. */
  readonly fields: unknown;
}

/** One line of JSON that fits into one event of CloudWatch Logs. */
export function logLine(line: LogLine): string {
  for (let characters = LOG_EVENT_BYTES; ; characters = Math.floor(characters / 4)) {
    const text = JSON.stringify(contentOf(line, characters));
    // Characters outside ASCII, and those that JSON escapes, take more than a byte.
    if (Buffer.byteLength(text) <= LOG_EVENT_BYTES || characters === 0) return text;
  }
}

function contentOf({ level, message, now, frame, fields }: LogLine, characters: number): object {
  const share = Math.floor(characters / 4);
  const own = { level, message: textOf(printable(message, share)), timestamp: new Date(now).toISOString(), ...frame };
  const given = printable(isError(fields) ? { error: fields } : fields, characters - share);
  return given === undefined ? own : { ...own, ...placed(given, own) };
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message) ?? '';
}

/** Fields that would take the place of one of the library's stand together under `fields`, like values that are no fields. */
function placed(given: unknown, own: object): object {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return { fields: given };
  const reserved = new Set<string>([...RESERVED, ...Object.keys(own)]);
  const free = Object.entries(given).filter(([name]) => !reserved.has(name));
  const clashing = Object.entries(given).filter(([name]) => reserved.has(name));
  return Object.fromEntries(clashing.length === 0 ? free : [...free, ['fields', Object.fromEntries(clashing)]]);
}
