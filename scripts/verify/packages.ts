import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asTest } from './command';
import { StepResult, together } from './step';

const DIRECTORY = resolve('.verify/packages');

/** What is published, built from the compiled assembly. */
export const PACKAGES = {
  directory: DIRECTORY,
  tarball: join(DIRECTORY, 'js', 'cdk-dynamodb-cdc@0.0.0.jsii.tgz'),
  wheel: join(DIRECTORY, 'python', 'cdk_dynamodb_cdc-0.0.0-py3-none-any.whl'),
  mavenRepository: join(DIRECTORY, 'java'),
};

const MAVEN_CACHE = resolve('.verify/maven');

/** Maven downloads into the checkout, and keeps it there between runs. Documentation is left to the release. */
export const MAVEN_ENVIRONMENT = { MAVEN_OPTS: `-Dmaven.repo.local=${MAVEN_CACHE} -Dmaven.javadoc.skip=true` };

/** Maven's settings with which it finds the package that was built. */
export function mavenSettings(): string {
  return `<settings><profiles><profile><id>built</id><repositories><repository><id>built</id>
<url>file://${PACKAGES.mavenRepository}</url></repository></repositories></profile></profiles>
<activeProfiles><activeProfile>built</activeProfile></activeProfiles></settings>
`;
}

/** The package as npm, PyPI and Maven get it; for Go and .NET, whose tools need not be here, the sources only. */
export async function buildPackages(): Promise<StepResult> {
  // Maven takes a version that it has for good.
  for (const old of [PACKAGES.directory, join(MAVEN_CACHE, 'io/github/cdkdynamodbcdc')]) rmSync(old, { recursive: true, force: true });
  const pacmak = (minutes: number, ...args: string[]) => asTest('npx', [
    'jsii-pacmak', '--outdir', PACKAGES.directory, ...args,
  ], { minutes, env: MAVEN_ENVIRONMENT });
  return together([
    await pacmak(5, '--target', 'js', 'python', 'java'),
    await pacmak(2, '--code-only', '--target', 'go', 'dotnet'),
  ]);
}
