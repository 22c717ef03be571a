import { join } from 'node:path';
import { asTest } from './command';
import { examples, synthesizeExample, templates } from './examples';
import { runJest } from './jest';
import { StepResult, together } from './step';
import { ensureGates } from '../setup/gates-environment';

const MINUTES = 3;

/**
 * What the usual checkers say of each example: cfn-lint with its rules for serverless apps, checkov, and cdk-nag (a jest test). What they
 * may not say is in the templates, put there with a reason by src/validate/justify.ts.
 */
export async function runGates(): Promise<StepResult> {
  const programs = await ensureGates();
  const results: StepResult[] = [];
  for (const name of examples()) {
    console.log(`  ${name}: cfn-lint, checkov`);
    const files = templates(await synthesizeExample(name));
    results.push(await asTest(join(programs, 'cfn-lint'), ['--append-rules', 'cfn_lint_serverless.rules', '--template', ...files], { minutes: MINUTES }));
    results.push(await asTest(join(programs, 'checkov'), [
      '--framework', 'cloudformation', '--skip-download', '--compact', '--quiet', '--file', ...files,
    ], { minutes: MINUTES }));
  }
  console.log('  cdk-nag, wildcards');
  results.push(await runJest(['-c', 'test/gates/jest.config.js'], { minutes: MINUTES }));
  return together(results);
}
