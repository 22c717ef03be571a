import { readFileSync } from 'fs';
import { Command } from 'commander';
import { parseEsmCase } from './esm-case';
import { runEsmCase } from './esm-run';
import { shownLines } from './shown';
import { UsageError } from './usage-error';

const STDIN = 0;

const CASE = `
A case is an object; all but "records" may be left out, and AWS's own defaults hold:
  mapping   batchSize, windowSeconds, retryAttempts, maxRecordAgeSeconds, bisect, reportBatchItemFailures, parallelizationFactor,
            startingPosition, enabledAtSeconds, filters (patterns, each as a string)
  records   [{ ordinal, key, atSeconds, bytes }]; a filter sees an INSERT with the key "key" and the attributes key, ordinal, atSeconds, bytes
  handler   bad (ordinals), failFirst ({ ordinal: times }), seconds, and what it does when a record of the batch fails, mode:
            report (names them), throw, reportAll, emptyIdentifier, unknownIdentifier

Example: {"mapping":{"bisect":true,"retryAttempts":1},"records":[{"ordinal":1},{"ordinal":2}],"handler":{"bad":[2],"mode":"throw"}}`;

export function registerEsm(program: Command): void {
  program
    .command('esm')
    .description('Run one case through the model of the event source mapping and print what it invokes, discards and drops')
    .argument('<case>', 'JSON file of the case, or - for standard input')
    .addHelpText('after', CASE)
    .action((file: string) => {
      process.stdout.write(`${shownLines(JSON.stringify(runEsmCase(parseEsmCase(contentOf(file)))))}\n`);
    });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new UsageError(`cannot read the case '${file}': ${(error as Error).message}`);
  }
}
