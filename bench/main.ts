/** Measures this library against its peers: npx projen bench [-- case...] [--check] */

import { join } from 'node:path';
import { Command } from 'commander';
import { makeBundles } from './bundles';
import { CaseResult, isMet } from './case';
import { CASES } from './cases';
import { GUARANTEES } from './guarantees';
import { ROOT } from './paths';
import { writeResults } from './report/results';
import { renderTable } from './report/table';
import { Store } from './store/store';
import { taskArguments } from '../scripts/task-arguments';

const RESULTS = join(ROOT, 'bench/results.json');

interface Options {
  readonly check: boolean;
  readonly write: boolean;
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const unknown = names.filter((name) => !CASES.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`no case ${unknown.join(', ')}; there are ${CASES.map(({ name }) => name).join(', ')}`);
  const bundles = await makeBundles();
  const store = await Store.start(bundles);
  const results: CaseResult[] = [];
  try {
    for (const { name, title, run: runCase } of CASES.filter((one) => names.length === 0 || names.includes(one.name))) {
      const progress = (text: string) => console.error(`${name}: ${text}`);
      progress(title);
      results.push({ name, title, ...await runCase({ bundles, store, progress }) });
    }
  } finally {
    store.stop();
  }
  report(results, options);
}

function report(results: readonly CaseResult[], options: Options): void {
  console.log(renderTable(results));
  const variants = new Set(results.flatMap(({ figures }) => figures.flatMap((figure) => Object.keys(figure.variants))));
  for (const variant of variants) if (GUARANTEES[variant]) console.log(`${variant}: ${GUARANTEES[variant]}`);
  for (const { name, notes = [] } of results) for (const note of notes) console.log(`${name}: ${note}`);
  if (options.write) writeResults(RESULTS, results);
  const missed = results.flatMap(({ name, figures }) => figures.filter((figure) => isMet(figure) === false).map((figure) => `${name}: ${figure.name}`));
  if (missed.length > 0) console.log(`missed: ${missed.join('; ')}`);
  if (options.check && missed.length > 0) process.exitCode = 1;
}

new Command('bench')
  .argument('[case...]', `which cases to run: ${CASES.map(({ name }) => name).join(', ')} (all)`)
  .option('--check', 'exit with 1 where a goal is missed', false)
  .option('--no-write', 'leave bench/results.json as it is')
  .action(run)
  .parseAsync(taskArguments(), { from: 'user' })
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
