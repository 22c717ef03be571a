import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { distinct } from './harness';
import { FILTER_VERSION } from '../../src/contract/filter';
import { ASSET_FILES, ENV, RuntimeSettings, SETTINGS_VERSION } from '../../src/contract/settings';

const BOOTSTRAP = resolve(__dirname, '../../assets/runtime/bootstrap.mjs');
const PROGRAM = `
import { pathToFileURL } from 'node:url';
const [file, event] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(file).href);
const response = await handler(JSON.parse(event), { awsRequestId: 'r', getRemainingTimeInMillis: () => 30000 });
process.stderr.write(JSON.stringify({ response, called: globalThis.called ?? 0 }));
`;

/** The bundled runtime as Lambda runs it, on the Node.js that runs the test. */
describe('bootstrap', () => {
  let directory: string;
  let server: Server;
  const operations: string[] = [];

  beforeAll(async () => {
    if (!existsSync(BOOTSTRAP)) throw new Error('assets/runtime/bootstrap.mjs is missing: run `npx projen bundle` first');
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const operation = String(request.headers['x-amz-target']).split('.')[1];
      operations.push(operation);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(operation === 'BatchGetItem'
        ? { Responses: { Ledger: [] }, UnprocessedKeys: {} }
        : { Responses: JSON.parse(body).Statements.map(() => ({ TableName: 'Ledger' })) }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });

  afterAll(() => new Promise((done) => server.close(done)));

  beforeEach(() => {
    operations.length = 0;
    directory = mkdtempSync(join(tmpdir(), 'cdk-dynamodb-cdc-bootstrap-'));
    copyFileSync(BOOTSTRAP, join(directory, ASSET_FILES.BOOTSTRAP));
    writeFileSync(join(directory, 'program.mjs'), PROGRAM);
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function invoke(records: object[], settings: Partial<RuntimeSettings> = {}) {
    const all: RuntimeSettings = {
      version: SETTINGS_VERSION,
      subscriber: 'Test',
      handler: 'index.onChange',
      orderBy: 'ITEM',
      concurrency: 50,
      flushSize: 25,
      maxAttempts: 5,
      attemptSpanMillis: 60_000,
      onPoison: 'PARK_ITEM',
      maxRecordAgeSeconds: 43_200,
      logLevel: 'INFO',
      logErrorMessages: false,
      ...settings,
    };
    return promisify(execFile)(process.execPath, [join(directory, 'program.mjs'), join(directory, ASSET_FILES.BOOTSTRAP), JSON.stringify({ Records: records })], {
      env: {
        PATH: process.env.PATH,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        [ENV.SETTINGS]: JSON.stringify(all),
        [ENV.LEDGER_TABLE]: 'Ledger',
        [ENV.FAILURE_BUCKET]: 'failures',
      },
      timeout: 20_000,
    });
  }

  test.each([
    ['an ES module', 'index.mjs', 'export const onChange = () => { globalThis.called = (globalThis.called ?? 0) + 1; };'],
    ['CommonJS', 'index.js', 'exports.onChange = () => { globalThis.called = (globalThis.called ?? 0) + 1; };'],
    ['CommonJS with computed exports', 'index.cjs', 'module.exports = Object.fromEntries([["onChange", () => { globalThis.called = (globalThis.called ?? 0) + 1; }]]);'],
  ])('runs a handler from %s', async (_name, file, code) => {
    writeFileSync(join(directory, file), code);
    const { stderr, stdout } = await invoke(distinct(3));
    expect(JSON.parse(stderr)).toEqual({ response: { batchItemFailures: [] }, called: 3 });
    expect(operations).toEqual(['BatchGetItem', 'BatchExecuteStatement']);
    expect(stdout.trim().split('\n').map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ AppliedChanges: 3, Subscriber: 'Test' })]);
  });

  test('runs the default export of CommonJS', async () => {
    writeFileSync(join(directory, 'index.js'), 'exports.__esModule = true; exports.default = () => { globalThis.called = 1; };');
    expect(JSON.parse((await invoke(distinct(2), { handler: 'index.default' })).stderr)).toEqual({ response: { batchItemFailures: [] }, called: 1 });
  });

  test('evaluates the filter beside it before the handler', async () => {
    writeFileSync(join(directory, 'index.mjs'), 'export const onChange = () => { globalThis.called = (globalThis.called ?? 0) + 1; };');
    writeFileSync(join(directory, ASSET_FILES.FILTER), JSON.stringify({ version: FILTER_VERSION, root: { node: 'eventName', oneOf: ['REMOVE'] } }));
    const { stderr } = await invoke(distinct(3));
    expect(JSON.parse(stderr)).toEqual({ response: { batchItemFailures: [] }, called: 0 });
    expect(operations).toEqual([]);
  });

  test('fails to start with a filter of a newer format instead of dropping changes', async () => {
    writeFileSync(join(directory, 'index.mjs'), 'export const onChange = () => undefined;');
    writeFileSync(join(directory, ASSET_FILES.FILTER), JSON.stringify({ version: FILTER_VERSION + 1, root: { node: 'eventName', oneOf: ['REMOVE'] } }));
    await expect(invoke(distinct(1))).rejects.toMatchObject({ stderr: expect.stringMatching(/version/) });
  });

  test.each([
    ['fails to start without the handler\'s module', undefined, /no module index/],
    ['fails to start without the handler\'s export', 'export const other = 1;', /exports no function onChange/],
  ])('%s', async (_name, code, message) => {
    if (code !== undefined) writeFileSync(join(directory, 'index.mjs'), code);
    await expect(invoke(distinct(1))).rejects.toMatchObject({ stderr: expect.stringMatching(message) });
  });

  test('fails to start with settings of another version', async () => {
    writeFileSync(join(directory, 'index.mjs'), 'export const onChange = () => undefined;');
    await expect(invoke(distinct(1), { version: 2 as never })).rejects.toMatchObject({ stderr: expect.stringContaining('settings have version 2') });
  });
});
