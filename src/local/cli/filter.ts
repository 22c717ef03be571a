import { createInterface } from 'readline';
import { text } from 'stream/consumers';
import { Command, Option } from 'commander';
import { explainFilter, FilterContextOptions, matchFilter } from './filter-run';
import { shownLines } from './shown';
import { UsageError } from './usage-error';
import { VIEW_TYPES } from '../../filter/plan/checks';

/** Adds `filter explain` and `filter match`: would this record reach me, and why not? */
export function registerFilter(program: Command): void {
  const filter = program.command('filter').description('Explain a serialized filter, or match records with one').exitOverride();
  withContext(filter.command('explain'))
    .description('Read a serialized filter from standard input; print its patterns, what the runtime evaluates, and why')
    .action(async (options: FilterContextOptions) => {
      const input = await text(process.stdin);
      answer('standard input', () => explainFilter(JSON.parse(input), options));
    });
  withContext(filter.command('match'))
    .description('Read lines {"filter": ..., "record": ...} from standard input; print for each what AWS and the runtime decide')
    .action(async (options: FilterContextOptions) => {
      let number = 0;
      for await (const line of createInterface({ input: process.stdin })) {
        number++;
        if (line.trim() !== '') answer(`line ${number}`, () => matchFilter(JSON.parse(line), options));
      }
    });
}

function withContext(command: Command): Command {
  return command
    .exitOverride()
    .addOption(new Option('--view-type <type>', 'view type of the stream').choices(VIEW_TYPES).default('NEW_AND_OLD_IMAGES'))
    .option('--max-patterns <count>', 'patterns the mapping may have', wholeNumber, 5)
    .option('--partition-key <name:type>', 'partition key, such as orderId:S, to check key attributes')
    .option('--sort-key <name:type>', 'sort key, such as line:N');
}

function wholeNumber(given: string): number {
  if (!/^[1-9]\d{0,3}$/.test(given)) throw new UsageError(`--max-patterns is a whole number from 1, not '${given}'`);
  return Number(given);
}

function answer(where: string, work: () => object): void {
  let result: object;
  try {
    result = work();
  } catch (error) {
    throw new UsageError(`${where}: ${(error as Error).message}`);
  }
  process.stdout.write(`${shownLines(JSON.stringify(result))}\n`);
}
