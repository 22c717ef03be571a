import { execFileSync, ExecFileSyncOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readQuickStart } from '../../scripts/quick-start/read-readme';
import { PACKAGES } from '../../scripts/verify/packages';

const INSTALL_MILLIS = 240_000;
const RUN_MILLIS = 110_000;
const NPM = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

export interface Run {
  readonly status: number;
  readonly output: string;
}

/** An app in a directory of its own that has installed the package, and the README's files. */
export class BareApp {
  public readonly directory = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-app-'));

  public constructor(...packages: string[]) {
    const readme = readFileSync('README.md', 'utf8');
    this.write('package.json', JSON.stringify({ name: 'app', private: true }));
    for (const headings of [['TypeScript'], ['Python and Java', 'Python']]) {
      for (const [name, text] of readQuickStart(readme, ...headings).files) this.write(name, text);
    }
    execFileSync('npm', ['install', ...NPM, resolve(PACKAGES.tarball), ...packages], { cwd: this.directory, timeout: INSTALL_MILLIS, stdio: 'pipe' });
  }

  public write(name: string, text: string): void {
    mkdirSync(dirname(join(this.directory, name)), { recursive: true });
    writeFileSync(join(this.directory, name), text);
  }

  public read(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8');
  }

  public run(program: string, args: readonly string[], options: ExecFileSyncOptions = {}): Run {
    try {
      const output = execFileSync(program, args, {
        cwd: this.directory, timeout: RUN_MILLIS, stdio: 'pipe', encoding: 'utf8', ...options, env: { ...process.env, ...options.env },
      });
      return { status: 0, output: String(output) };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number | null; stdout: unknown; stderr: unknown };
      return { status: status ?? -1, output: `${String(stdout)}${String(stderr)}` };
    }
  }

  /** Synthesizes an app in TypeScript and returns its output directory. */
  public synthesize(file: string): string {
    const outdir = join(this.directory, `${file}.out`);
    const { status, output } = this.run('npx', ['--no-install', 'tsx', file], { env: { CDK_OUTDIR: outdir } });
    if (status !== 0) throw new Error(output);
    return outdir;
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What is in the one asset of a synthesized app. */
export function asset(outdir: string): string[] {
  const assets = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  if (assets.length !== 1) throw new Error(`${assets.length} assets`);
  return readdirSync(join(outdir, assets[0])).sort();
}
