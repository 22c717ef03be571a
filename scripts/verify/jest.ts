import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandOptions, lastLines, runCommand } from './command';
import { StepResult } from './step';

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly success: boolean;
}

export interface JestOptions extends CommandOptions {
  /** Node.js to run on. @default - the one that runs this */
  readonly node?: string;
}

/** Runs jest and counts its tests; a suite that cannot even be loaded counts as a failure. */
export async function runJest(args: readonly string[], options: JestOptions): Promise<StepResult> {
  const directory = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-verify-'));
  const report = join(directory, 'report.json');
  try {
    const { output } = await runCommand(options.node ?? process.execPath, [
      require.resolve('jest/bin/jest'), '--ci', '--passWithNoTests=false', '--json', '--outputFile', report, ...args,
    ], options);
    const result = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    return {
      passed: result.numPassedTests,
      failed: failed === 0 && !result.success ? 1 : failed,
      skipped: result.numPendingTests,
      details: result.success ? undefined : lastLines(output.replace(/^\{"num.*$/m, ''), 150),
    };
  } catch (error) {
    return { passed: 0, failed: 1, details: `jest left no report: ${String(error)}` };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
