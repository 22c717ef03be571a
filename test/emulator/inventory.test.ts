import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { commandLine, scratch, synthesize } from './harness';
import { InventoryStack } from '../../examples/inventory/inventory-stack';

const WRITE = `node ${resolve(__dirname, 'fixtures/inventory/write.mjs')}`;
const { path: cwd, remove } = scratch('inventory');

const notices = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(204).end());
});

beforeAll(() => new Promise<void>((ready) => notices.listen(0, '127.0.0.1', ready)));
afterAll(() => {
  notices.close();
  remove();
});

test('the inventory example runs locally: the poison and what comes behind it are kept whole, the rest is applied', async () => {
  const app = synthesize((outdir) => {
    const one = new App({ outdir });
    new InventoryStack(one, 'Inventory', { noticesUrl: `http://127.0.0.1:${(notices.address() as AddressInfo).port}/`, forDemo: true });
    return one;
  }, cwd);
  const run = commandLine(['local', '--app', app, '--once', '--run', WRITE], cwd);
  const status = await run.ended;
  const lines = run.output().trim().split('\n');
  // product-2 has the movements 2, 6, ... 38; the thirtieth is poison, so 30, 34 and 38 stay in the store.
  expect(lines.filter((line) => line.startsWith('KeepAvailability: ')).pop()).toMatch(/37 applied, \d+ retried, 3 failed, .* 3 in failure store/);
  expect(status).toBe(1);
  expect(run.output()).not.toMatch(/a dozen|product-/);
});
