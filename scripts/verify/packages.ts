import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asTest } from './command';
import { StepResult } from './step';

const DIRECTORY = resolve('.verify/packages');

/** What is published, built from the compiled assembly. */
export const PACKAGES = {
  directory: DIRECTORY,
  tarball: join(DIRECTORY, 'js', 'cdk-dynamodb-cdc@0.0.0.jsii.tgz'),
  wheel: join(DIRECTORY, 'python', 'cdk_dynamodb_cdc-0.0.0-py3-none-any.whl'),
  mavenRepository: join(DIRECTORY, 'java'),
};

/** Maven downloads into the checkout, and keeps it there between runs. Documentation is left to the release. */
export const MAVEN_ENVIRONMENT = { MAVEN_OPTS: `-Dmaven.repo.local=${resolve('.verify/maven')} -Dmaven.javadoc.skip=true` };

/** The package as npm, PyPI and Maven get it; for Go and .NET, whose tools need not be here, the sources only. */
export async function buildPackages(): Promise<StepResult> {
  rmSync(PACKAGES.directory, { recursive: true, force: true });
  const pacmak = (minutes: number, ...args: string[]) => asTest('npx', ['jsii-pacmak', '--outdir', PACKAGES.directory, ...args], { minutes, env: MAVEN_ENVIRONMENT });
  const results = [
    await pacmak(5, '--target', 'js', 'python', 'java'),
    await pacmak(2, '--code-only', '--target', 'go', 'dotnet'),
  ];
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    details: results.flatMap(({ details }) => details ?? []).join('\n'),
  };
}
