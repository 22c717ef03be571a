import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { QuickStart } from './read-readme';
import { runCommand } from '../verify/command';
import { MAVEN_ENVIRONMENT, mavenSettings, PACKAGES } from '../verify/packages';

const MINUTES = 5;
const WRITE_ORDERS = resolve('scripts/quick-start/write-orders.mjs');
/** Each of the three orders is settled: the runtime compares the numbers, and leaves the small ones. */
const EXPECTED = /\b3 applied, 0 retried, 0 failed, 0 in failure store, 0 lost\.\s*$/;

export interface Followed {
  readonly succeeded: boolean;
  readonly seconds: number;
  readonly output: string;
}

/**
 * Does in an empty directory what the README says, to the letter but for two things: what is not published yet comes from the packages
 * that were built, and the app that runs locally gets orders, and ends when they are dealt with.
 */
export async function follow({ files, commands }: QuickStart): Promise<Followed> {
  const directory = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-quick-start-'));
  const start = Date.now();
  try {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    const settings = join(directory, 'settings.xml');
    writeFileSync(settings, mavenSettings());
    const { status, output } = await runCommand('bash', ['-euo', 'pipefail', '-c', fromBuilt(commands, settings)], {
      cwd: directory, minutes: MINUTES, env: { ...MAVEN_ENVIRONMENT, npm_config_audit: 'false', npm_config_fund: 'false', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    });
    return { succeeded: status === 0 && EXPECTED.test(output), seconds: (Date.now() - start) / 1000, output };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function fromBuilt(commands: string, mavenSettingsFile: string): string {
  return commands
    .replace('npm install cdk-dynamodb-cdc', `npm install '${PACKAGES.tarball}'`)
    .replace('npx --yes cdk-dynamodb-cdc', `npx --yes --package='${PACKAGES.tarball}' cdk-dynamodb-cdc`)
    .replace(/(pip install .*)\bcdk-dynamodb-cdc\b/, `$1'${PACKAGES.wheel}'`)
    .replace('mvn ', `mvn --settings ${mavenSettingsFile} `)
    .replace(/cdk-dynamodb-cdc local$/m, `cdk-dynamodb-cdc local --once --run 'node ${WRITE_ORDERS}'`);
}
