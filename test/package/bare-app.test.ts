import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asset, BareApp } from './bare-app';
import { LOWEST_CDK } from '../../projenrc/project';

/** Constructs' lowest version, which npm would not choose by itself. */
const LOWEST = [`aws-cdk-lib@${LOWEST_CDK}`, 'constructs@10.5.1'];
const NEWEST = ['aws-cdk-lib@2', 'constructs@10'];
const TOOLS = ['esbuild', 'tsx', 'typescript@5', '@types/node@20'];

const LIBRARY = 'cdk-dynamodb-cdc-';

/** Imports values and types, as the README's function does and more. */
const CONSUMER = `import { ExactNumber, PermanentError, RetryLaterError, type Change, type ChangeContext, type OnChange } from 'cdk-dynamodb-cdc/runtime';
interface Order { readonly orderId: string; readonly amount: number }
export const onChange: OnChange<Order> = async (change: Change<Order>, context: ChangeContext) => {
  if (change.eventName === 'REMOVE') throw new PermanentError(change.oldImage.orderId);
  const amount: number = change.newImage.amount;
  // @ts-expect-error an attribute that an order does not have
  change.newImage.missing;
  // @ts-expect-error an insert has no old image
  if (change.eventName === 'INSERT') change.oldImage.amount;
  if (amount > 1) throw new RetryLaterError('later', { after: context.remainingTimeMillis() });
  void ExactNumber;
};
`;

describe.each([['lowest', LOWEST], ['newest', NEWEST]])('installed beside the %s CDK', (which, cdk) => {
  let app: BareApp;

  beforeAll(() => { app = new BareApp(...cdk, ...TOOLS); }, 300_000);
  afterAll(() => app?.remove());

  test('is what was asked for', () => {
    const { version } = JSON.parse(app.read('node_modules/aws-cdk-lib/package.json')) as { version: string };
    console.log(`aws-cdk-lib ${version}`);
    expect(version === LOWEST_CDK).toBe(which === 'lowest');
  });

  test('the README\'s app synthesizes from an entry', () => {
    const outdir = app.synthesize('shop.ts');
    expect(asset(outdir)).toEqual(expect.arrayContaining([`${LIBRARY}bootstrap.mjs`, `${LIBRARY}filter.json`]));
    expect(asset(outdir).filter((file) => !file.startsWith(LIBRARY))).toEqual(['index.js']);
    expect(readFileSync(join(outdir, 'Shop.template.json'), 'utf8')).toContain('AWS::Lambda::EventSourceMapping');
  });

  test('the same app synthesizes from a directory', () => {
    app.write('directory.ts', app.read('shop.ts').replace('fromEntry(\'src/fraud-check.ts\')', 'fromDirectory(\'handlers\', \'fraud-check.onChange\')'));
    const files = asset(app.synthesize('directory.ts'));
    expect(files).toContain(`${LIBRARY}bootstrap.mjs`);
    expect(files.filter((file) => !file.startsWith(LIBRARY))).toEqual(['fraud-check.mjs']);
  });

  test('the README\'s app and function have types', () => {
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'node16'];
    expect(app.run('npx', ['--no-install', 'tsc', ...options, 'shop.ts', 'src/fraud-check.ts'])).toEqual({ status: 0, output: '' });
  });

  // What follows has nothing to do with CDK.
  if (which === 'lowest') return;

  test.each([
    ['node10', ['--module', 'commonjs', '--moduleResolution', 'node10']],
    ['node16 from CommonJS', ['--module', 'node16', '--moduleResolution', 'node16']],
    ['node16 from an ES module', ['--module', 'node16', '--moduleResolution', 'node16']],
    ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])('the runtime\'s types resolve under %s', (name, resolution) => {
    const file = name.endsWith('ES module') ? 'consumer.mts' : 'consumer.ts';
    app.write(file, CONSUMER);
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', ...resolution];
    expect(app.run('npx', ['--no-install', 'tsc', ...options, file])).toEqual({ status: 0, output: '' });
  });

  test('the runtime is imported from ES modules and from CommonJS, under the same names', () => {
    const names = 'Object.keys(runtime).filter((name) => name !== "default" && name !== "module.exports").sort().join()';
    const esm = app.run('node', ['--input-type=module', '-e', `import * as runtime from 'cdk-dynamodb-cdc/runtime'; console.log(${names})`]);
    const cjs = app.run('node', ['-e', `const runtime = require('cdk-dynamodb-cdc/runtime'); console.log(${names})`]);
    expect(esm.output).toContain('PermanentError,RetryLaterError');
    expect(cjs).toEqual(esm);
  });

  test('nothing else of the package can be imported', () => {
    expect(app.run('node', ['-e', 'require("cdk-dynamodb-cdc/lib/publish/ledger-table")']).output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test('the command line runs', () => {
    const cli = (input: string, ...args: string[]) => app.run('npx', ['--no-install', 'cdk-dynamodb-cdc', ...args], { input });
    expect(cli('', '--help')).toEqual({ status: 0, output: expect.stringMatching(/esm.*filter.*local/s) });
    const filter = JSON.stringify({ version: 1, root: { node: 'eventName', oneOf: ['INSERT'] } });
    expect(cli(filter, 'filter', 'explain')).toEqual({ status: 0, output: expect.stringContaining('INSERT') });
    expect(cli('{}', 'esm', '-').status).toBe(2);
  });
});
