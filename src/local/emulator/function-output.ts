import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a function has written, as its process noted it. */
export interface WrittenOutput {
  readonly functionName: string;
  readonly pid: number;
  readonly text: string;
}

export const OUTPUT_FILE_VARIABLE = 'CDC_LOCAL_OUTPUT';
const PRELOAD_FILE = 'note-output.cjs';
const OUTPUT_FILE = 'output.jsonl';

/**
 * Loaded into each function's Node.js before its code: the emulator shows what a function writes only when the invocation has ended, which may take minutes.
 * Its worker sends both of a function's streams through stderr. Written synchronously, so that what precedes a crash is there.
 */
const PRELOAD = `'use strict';
const { appendFileSync } = require('node:fs');
const { ${OUTPUT_FILE_VARIABLE}: file, AWS_LAMBDA_FUNCTION_NAME: functionName } = process.env;
if (file && functionName) {
  const { write } = process.stderr;
  process.stderr.write = function (chunk, ...rest) {
    try {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      appendFileSync(file, JSON.stringify({ functionName, pid: process.pid, text }) + '\\n');
    } catch {
      // The directory is gone: the run is over.
    }
    return write.call(this, chunk, ...rest);
  };
}
`;

export interface OutputFiles {
  /** A line of JSON, a `WrittenOutput`, for each piece. */
  readonly outputFile: string;
  /** For NODE_OPTIONS of functions. */
  readonly nodeOptions: string;
}

export function outputFilesIn(directory: string): OutputFiles {
  return { outputFile: join(directory, OUTPUT_FILE), nodeOptions: `--require ${JSON.stringify(join(directory, PRELOAD_FILE))}` };
}

export function writePreload(directory: string): void {
  writeFileSync(join(directory, PRELOAD_FILE), PRELOAD);
}
