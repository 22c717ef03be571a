import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { App, AssetStaging, Stack } from 'aws-cdk-lib';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import { ChangeHandler, EntryHandlerOptions, StreamSubscriberProps } from '../../src';
import { ASSET_FILES } from '../../src/contract/settings';
import * as esbuild from '../../src/subscribe/esbuild';
import { BOOTSTRAP } from '../../src/subscribe/library-files';
import { assetOf } from '../support/assets';
import { useBootstrap } from '../support/bootstrap';
import { FIXTURES, only, orders, subscribe } from '../support/stacks';

const ENTRY = path.join(FIXTURES, 'entry.ts');

beforeEach(() => useBootstrap());
afterEach(() => jest.restoreAllMocks());

function subscribed(entry: string, options?: EntryHandlerOptions, props: Partial<StreamSubscriberProps> = {}, app = new App()): Stack {
  const stack = new Stack(app, 'Stack');
  subscribe(stack, 'Sub', orders(stack), { handler: ChangeHandler.fromEntry(entry, options), ...props });
  return stack;
}

/** Loads the bundle as Lambda would: in a process of its own, away from this repository's packages. */
function exportsOf(file: string): string[] {
  const script = `const m = await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(JSON.stringify(Object.keys(m)))`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

test('bundles the entry as CommonJS, as NodejsFunction does, with the bootstrap beside it', () => {
  const { files, directory } = assetOf(subscribed(ENTRY));
  expect(files).toEqual([ASSET_FILES.BOOTSTRAP, ASSET_FILES.SDK_DYNAMODB, ASSET_FILES.S3_CLIENT, 'index.js']);
  expect(exportsOf(path.join(directory, 'index.js'))).toContain('onChange');
});

describe('inside the bundle', () => {
  const directory = fs.mkdtempSync(path.join(FIXTURES, 'tmp-'));
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), text);
    return path.join(directory, name);
  };
  /** The result of the handler of this text. */
  const resultOf = (text: string, options: EntryHandlerOptions = {}, name = 'entry.js'): unknown => {
    const asset = assetOf(subscribed(write(name, text), options));
    const file = path.join(asset.directory, asset.files.find((each) => each.startsWith('index.'))!);
    const script = `const m = await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(JSON.stringify((m.onChange ?? m.default.onChange)()))`;
    return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
  };
  const ESM: EntryHandlerOptions = { bundling: { format: nodejs.OutputFormat.ESM } };

  beforeAll(() => {
    write('node_modules/both/package.json', '{ "main": "main.js", "module": "module.mjs" }');
    write('node_modules/both/main.js', 'module.exports = function both() { return "main"; };');
    write('node_modules/both/module.mjs', 'export default function both() { return "module"; }');
  });
  afterAll(() => fs.rmSync(directory, { recursive: true }));

  test.each<[string, EntryHandlerOptions]>([['CommonJS', {}], ['ES modules', ESM]])('a package that is required is a function if it also has an ES module: %s', (_format, options) => {
    expect(resultOf('const both = require("both"); exports.onChange = () => both();', options)).toBe('main');
  });

  test.each<[string, EntryHandlerOptions]>([['CommonJS', {}], ['ES modules', ESM]])('__dirname, __filename and require of a computed built-in work: %s', (_format, options) => {
    write('dependency.cjs', 'exports.all = () => [typeof __dirname, typeof __filename, typeof require(["o", "s"].join("")).EOL];');
    expect(resultOf('import d from "./dependency.cjs"; export const onChange = () => d.all();', options, 'entry.mjs')).toEqual(['string', 'string', 'string']);
  });

  test.each<[string, EntryHandlerOptions]>([['CommonJS', {}], ['ES modules', ESM]])('import.meta locates the bundle: %s', (_format, options) => {
    const text = 'import { createRequire } from "node:module"; const require2 = createRequire(import.meta.url); export const onChange = () => typeof require2("os").EOL;';
    expect(resultOf(text, options, 'entry.mjs')).toBe('string');
  });

  test('a banner and definitions of the user\'s own are added', () => {
    const bundling = { banner: 'globalThis.own="banner";', define: { OWN: '"define"' } };
    expect(resultOf('export const onChange = () => [globalThis.own, OWN, typeof import.meta.url];', { bundling }, 'entry.mjs')).toEqual(['banner', 'define', 'string']);
  });

  test('top-level await needs ES modules, and the error says so', () => {
    const text = 'const answer = await Promise.resolve(42); export const onChange = () => answer;';
    expect(resultOf(text, ESM, 'entry.mjs')).toBe(42);
    expect(() => resultOf(text, {}, 'entry.mjs')).toThrow(/^\[Stack\/Sub\] handler: given .*entry.mjs, allowed a file that esbuild can bundle.*top-level await.*OutputFormat.ESM/);
  });

  test('the AWS SDK is inlined where it is installed, and left to Lambda where it is not', () => {
    const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'cdc-app-'));
    const entry = path.join(elsewhere, 'entry.js');
    fs.writeFileSync(entry, 'const { SQSClient } = require("@aws-sdk/client-sqs"); exports.onChange = () => new SQSClient({});');
    const options = { projectRoot: elsewhere, depsLockFilePath: entry };
    jest.spyOn(process, 'cwd').mockReturnValue(elsewhere);
    fs.mkdirSync(path.join(elsewhere, 'node_modules'));
    for (const name of ['esbuild', '.bin']) fs.symlinkSync(path.resolve(__dirname, '../../node_modules', name), path.join(elsewhere, 'node_modules', name));
    expect(assetOf(subscribed(entry, options)).read('index.js')).toContain('require("@aws-sdk/client-sqs")');
    fs.symlinkSync(path.resolve(__dirname, '../../node_modules/@aws-sdk'), path.join(elsewhere, 'node_modules', '@aws-sdk'));
    expect(assetOf(subscribed(entry, { ...options, bundling: { minify: true } })).read('index.js')).not.toContain('require("@aws-sdk/client-sqs")');
  });
});

