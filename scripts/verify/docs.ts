import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asTest, runCommand } from './command';
import { StepResult } from './step';

const API = 'API.md';
const MINUTES = 3;

/** API.md is what the compiled assembly says. */
export async function checkApi(): Promise<StepResult> {
  const directory = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-api-'));
  try {
    const made = join(directory, API);
    const { status, output } = await runCommand('npx', ['jsii-docgen', '--output', made], { minutes: MINUTES });
    if (status !== 0) return { passed: 0, failed: 1, details: output };
    if (readFileSync(made, 'utf8') === readFileSync(API, 'utf8')) return { passed: 1, failed: 0 };
    return { passed: 0, failed: 1, details: `${API} is not what the constructs say: run "npx projen docgen" after "npx projen compile" and commit it` };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The snippets of the README and of the docstrings compile, and translate into every language. */
export function checkSnippets(): Promise<StepResult> {
  return asTest('npx', ['jsii-rosetta', 'extract', '--compile', '--fail', '--strict'], { minutes: MINUTES });
}
