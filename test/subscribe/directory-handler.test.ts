import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Attr, ChangeFilter, ChangeHandler } from '../../src';
import { ASSET_FILES } from '../../src/contract/settings';
import { BOOTSTRAP } from '../../src/subscribe/library-files';
import { assetOf } from '../support/assets';
import { useBootstrap } from '../support/bootstrap';
import { FIXTURES, orders, subscribe } from '../support/stacks';

beforeEach(() => useBootstrap());

function directoryWith(files: Record<string, string>): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdc handler '));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), text);
  }
  return directory;
}

function subscribed(directory: string, target?: string, filter?: ChangeFilter): Stack {
  const stack = new Stack(new App(), 'Stack');
  subscribe(stack, 'Sub', orders(stack), { handler: ChangeHandler.fromDirectory(directory, target), filter });
  return stack;
}

describe('the asset', () => {
  test('is the directory, whole, with the bootstrap beside it', () => {
    const { files, read } = assetOf(subscribed(directoryWith({ 'index.js': 'exports.onChange = 1', 'lib/util.js': 'x', 'package.json': '{}' })));
    expect(files).toEqual([ASSET_FILES.BOOTSTRAP, ASSET_FILES.SDK_DYNAMODB, ASSET_FILES.S3_CLIENT, 'index.js', 'lib/util.js', 'package.json']);
    expect(read(ASSET_FILES.BOOTSTRAP)).toBe(fs.readFileSync(BOOTSTRAP.file, 'utf8'));
  });

  test('holds what of the filter cannot be pushed down', () => {
    const { read } = assetOf(subscribed(path.join(FIXTURES, 'cjs'), undefined, Attr.number('amount').greaterThan(1000)));
    expect(JSON.parse(read(ASSET_FILES.FILTER)).root).toMatchObject({ node: expect.any(String) });
  });

  test('holds no filter when everything is wanted, or all of it is pushed down', () => {
    for (const filter of [undefined, ChangeFilter.inserts()]) {
      expect(assetOf(subscribed(path.join(FIXTURES, 'cjs'), undefined, filter)).files).not.toContain(ASSET_FILES.FILTER);
    }
  });

  test('has another hash with another bootstrap, the same with the same', () => {
    const before = assetOf(subscribed(path.join(FIXTURES, 'cjs'))).hash;
    useBootstrap();
    expect(assetOf(subscribed(path.join(FIXTURES, 'cjs'))).hash).toBe(before);
    useBootstrap('export const handler = "upgraded";');
    expect(assetOf(subscribed(path.join(FIXTURES, 'cjs'))).hash).not.toBe(before);
  });

  test('differs between subscribers with one directory and two filters', () => {
    const stack = new Stack(new App(), 'Stack');
    const source = orders(stack);
    const amounts = [10, 20].map((amount) => {
      const id = `Over${amount}`;
      subscribe(stack, id, source, { filter: Attr.number('amount').greaterThan(amount) });
      return id;
    });
    const [ten, twenty] = amounts.map((id) => assetOf(stack, id).read(ASSET_FILES.FILTER));
    expect(ten).toContain('"10"');
    expect(twenty).toContain('"20"');
  });

  test('keeps links that stay inside', () => {
    const directory = directoryWith({ 'index.js': 'exports.onChange = 1', 'lib/util.js': 'x' });
    fs.symlinkSync(path.join('lib', 'util.js'), path.join(directory, 'link.js'));
    expect(fs.readlinkSync(path.join(assetOf(subscribed(directory)).directory, 'link.js'))).toBe(path.join('lib', 'util.js'));
  });
});

describe('accepts', () => {
  test.each([
    ['CommonJS', 'index.js', 'module.exports = { onChange }'],
    ['an ES module', 'index.mjs', 'export { x as onChange }'],
    ['.cjs', 'index.cjs', 'exports.onChange = 1'],
    ['a name that comes from another module', 'index.js', '__exportStar(require("./other"), exports)'],
    ['a name that comes from another ES module', 'index.mjs', 'export * from "./other.mjs"'],
  ])('%s', (_case, file, text) => {
    expect(() => subscribed(directoryWith({ [file]: text }))).not.toThrow();
  });

  test('a module further in', () => {
    expect(() => subscribed(directoryWith({ 'src/orders/sub.js': 'exports.audit = 1' }), 'src/orders/sub.audit')).not.toThrow();
  });
});

describe('fails, naming it, for', () => {
  const one = { 'index.js': 'exports.onChange = 1' };

  test('a directory that is not there', () => {
    expect(() => subscribed('no/such')).toThrow(`[Stack/Sub] handler: given no/such, allowed a directory that exists. Looked for ${path.resolve('no/such')}`);
  });

  test('a module that is not there', () => {
    const directory = directoryWith(one);
    expect(() => subscribed(directory, 'main.onChange'))
      .toThrow(`[Stack/Sub] handler: given main.onChange, allowed a module that exists in ${directory}. Looked for ${path.join(directory, 'main.mjs')}`);
  });

  test('an export that is not there', () => {
    const directory = directoryWith({ 'index.js': 'exports.onChanged = 1; // exports' });
    expect(() => subscribed(directory)).toThrow(`[Stack/Sub] handler: given index.onChange, allowed a function that ${path.join(directory, 'index.js')} exports`);
  });

  test.each(['index', 'index.', '.onChange', 'index.on-change', 'src/.onChange'])('%s, which names no module and export', (target) => {
    expect(() => subscribed(directoryWith(one), target)).toThrow(`[Stack/Sub] handler: given ${target}, allowed module.export`);
  });

  test('a module outside', () => {
    expect(() => subscribed(directoryWith(one), '../index.onChange')).toThrow('[Stack/Sub] handler: given ../index.onChange, allowed a module inside');
  });

  test('a link outside', () => {
    const directory = directoryWith(one);
    fs.mkdirSync(path.join(directory, 'lib'));
    fs.symlinkSync(path.join('..', '..', 'secret'), path.join(directory, 'lib', 'link'));
    expect(() => subscribed(directory)).toThrow(`[Stack/Sub] handler: given ${path.join(directory, 'lib', 'link')}, allowed links inside`);
  });

  test.each(Object.values(ASSET_FILES))('%s of the user\'s own', (name) => {
    expect(() => subscribed(directoryWith({ ...one, [name]: '{}' }))).toThrow(`${name}, allowed a directory without the library's own file names`);
  });

  test('a directory that holds the app\'s output', () => {
    const directory = directoryWith(one);
    const stack = new Stack(new App({ outdir: path.join(directory, 'cdk.out') }), 'Stack');
    expect(() => subscribe(stack, 'Sub', orders(stack), { handler: ChangeHandler.fromDirectory(directory) }))
      .toThrow('allowed a directory that does not hold the app\'s output');
  });

  test('a package without its runtime', () => {
    BOOTSTRAP.file = '/no/bootstrap.mjs';
    expect(() => subscribed(directoryWith(one))).toThrow('[Stack/Sub] bootstrap: given /no/bootstrap.mjs, allowed the prebuilt runtime');
  });
});