test('an export may come from another file', () => {
  expect(() => subscribed(path.join(FIXTURES, 're-exported.ts'))).not.toThrow();
});

test('a hash of the user\'s own does not hide another bootstrap', () => {
  const bundling = { assetHash: 'mine' };
  const before = assetOf(subscribed(ENTRY, { bundling })).hash;
  expect(assetOf(subscribed(ENTRY, { bundling })).hash).toBe(before);
  // At the same place, as after an upgrade.
  fs.writeFileSync(BOOTSTRAP.file, 'export const handler = "upgraded";');
  AssetStaging.clearAssetHashCache();
  expect(assetOf(subscribed(ENTRY, { bundling })).hash).not.toBe(before);
});

test('another bootstrap gives another hash', () => {
  const before = assetOf(subscribed(ENTRY)).hash;
  useBootstrap('export const handler = "upgraded";');
  expect(assetOf(subscribed(ENTRY)).hash).not.toBe(before);
});

test('source maps are switched on only where there are some', () => {
  const options = (stack: Stack) => only(stack, 'AWS::Lambda::Function').Properties.Environment.Variables.NODE_OPTIONS;
  expect(options(subscribed(ENTRY))).toBeUndefined();
  const bundling = { sourceMap: true };
  expect(options(subscribed(ENTRY, { bundling }, { environment: { NODE_OPTIONS: '--no-warnings' } }))).toBe('--no-warnings --enable-source-maps');
});

test('works without a lock file, as in an app in Python', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdc-app-'));
  fs.cpSync(ENTRY, path.join(directory, 'entry.ts'));
  // What is on the way to esbuild: CDK runs it through npx in the project's root.
  fs.symlinkSync(path.resolve('node_modules'), path.join(directory, 'node_modules'));
  jest.spyOn(process, 'cwd').mockReturnValue(directory);
  expect(assetOf(subscribed(path.join(directory, 'entry.ts'))).files).toContain('index.js');
});

describe('fails, naming it, for', () => {
  test('a file that is not there', () => {
    expect(() => subscribed('src/nowhere.ts'))
      .toThrow(`[Stack/Sub] handler: given src/nowhere.ts, allowed a file that exists. Looked for ${path.resolve('src/nowhere.ts')}`);
  });

  test('a file of another language', () => {
    expect(() => subscribed('handler.py')).toThrow('[Stack/Sub] handler: given handler.py, allowed a JavaScript or TypeScript file');
  });

  test('an export that is not there, and lists those that are', () => {
    expect(() => subscribed(ENTRY, { exportName: 'handler' }))
      .toThrow(`[Stack/Sub] handler.exportName: given handler, allowed what ${ENTRY} exports: onChange`);
  });

  test.each([nodejs.OutputFormat.CJS, nodejs.OutputFormat.ESM])('a default export that is not there, as %s', (format) => {
    expect(() => subscribed(ENTRY, { exportName: 'default', bundling: { format, minify: true } })).toThrow('allowed what');
  });

  test('an export name that is none', () => {
    expect(() => subscribed(ENTRY, { exportName: 'on-change' })).toThrow('[Stack/Sub] handler.exportName: given on-change, allowed the name');
  });

  test('bundling in Docker', () => {
    expect(() => subscribed(ENTRY, { bundling: { forceDockerBundling: true } }))
      .toThrow('[Stack/Sub] handler.bundling.forceDockerBundling: given true, allowed false');
  });

  test('a missing esbuild, with the remedy, rather than Docker', () => {
    jest.spyOn(esbuild.ESBUILD, 'isInstalled').mockReturnValue(false);
    jest.spyOn(esbuild.ESBUILD, 'isOnPath').mockReturnValue(false);
    expect(() => subscribed(ENTRY)).toThrow(/\[Stack\/Sub\] handler: given an entry to bundle, and esbuild is not installed.*npm install --save-dev esbuild/);
  });
});

test('needs no esbuild where the stack is not bundled', () => {
  jest.spyOn(esbuild.ESBUILD, 'isInstalled').mockReturnValue(false);
  jest.spyOn(esbuild.ESBUILD, 'isOnPath').mockReturnValue(false);
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  expect(() => subscribed(ENTRY, { projectRoot: FIXTURES, depsLockFilePath: ENTRY }, {}, app)).not.toThrow();
});
