import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { WrittenOutput } from '../../emulator';

const POLL_MILLIS = 50;
const CHUNK_BYTES = 64 * 1024;

/** Follows the file in which functions note what they write. */
export class OutputFile {
  private readonly buffer = Buffer.alloc(CHUNK_BYTES);
  private readonly decoder = new StringDecoder('utf8');
  private position = 0;
  private unfinished = '';
  private timer?: NodeJS.Timeout;

  constructor(private readonly file: string, private readonly onOutput: (output: WrittenOutput) => void) {}

  public start(): void {
    this.timer = setInterval(() => this.read(), POLL_MILLIS);
  }

  public stop(): void {
    clearInterval(this.timer);
    this.read();
  }

  /** Takes what was written meanwhile. */
  public read(): void {
    let file: number;
    try {
      file = openSync(this.file, 'r');
    } catch {
      // Nothing was written yet, or the run is over.
      return;
    }
    try {
      for (let bytes = this.next(file); bytes > 0; bytes = this.next(file)) this.take(this.decoder.write(this.buffer.subarray(0, bytes)));
    } finally {
      closeSync(file);
    }
  }

  private next(file: number): number {
    const bytes = readSync(file, this.buffer, 0, CHUNK_BYTES, this.position);
    this.position += bytes;
    return bytes;
  }

  private take(text: string): void {
    const lines = (this.unfinished + text).split('\n');
    this.unfinished = lines.pop() ?? '';
    for (const line of lines) this.onOutput(JSON.parse(line) as WrittenOutput);
  }
}
