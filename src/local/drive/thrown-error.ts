/** What ended an invocation, read from the end of the function's log. */
export interface ThrownError {
  /** With its name. */
  readonly message: string;
  readonly stack: readonly string[];
  /** What the function wrote before. */
  readonly before: string;
}

const NODE_FRAME = /^\s+at /;
const PYTHON_TRACE = 'Traceback (most recent call last):';
/** A stack is as long as the user's own calls are; the frames below are the emulator's. */
const FRAMES = 10;

/** The emulator names every error alike, but its log of the invocation ends with the stack. Undefined where it has none, as after a timeout. */
export function thrownError(log: string, errorMessage: string): ThrownError | undefined {
  const lines = log.split('\n');
  return fromNode(lines, errorMessage) ?? fromPython(lines, errorMessage);
}

function fromNode(lines: readonly string[], errorMessage: string): ThrownError | undefined {
  const [firstLine] = errorMessage.split('\n');
  const start = lines.map(line => firstLine !== '' && line.endsWith(firstLine)).lastIndexOf(true);
  const end = start < 0 ? -1 : lines.findIndex((line, index) => index > start && NODE_FRAME.test(line));
  if (end < 0) return undefined;
  const stack = lines.slice(end).filter(line => NODE_FRAME.test(line)).slice(0, FRAMES).map(line => line.trim());
  return { message: lines.slice(start, end).join('\n'), stack, before: lines.slice(0, start).join('\n') };
}

function fromPython(lines: readonly string[], errorMessage: string): ThrownError | undefined {
  const start = lines.lastIndexOf(PYTHON_TRACE);
  const end = start < 0 ? -1 : lines.findIndex((line, index) => index > start && /^\S/.test(line) && line.endsWith(errorMessage.split('\n')[0]));
  if (end < 0) return undefined;
  return { message: lines[end], stack: lines.slice(start + 1, end).slice(-2 * FRAMES), before: lines.slice(0, start).join('\n') };
}
