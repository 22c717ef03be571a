import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand } from './command';

const MINUTES = 2;

/** Names of the examples, which are apps of their own. */
export function examples(): string[] {
  return readdirSync('examples').filter((name) => existsSync(join('examples', name, 'app.ts')));
}

/** Synthesizes an example into .verify and returns where. */
export async function synthesizeExample(name: string): Promise<string> {
  const outdir = resolve('.verify/examples', name);
  rmSync(outdir, { recursive: true, force: true });
  const { status, output } = await runCommand('npx', ['tsx', `examples/${name}/app.ts`], {
    minutes: MINUTES, env: { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: '{"aws:cdk:disable-version-reporting":true}' },
  });
  if (status !== 0) throw new Error(`examples/${name} can't be synthesized: ${output}`);
  return outdir;
}

export function templates(outdir: string): string[] {
  return readdirSync(outdir).filter((file) => file.endsWith('.template.json')).map((file) => join(outdir, file));
}
