/** `npx projen verify`: every test there is, with what it needs set up, and where the time went. */
import { Command } from 'commander';
import { taskArguments } from './task-arguments';
import { Step, StepResult } from './verify/step';
import { STEPS } from './verify/steps';

async function runStep(step: Step): Promise<StepResult> {
  try {
    return await step.run();
  } catch (error) {
    return { passed: 0, failed: 1, details: error instanceof Error ? error.message : String(error) };
  }
}

async function main(): Promise<number> {
  const { only } = new Command('verify')
    .description('Runs every test and says where the time went')
    .option('--only <names...>', `steps to run: ${STEPS.map(({ name }) => `"${name}"`).join(', ')}`)
    .parse(taskArguments(), { from: 'user' })
    .opts<{ only?: string[] }>();
  const unknown = only?.filter((name) => !STEPS.some((step) => step.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no step is called ${unknown.join(', ')}`);
  const steps = STEPS.filter(({ name }) => only === undefined || only.includes(name));
  const total = { passed: 0, failed: 0, skipped: 0 };
  const times: string[] = [];
  for (const step of steps) {
    console.log(`${step.name} ... (up to ${step.minutes} min)`);
    const start = Date.now();
    const result = await runStep(step);
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped += result.skipped ?? 0;
    times.push(`${seconds.padStart(8)} s  ${step.name}`);
    console.log(`${step.name}: ${result.passed} passed, ${result.failed} failed, ${seconds} s`);
    if (result.failed > 0) console.log(result.details ?? '(no details)');
    if (result.failed > 0 && step.essential) break;
  }
  console.log(`Where the time went:\n${times.join('\n')}`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

main().then((status) => process.exit(status), (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exit(1);
});
