/** The other end does not speak HTTP/1.1 as it should; what became of the request nobody knows. */
export class HttpProtocolError extends Error {
  public constructor(message: string) {
    super(message);
    this.name = 'HttpProtocolError';
  }
}

export interface Answer {
  readonly status: number;
  /** As the other end's clock has it. */
  readonly date?: string;
  readonly text: string;
}

/** Services answer with some hundred bytes of headers. */
const MOST_HEAD_BYTES = 64 * 1024;
const END_OF_HEAD = '\r\n\r\n';
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const SWITCHING_PROTOCOLS = 101;
const LENGTH = /^\d{1,15}$/;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})[ \t]*(?:;|$)/;

/** What comes next of an answer. */
type Part = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close' | 'done';

/**
 * One answer of HTTP/1.1 (RFC 9112) to a POST, from the bytes of a connection in whatever pieces they come: with a length, in chunks, or until the connection ends.
 * Anything ambiguous is refused rather than guessed.
 */
export class ResponseReader {
  private part: Part = 'head';
  private pending: Buffer | undefined;
  private readonly body: Buffer[] = [];
  /** Parts of the body that are copies. */
  private kept = 0;
  private left = 0;
  private status = 0;
  private date?: string;
  private mayGoOn = false;

  /** The answer, once it is complete. The bytes may be overwritten afterwards. Throws HttpProtocolError. */
  public read(bytes: Buffer): Answer | undefined {
    let rest: Buffer | undefined = this.pending ? Buffer.concat([this.pending, bytes]) : bytes;
    this.pending = undefined;
    while (rest !== undefined && rest.length > 0 && this.part !== 'done') rest = this.step(rest);
    if (this.part !== 'done') {
      this.keep();
      return undefined;
    }
    // Nobody asked for more: whose answer it would be taken for is anybody's guess.
    if (rest !== undefined && rest.length > 0) this.mayGoOn = false;
    return this.answer();
  }

  /** The connection has ended: the answer, if that is how it says that it is complete. */
  public end(): Answer | undefined {
    return this.part === 'until-close' ? this.answer() : undefined;
  }

  /** Whether another request may go over the same connection. */
  public get isReusable(): boolean {
    return this.part === 'done' && this.mayGoOn;
  }

  private keep(): void {
    for (; this.kept < this.body.length; this.kept += 1) this.body[this.kept] = Buffer.from(this.body[this.kept]);
    if (this.pending) this.pending = Buffer.from(this.pending);
  }

  private answer(): Answer {
    const { body, date, status } = this;
    return { status, date, text: (body.length === 1 ? body[0] : Buffer.concat(body)).toString() };
  }

  /** Takes what it can from the bytes and returns those behind it; undefined when it needs more. */
  private step(bytes: Buffer): Buffer | undefined {
    switch (this.part) {
      case 'length':
      case 'chunk': return this.take(bytes);
      case 'until-close':
        this.body.push(bytes);
        return undefined;
      case 'head': return this.upTo(bytes, END_OF_HEAD, (head) => this.readHead(head));
      case 'chunk-size': return this.upTo(bytes, '\r\n', (line) => this.readChunkSize(line));
      case 'chunk-end': return this.upTo(bytes, '\r\n', (line) => {
        if (line !== '') throw new HttpProtocolError('a chunk is longer than it says');
        this.part = 'chunk-size';
      });
      default: return this.upTo(bytes, '\r\n', (line) => {
        if (line === '') this.part = 'done';
      });
    }
  }

  private take(bytes: Buffer): Buffer {
    const taken = bytes.length <= this.left ? bytes : bytes.subarray(0, this.left);
    this.body.push(taken);
    this.left -= taken.length;
    if (this.left === 0) this.part = this.part === 'length' ? 'done' : 'chunk-end';
    return bytes.subarray(taken.length);
  }

  private upTo(bytes: Buffer, mark: string, read: (text: string) => void): Buffer | undefined {
    const end = bytes.indexOf(mark, 0, 'latin1');
    if (end > MOST_HEAD_BYTES || (end < 0 && bytes.length > MOST_HEAD_BYTES)) throw new HttpProtocolError('the answer\'s head is too long');
    if (end < 0) {
      this.pending = bytes;
      return undefined;
    }
    read(bytes.toString('latin1', 0, end));
    return bytes.subarray(end + mark.length);
  }

  private readChunkSize(line: string): void {
    const size = CHUNK_SIZE.exec(line)?.[1];
    if (size === undefined) throw new HttpProtocolError('a chunk does not say its size');
    this.left = parseInt(size, 16);
    this.part = this.left === 0 ? 'trailer' : 'chunk';
  }

  private readHead(head: string): void {
    const [first, ...lines] = head.split('\r\n');
    const [, minor, digits] = STATUS_LINE.exec(first) ?? [];
    if (digits === undefined) throw new HttpProtocolError('the answer does not begin like one');
    this.status = Number(digits);
    if (this.status === SWITCHING_PROTOCOLS) throw new HttpProtocolError('the service changes protocols');
    // What comes before the answer proper, such as 100 Continue.
    if (this.status < 200) return;
    const { length, encoding, connection, date } = readFields(lines);
    this.date = date;
    this.mayGoOn = minor === '1' ? !/\bclose\b/i.test(connection ?? '') : /\bkeep-alive\b/i.test(connection ?? '');
    this.part = this.bodyOf(length, encoding);
  }

  private bodyOf(length: string | undefined, encoding: string | undefined): Part {
    if (this.status === 204 || this.status === 304) return 'done';
    if (encoding !== undefined) {
      if (encoding.toLowerCase() !== 'chunked' || length !== undefined) throw new HttpProtocolError('where the answer ends is ambiguous');
      return 'chunk-size';
    }
    if (length === undefined) return 'until-close';
    if (!LENGTH.test(length)) throw new HttpProtocolError('the answer\'s length is no number');
    this.left = Number(length);
    return this.left === 0 ? 'done' : 'length';
  }
}

/** The header fields that matter here. */
interface Fields {
  length?: string;
  encoding?: string;
  connection?: string;
  date?: string;
}

function readFields(lines: readonly string[]): Fields {
  const fields: Fields = { length: undefined, encoding: undefined, connection: undefined, date: undefined };
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (name === '' || name.includes(' ')) throw new HttpProtocolError('a header of the answer has no name');
    switch (name.toLowerCase()) {
      case 'content-length': fields.length = lengthOf(fields.length, line.slice(colon + 1).trim()); break;
      case 'transfer-encoding': fields.encoding = joined(fields.encoding, line.slice(colon + 1).trim()); break;
      case 'connection': fields.connection = joined(fields.connection, line.slice(colon + 1).trim()); break;
      case 'date': fields.date = joined(fields.date, line.slice(colon + 1).trim()); break;
    }
  }
  return fields;
}

/** Twice the same length is one length; two different ones are no number. */
function lengthOf(before: string | undefined, value: string): string {
  return before === value ? value : joined(before, value);
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}
