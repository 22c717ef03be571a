/** `npx projen demo`: the examples, deployed to a local emulator, driven with writes and faults, compared with the truth. */
import { Command } from 'commander';
import { runScenario } from './demo/run-scenario';
import { Scenario, ScenarioResult } from './demo/scenario';
import { ensureEmulatorEnvironment } from './setup/emulator-environment';
import { taskArguments } from './task-arguments';
import { FraudScenario } from '../examples/fraud/demo/scenario';
import { InventoryScenario } from '../examples/inventory/demo/scenario';
import { ModerationScenario } from '../examples/moderation/demo/scenario';
import { NotificationScenario } from '../examples/notification/demo/scenario';

/** Run where no example is named, in this order; the last one's verdict is the demo's. */
const WHOLE: readonly string[] = ['fraud', 'notification', 'moderation', 'inventory'];

/** So many that some are superseded, and the outage falls among them. */
const FEWEST_POSTS_AND_EDITS = 60;

const SCENARIOS: { readonly [name: string]: (changes: number) => Scenario } = {
  fraud: (changes) => new FraudScenario(changes / 2),
  notification: (changes) => new NotificationScenario(changes / 5),
  moderation: (changes) => new ModerationScenario(Math.max(FEWEST_POSTS_AND_EDITS, changes / 50)),
  inventory: (changes) => new InventoryScenario(changes),
};

function verdict(name: string, { published, applied, stored, lost, repeated, outOfOrder }: ScenarioResult): string {
  return `${name}: ${published} published, ${applied} applied, ${stored} in failure store, ${lost} lost, ${repeated} repeated, ${outOfOrder} out of order`;
}

async function main(): Promise<number> {
  // The demo runs on the Node.js that is installed; what the SDK says of its age concerns nobody here.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const options = new Command('demo')
    .description('Runs the examples on a local emulator and compares the outcome with the truth')
    .option('--example <name>', `one of ${Object.keys(SCENARIOS).join(', ')}`)
    .option('--changes <number>', 'how many changes to publish, in hundreds', '5000')
    .option('--enforce-permissions', 'let functions do only what their roles allow')
    .parse(taskArguments(), { from: 'user' })
    .opts<{ example?: string; changes: string; enforcePermissions?: boolean }>();
  const changes = Number(options.changes);
  if (!Number.isInteger(changes / 100) || changes < 100) throw new Error(`--changes: given ${options.changes}, allowed is a multiple of 100`);
  const names = options.example === undefined ? WHOLE : [options.example];
  ensureEmulatorEnvironment();
  const results: ScenarioResult[] = [];
  for (const name of names) {
    if (!(name in SCENARIOS)) throw new Error(`--example: given ${name}, allowed are ${Object.keys(SCENARIOS).join(', ')}`);
    const result = await runScenario(SCENARIOS[name](changes), { enforcePermissions: options.enforcePermissions });
    results.push(result);
    for (const line of [...result.lines, ...result.problems.map((problem) => `problem: ${problem}`), verdict(name, result)]) console.log(line);
  }
  console.log(verdict('demo', results[results.length - 1]));
  return results.every(({ lost, repeated, outOfOrder, problems }) => lost + repeated + outOfOrder + problems.length === 0) ? 0 : 1;
}

main().then((status) => process.exit(status), (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
