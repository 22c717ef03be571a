/** Breaks the runtime on purpose, one way after the other, and shows after how many histories the simulation finds each. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { BROKERED_MUTATIONS } from './simulate/brokered-mutations';
import { findBrokeredMutant, findGivenUpMutant } from './simulate/find-brokered-mutant';
import { BROKERED_RECORDS, findMutant, GIVEN_UP_RECORDS, MutantRecord, readRecords, RECORDS } from './simulate/find-mutant';
import { GIVEN_UP_MUTATIONS } from './simulate/given-up-mutations';
import { MUTATIONS } from './simulate/mutations';
import { taskArguments } from './task-arguments';

/** What is broken, who finds it, and where that is written down. */
const KINDS = [
  { mutations: MUTATIONS, find: findMutant, file: RECORDS },
  { mutations: BROKERED_MUTATIONS, find: findBrokeredMutant, file: BROKERED_RECORDS },
  { mutations: GIVEN_UP_MUTATIONS, find: findGivenUpMutant, file: GIVEN_UP_RECORDS },
] as const;

interface Arguments {
  readonly histories: number;
  readonly seed: number;
  readonly only?: string;
  readonly record?: boolean;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number is expected');
  return value;
}

async function main(): Promise<void> {
  const { histories, seed, only, record } = new Command('mutants')
    .option('--histories <number>', 'the most histories to run for each', count, 20_000)
    .option('--seed <number>', 'all chance follows from it', count, 1)
    .option('--only <text>', 'only breakages with this in their name')
    .option('--record', 'write down where each was found, for the tests to replay')
    .parse(taskArguments(), { from: 'user' }).opts<Arguments>();
  const mutations = KINDS.flatMap(({ mutations: all, find }) => all.map((mutation) => ({ mutation, find })))
    .filter(({ mutation: { name } }) => only === undefined || name.includes(only));
  const records = new Map<string, MutantRecord>();
  const rows = new Map<string, string[]>();
  const queue = [...mutations];
  await Promise.all(Array.from({ length: availableParallelism() }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { mutation, find } = next;
      const { name } = mutation;
      const found = await find(mutation, { seed, from: 0, to: histories }).catch((error: unknown) => {
        process.stderr.write(`${name}: ${(error as Error).message}\n`);
        return undefined;
      });
      if (found) records.set(name, { name, seed, history: found.history, invariant: found.invariant });
      const row = found ? [String(found.history + 1), found.invariant, found.message.slice(0, 80)] : [`not in ${histories}`, '', ''];
      rows.set(name, row);
      process.stderr.write(`${name}: ${row.join(' ')}\n`);
    }
  }));
  const table = new Table({ head: ['breakage', 'histories', 'promise', 'what was seen'], style: { head: [], border: [] } });
  for (const { mutation: { name } } of mutations) table.push([name, ...rows.get(name)!]);
  console.log(table.toString());
  const missed = mutations.length - records.size;
  const most = Math.max(0, ...[...records.values()].map(({ history }) => history + 1));
  for (const { mutations: all, file } of record ? KINDS : []) {
    // What was not looked for keeps its record.
    for (const before of readRecords(file)) if (!mutations.some(({ mutation: { name } }) => name === before.name)) records.set(before.name, before);
    writeFileSync(file, `${JSON.stringify(all.flatMap(({ name }) => records.get(name) ?? []), undefined, 2)}\n`);
  }
  console.log(JSON.stringify({ mutants: mutations.length, found: mutations.length - missed, missed, most }));
  if (missed > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
