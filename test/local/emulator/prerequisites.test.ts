import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEmulator } from '../../../src/local/emulator/find';
import { requireReachable } from '../../../src/local/emulator/health';
import { freePort } from '../../../src/local/emulator/port';
import { createWorkspace } from '../../../src/local/emulator/workspace';

let root: string;

beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'cdc-prerequisites-')); });
afterEach(() => { rmSync(root, { recursive: true, force: true }); });

function executable(path: string, script: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('finding the emulator', () => {
  test('a checkout\'s environment comes before PATH, from any directory in it', () => {
    const own = executable(join(root, '.verify/venv/bin/ministack'), 'true');
    executable(join(root, 'bin/ministack'), 'true');

    expect(findEmulator({ from: [join(root, 'a/b')], path: join(root, 'bin') })).toEqual({ command: own, args: [] });
  });

  test('PATH comes before the module of Python', () => {
    const found = executable(join(root, 'bin/ministack'), 'true');
    executable(join(root, 'bin/python3'), 'exit 0');

    expect(findEmulator({ from: [root], path: join(root, 'bin') })).toEqual({ command: found, args: [] });
  });

  test('Python\'s module will do', () => {
    const python = executable(join(root, 'bin/python3'), 'exit 0');

    expect(findEmulator({ from: [root], path: join(root, 'bin') })).toEqual({ command: python, args: ['-m', 'ministack'] });
  });

  test('fails without Python, and without the module, with what to install', () => {
    expect(() => findEmulator({ from: [root], path: join(root, 'bin') })).toThrow(/^Python 3 is not on PATH.*pip install ministack==.*--endpoint-url\.$/);
    executable(join(root, 'bin/python3'), 'exit 1');
    expect(() => findEmulator({ from: [root], path: join(root, 'bin') })).toThrow(/^The emulator ministack is not installed: run "pip install ministack==/);
  });
});

describe('ports and endpoints', () => {
  let server: Server;
  let taken: number;

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
    taken = (server.address() as { port: number }).port;
  });

  afterEach(async () => new Promise(closed => server.close(closed)));

  test('any free port, or the one asked for', async () => {
    const port = await freePort();

    expect(port).not.toBe(taken);
    expect(await freePort(port)).toBe(port);
  });

  test('fails on a port in use', async () => {
    await expect(freePort(taken)).rejects.toThrow(`Port ${taken} on 127.0.0.1 is in use: stop what listens there, or choose another with --port.`);
  });

  test('fails on an endpoint where nothing answers', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;

    await expect(requireReachable(endpoint)).rejects.toThrow(`Nothing answers at ${endpoint}: start your emulator there`);
  });
});

test('functions find the AWS SDK above themselves, and no package.json of the user\'s project', () => {
  mkdirSync(join(root, 'node_modules/@aws-sdk'), { recursive: true });
  mkdirSync(join(root, 'app'));
  const workspace = createWorkspace(join(root, 'app'));

  expect(readlinkSync(join(workspace, 'node_modules/@aws-sdk'))).toBe(join(root, 'node_modules/@aws-sdk'));
  expect(readFileSync(join(workspace, 'package.json'), 'utf8')).toBe('{}\n');
  rmSync(workspace, { recursive: true });
});
