import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MAJOR = '24';
const INSTALL_MILLIS = 300_000;

/** npm's packages that hold nothing but the binary; `node` itself would need an install script, which npm no longer runs unasked. */
function binaryPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  return platform === 'darwin-arm64' ? `node-bin-${platform}` : `node-${platform}`;
}

/** The Node.js that functions run on in production, kept in the checkout beside the one that is installed. Returns its path. */
export async function ensureLambdaNode(log: (line: string) => void = console.log): Promise<string> {
  const directory = join(process.cwd(), '.verify', `node${MAJOR}`);
  const binary = join(directory, 'node_modules', binaryPackage(), 'bin', 'node');
  if (existsSync(binary)) return binary;
  log(`Installing Node.js ${MAJOR} in .verify ...`);
  await promisify(execFile)('npm', [
    'install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', `${binaryPackage()}@${MAJOR}`,
  ], { timeout: INSTALL_MILLIS });
  if (!existsSync(binary)) throw new Error(`npm installed ${binaryPackage()}@${MAJOR} without ${binary}`);
  return binary;
}
