/** `npx projen demo`: the examples, deployed to a local emulator, driven with writes and faults, compared with the truth. */
import { Command } from 'commander';
import { runScenario } from './demo/run-scenario';
import { Scenario, ScenarioResult } from './demo/scenario';
import { ensureEmulatorEnvironment } from './setup/emulator-environment';
import { InventoryScenario } from '../examples/inventory/demo/scenario';

const SCENARIOS: { readonly [name: string]: (changes: number) => Scenario } = {
  inventory: (changes) => new InventoryScenario(changes),
};

function verdict(results: readonly ScenarioResult[]): string {
  const sum = (pick: (result: ScenarioResult) => number) => results.reduce((total, result) => total + pick(result), 0);
  return `demo: ${sum((r) => r.published)} published, ${sum((r) => r.applied)} applied, ${sum((r) => r.stored)} in failure store, `
    + `${sum((r) => r.lost)} lost, ${sum((r) => r.repeated)} repeated, ${sum((r) => r.outOfOrder)} out of order`;
}

async function main(): Promise<number> {
  const options = new Command('demo')
    .description('Runs the examples on a local emulator and compares the outcome with the truth')
    .option('--example <name>', `one of ${Object.keys(SCENARIOS).join(', ')}`)
    .option('--changes <number>', 'how many changes to publish, in hundreds', '5000')
    .parse()
    .opts<{ example?: string; changes: string }>();
  const changes = Number(options.changes);
  if (!Number.isInteger(changes / 100) || changes < 100) throw new Error(`--changes: given ${options.changes}, allowed is a multiple of 100`);
  const names = options.example === undefined ? Object.keys(SCENARIOS) : [options.example];
  ensureEmulatorEnvironment();
  const results: ScenarioResult[] = [];
  for (const name of names) {
    if (!(name in SCENARIOS)) throw new Error(`--example: given ${name}, allowed are ${Object.keys(SCENARIOS).join(', ')}`);
    const result = await runScenario(SCENARIOS[name](changes));
    results.push(result);
    for (const line of [...result.lines, ...result.problems.map((problem) => `problem: ${problem}`)]) console.log(line);
  }
  console.log(verdict(results));
  return results.every(({ lost, repeated, outOfOrder, problems }) => lost + repeated + outOfOrder + problems.length === 0) ? 0 : 1;
}

main().then((status) => process.exit(status), (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
