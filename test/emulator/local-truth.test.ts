import { resolve } from 'node:path';
import { everyKindApp } from './fixtures/every-kind/app';
import { commandLine, scratch, synthesize } from './harness';

const WRITE = `node ${resolve(__dirname, 'fixtures/every-kind/write.mjs')}`;
const { path: cwd, remove } = scratch('truth');
let healthy: string;
let failing: string;

beforeAll(() => {
  healthy = synthesize(everyKindApp, `${cwd}/healthy`);
  failing = synthesize(outdir => everyKindApp(outdir, { failing: true }), `${cwd}/failing`);
});
afterAll(remove);

function once(app: string) {
  return commandLine(['local', '--app', app, '--once', '--limit', '80', '--run', WRITE], cwd);
}

test('--once waits for streams and queues, and ends with status 0 when each subscriber has applied each change', async () => {
  const run = once(healthy);

  expect(await run.ended).toBe(0);
  const lines = run.output().trim().split('\n');
  expect(lines.pop()).toBe('6 applied, 0 retried, 0 failed, 0 in failure store, 0 lost.');
  for (const name of ['Score', 'email', 'Moderate']) expect(lines.filter(line => line.startsWith(`${name}: 2 applied`))).not.toEqual([]);
  expect(lines.filter(line => line.startsWith('cdc.relay: '))).not.toEqual([]);
  for (const name of ['Score', 'email', 'Moderate']) {
    for (const id of ['o-1', 'o-2']) expect(lines).toContain(`${name} | looking at ${id}`);
  }
});

test('--once ends with status 1 when every handler fails, names each error with its message, and counts what is stored', async () => {
  const run = once(failing);

  expect(await run.ended).toBe(1);
  const lines = run.output().trim().split('\n');
  expect(lines.pop()).toMatch(/^0 applied, \d+ retried, 6 failed, 6 in failure store, 0 lost\.$/);
  for (const name of ['Score', 'email', 'Moderate']) {
    expect(lines.filter(line => new RegExp(`^${name}: an attempt failed on item \\S+ sequence \\d+: CreditError: no credit left for ${name}$`).test(line)).length)
      .toBeGreaterThanOrEqual(2);
    expect(lines.filter(line => new RegExp(`^${name} failed \\d+ times: CreditError: no credit left for ${name}$`).test(line))).toHaveLength(1);
  }
  // Where it was thrown.
  expect(run.output()).toMatch(/^ {4}at .*index\.js:\d+:\d+/m);
});

test('items that "expire" deletes reach every subscriber as expired, and deletions of users do not', async () => {
  const cli = `${process.execPath} ${resolve(__dirname, '../../node_modules/tsx/dist/cli.mjs')} ${resolve(__dirname, '../../src/local/cli/main.ts')}`;
  const table = "$(node -p 'JSON.parse(process.env.CDC_OUTPUTS).EveryKind.OrdersTable')";
  const run = commandLine(['local', '--app', healthy, '--once', '--limit', '80', '--run', `${WRITE} && ${cli} expire --table ${table} --key '{"id":{"S":"o-1"}}'`], cwd);

  expect(await run.ended).toBe(0);
  const lines = run.output().trim().split('\n');
  expect(lines).toContain('1 item expired.');
  expect(lines.pop()).toMatch(/^9 applied, /);
  for (const name of ['Score', 'email', 'Moderate']) {
    expect(lines.filter(line => line === `${name} | looking at o-1, which has expired`)).toHaveLength(1);
    expect(lines).not.toContain(`${name} | looking at o-2, which has expired`);
  }
});
