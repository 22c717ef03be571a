import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { plainApp } from './fixtures/plain-app/app';
import { bundledCommandLine, scratch, synthesize } from './harness';
import { Emulator, EMULATOR_ENVIRONMENT, startEmulator } from '../../src/local/emulator';
import { RunState } from '../../src/local/emulator/run-state';

const { path: cwd, remove } = scratch('refusals');
// A bundle outside the checkout does not find the checkout's emulator by itself.
const environment = { PATH: [resolve(EMULATOR_ENVIRONMENT, 'bin'), process.env.PATH].join(delimiter) };
const bundled = bundledCommandLine(cwd);
const run = (args: readonly string[]) => bundled(args, environment);
let cloudAssembly: string;
let emulator: Emulator | undefined;

beforeAll(() => {
  cloudAssembly = synthesize(plainApp, cwd);
  writeFileSync(join(cwd, 'case.json'), '{"records":[{"ordinal":1}]}');
});
afterEach(async () => {
  await emulator?.stop();
  emulator = undefined;
});
afterAll(remove);

const local = (...args: string[]) => run(['local', '--app', cloudAssembly, ...args]);

async function expectSentence({ ended, output }: ReturnType<typeof local>, sentence: RegExp): Promise<void> {
  expect(await ended).toBe(2);
  const [last, ...earlier] = output().trim().split('\n').reverse();
  expect(last).toMatch(sentence);
  expect(earlier.filter(line => line.startsWith('    at '))).toEqual([]);
}

test('an asset that is missing', async () => {
  const app = synthesize(plainApp, join(cwd, 'incomplete'));
  for (const name of readdirSync(app).filter(each => each.startsWith('asset.'))) rmSync(join(app, name), { recursive: true });

  await expectSentence(run(['local', '--app', app, '--once']), /^error: The asset ".*" of stack PlainWork can't be read \(.*\): synthesize the app again with "npx cdk synth"\.$/);
});

describe('a server that is no emulator', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => { server.close(); });

  test('is refused', async () => {
    await expectSentence(local('--once', '--endpoint-url', url), /^error: What answers at http:\S+ is no emulator of AWS: check --endpoint-url, or leave it out/);
  });
});

test('an emulator that is started here and dies', async () => {
  const command = local();
  await command.says('Ctrl-C stops it.');
  const state = JSON.parse(readFileSync(join(cwd, '.cdc-local/state.json'), 'utf8')) as RunState;
  process.kill(state.emulator!.pid, 'SIGKILL');

  await expectSentence(command, /^error: The emulator ended by itself with SIGKILL/);
});

test('an emulator at --endpoint-url that dies', async () => {
  emulator = await startEmulator({ stateFile: join(cwd, 'other.json') });
  const command = local('--endpoint-url', emulator.endpoint);
  await command.says('Ctrl-C stops it.');
  await emulator.stop();

  await expectSentence(command, /^error: The emulator at http:\S+ does not answer any more: start it again, and then this command\.$/);
});

test('a command of --run that fails is not sent to an emulator that has ended', async () => {
  await expectSentence(local('--once', '--run', 'exit 3'), /^error: The command "exit 3" ended with status 3\. The emulator ends with this run: .* start "local" without --run/);
});

describe('without a reader', () => {
  async function closed(args: readonly string[], streams: 'stdout' | 'both') {
    const child = spawn(process.execPath, [join(cwd, 'cli.js'), ...args], { cwd, env: { ...process.env, ...environment } });
    let errors = '';
    child.stderr.on('data', chunk => { errors += String(chunk); });
    child.stdout.destroy();
    if (streams === 'both') child.stderr.destroy();
    const [status] = await once(child, 'exit') as [number | null];
    return { status, errors };
  }

  test.each([
    ['local', ['local', '--app', 'APP', '--once']],
    ['esm', ['esm', join(cwd, 'case.json')]],
    ['help', ['--help']],
  ])('%s ends as a shell expects', async (_name, args) => {
    const { status, errors } = await closed(args.map(each => each === 'APP' ? cloudAssembly : each), 'stdout');

    expect(errors).not.toMatch(/EPIPE|^ {4}at /m);
    expect([141, 0]).toContain(status);
  });

  test('an error that nobody reads ends with its own status', async () => {
    expect((await closed(['local', '--app', join(cwd, 'nothing-here')], 'both')).status).toBe(2);
  });
});
