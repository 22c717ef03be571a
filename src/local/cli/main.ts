#!/usr/bin/env node
import { CommanderError } from 'commander';
import { watchOutput } from './closed-output';
import { createProgram } from './program';
import { shownLines } from './shown';
import { UsageError } from './usage-error';

const EXIT_USAGE = 2;

watchOutput();
createProgram().parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  } else if (error instanceof UsageError) {
    process.stderr.write(`error: ${shownLines(error.message)}\n`);
    process.exitCode = EXIT_USAGE;
  } else {
    process.stderr.write(`${shownLines(String(error instanceof Error ? error.stack : error))}\n`);
    process.exitCode = 1;
  }
});
