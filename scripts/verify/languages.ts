import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { runCommand } from './command';
import { runJest } from './jest';
import { MAVEN_ENVIRONMENT, mavenSettings, PACKAGES } from './packages';
import { StepResult, together } from './step';
import { InventoryScenario } from '../../examples/inventory/demo/scenario';
import { runScenario } from '../demo/run-scenario';
import { ensureEmulatorEnvironment } from '../setup/emulator-environment';
import { ensurePythonEnvironment } from '../setup/python-environment';

const DIRECTORY = resolve('.verify/languages');
const EXAMPLE = 'examples/inventory';
/** The example and a stack with every construct and every statement of a filter, in one app a language. */
const COMPARED = 'test/languages/apps';
const HANDLERS = ['availability', 'low-stock'];
const CHANGES = 500;
const MINUTES = 4;

interface Language {
  readonly name: string;
  /** What runs the app that is compared. */
  readonly compared: readonly string[];
  /** What runs the example that is driven. */
  readonly driven: readonly string[];
  readonly env?: { readonly [name: string]: string };
}

/** Synthesizes one app from TypeScript, Python and Java, compares what came out, and drives the inventory example of each on the emulator. */
export async function runLanguages(): Promise<StepResult> {
  rmSync(DIRECTORY, { recursive: true, force: true });
  ensureEmulatorEnvironment();
  const [handlers, faulty] = [await builtHandlers('handlers'), await builtHandlers('demo/faulty')];
  const languages = [typescript(), await python(), await java()];
  for (const language of languages) await synthesize(language, language.compared, { builtHandlers: handlers }, join(DIRECTORY, language.name));
  const results = [await runJest(['-c', 'test/languages/jest.config.js'], { minutes: MINUTES })];
  for (const language of languages) results.push(await drive(language, faulty));
  return together(results);
}

/** As apps in languages without a bundler need them: a directory that holds all they import. */
async function builtHandlers(source: string): Promise<string> {
  const outdir = join(DIRECTORY, source);
  await build({
    entryPoints: HANDLERS.map((name) => `${EXAMPLE}/${source}/${name}.ts`),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return outdir;
}

function typescript(): Language {
  const run = [process.execPath, require.resolve('tsx/cli')];
  return { name: 'typescript', compared: [...run, `${COMPARED}/typescript/app.ts`], driven: [...run, `${EXAMPLE}/app.ts`] };
}

async function python(): Promise<Language> {
  const programs = await ensurePythonEnvironment({ name: 'python', packages: [`aws-cdk-lib==${cdkVersion()}`, PACKAGES.wheel], minutes: MINUTES }, progress);
  const run = join(programs, 'python');
  return {
    name: 'python',
    compared: [run, `${COMPARED}/python/app.py`],
    driven: [run, `${EXAMPLE}/python/app.py`],
    env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: resolve(EXAMPLE, 'python') },
  };
}

async function java(): Promise<Language> {
  progress('Compiling for Java ...');
  const project = join(DIRECTORY, 'java-project');
  mkdirSync(project, { recursive: true });
  // One compilation for both apps.
  for (const sources of [EXAMPLE, COMPARED]) cpSync(`${sources}/java`, project, { recursive: true, filter: (source) => !source.endsWith('/target') });
  const settings = join(DIRECTORY, 'settings.xml');
  writeFileSync(settings, mavenSettings());
  const classPath = join(project, 'classpath.txt');
  const { status, output } = await runCommand('mvn', [
    '--batch-mode', '--quiet', '--settings', settings, 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classPath}`,
  ], { cwd: project, minutes: MINUTES, env: MAVEN_ENVIRONMENT });
  if (status !== 0) throw new Error(`Maven could not compile the Java apps: ${output}`);
  const run = ['java', '-cp', `${join(project, 'target/classes')}:${readFileSync(classPath, 'utf8')}`];
  return { name: 'java', compared: [...run, 'allconstructs.AllConstructsApp'], driven: [...run, 'inventory.InventoryApp'] };
}

type Context = { readonly [name: string]: string };

async function synthesize({ name, env }: Language, [program, ...args]: readonly string[], context: Context, outdir: string): Promise<void> {
  progress(`Synthesizing from ${name} ...`);
  const { status, output } = await runCommand(program, args, {
    minutes: MINUTES,
    env: { ...env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:disable-version-reporting': true }) },
  });
  if (status !== 0) throw new Error(`${name}: ${output}`);
}

async function drive(language: Language, handlers: string): Promise<StepResult> {
  const result = await runScenario(new InventoryScenario(CHANGES), {
    enforcePermissions: true,
    synthesize: (context, outdir) => synthesize(language, language.driven, { ...context, builtHandlers: handlers }, outdir),
  });
  const { published, applied, lost, repeated, outOfOrder, problems } = result;
  progress(`${language.name}: ${applied} of ${published} applied, ${lost} lost, ${repeated} repeated, ${outOfOrder} out of order`);
  const isRight = applied === published && lost + repeated + outOfOrder + problems.length === 0;
  return isRight ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, details: `${language.name}: ${JSON.stringify(result)}` };
}

/** What is compared must be made with one and the same CDK. */
function cdkVersion(): string {
  return (JSON.parse(readFileSync('node_modules/aws-cdk-lib/package.json', 'utf8')) as { version: string }).version;
}

function progress(line: string): void {
  console.log(`  ${line}`);
}
