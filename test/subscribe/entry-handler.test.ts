import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { App, Stack } from 'aws-cdk-lib';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import { ChangeHandler, EntryHandlerOptions, StreamSubscriberProps } from '../../src';
import { ASSET_FILES } from '../../src/contract/settings';
import * as esbuild from '../../src/subscribe/esbuild';
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

test('bundles the entry as an ES module, with the bootstrap beside it', () => {
  const { files, directory } = assetOf(subscribed(ENTRY));
  expect(files).toEqual([ASSET_FILES.BOOTSTRAP, ASSET_FILES.SDK_DYNAMODB, ASSET_FILES.S3_CLIENT, 'index.mjs']);
  expect(exportsOf(path.join(directory, 'index.mjs'))).toEqual(['onChange']);
});

test('CommonJS dependencies and Node\'s own modules work inside the bundle', () => {
  const directory = fs.mkdtempSync(path.join(FIXTURES, 'tmp-'));
  try {
    fs.writeFileSync(path.join(directory, 'dependency.cjs'), 'exports.name = require("os").EOL;');
    fs.writeFileSync(path.join(directory, 'entry.mjs'), 'import d from "./dependency.cjs"; export const onChange = () => d.name;');
    expect(exportsOf(path.join(assetOf(subscribed(path.join(directory, 'entry.mjs'))).directory, 'index.mjs'))).toEqual(['onChange']);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});

test('an export may come from another file, and a bundle be CommonJS', () => {
  expect(() => subscribed(path.join(FIXTURES, 're-exported.ts'))).not.toThrow();
  expect(assetOf(subscribed(ENTRY, { bundling: { format: nodejs.OutputFormat.CJS } })).files).toContain('index.js');
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
  expect(assetOf(subscribed(path.join(directory, 'entry.ts'))).files).toContain('index.mjs');
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
