import { readFileSync } from 'fs';
import { Command } from 'commander';
import { parseEsmCase } from './esm-case';
import { runEsmCase } from './esm-run';
import { UsageError } from './usage-error';

const STDIN = 0;

export function registerEsm(program: Command): void {
  program
    .command('esm')
    .description('Run one case through the model of the event source mapping and print what it invokes, discards and drops')
    .argument('<case>', 'JSON file of the case, or - for standard input')
    .action((file: string) => {
      process.stdout.write(`${JSON.stringify(runEsmCase(parseEsmCase(contentOf(file))))}\n`);
    });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the case '${file}': ${(error as Error).message}`);
  }
}
