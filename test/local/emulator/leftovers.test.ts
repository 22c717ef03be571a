import { ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftovers, RUN_TOKEN } from '../../../src/local/emulator/leftovers';
import { processesWithEnvironment, processStartTime } from '../../../src/local/emulator/process-identity';
import { claimRunState, readRunState, removeRunState, RunState, updateRunState } from '../../../src/local/emulator/run-state';

let root: string;
let stateFile: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cdc-leftovers-'));
  stateFile = join(root, '.cdc-local', 'state.json');
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

function stateOf(overrides: Partial<RunState> = {}): RunState {
  const directory = join(root, 'scratch');
  mkdirSync(directory, { recursive: true });
  // Process 1 is no process of ours, and never started at that time.
  return { version: 1, token: randomUUID(), owner: { pid: 1, startTime: 'never' }, directory, port: 4567, ...overrides };
}

async function sleeper(environment: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], { detached: true, env: { ...process.env, ...environment } });
  children.push(child);
  await new Promise(ready => child.stdout.once('data', ready));
  return child.pid!;
}

test('a start without a state file has nothing to say', async () => {
  expect(await endLeftovers(stateFile)).toBeUndefined();
});

test('ends the emulator of a killed run by its id, and every process with the run\'s token', async () => {
  // GIVEN
  const token = randomUUID();
  const emulator = await sleeper();
  const fn = await sleeper({ [RUN_TOKEN]: token });
  const state = stateOf({ token, emulator: { pid: emulator, startTime: processStartTime(emulator)! } });
  claimRunState(stateFile, state);

  // WHEN
  const said = await endLeftovers(stateFile);

  // THEN
  expect(said).toBe('A previous run (process 1) was killed: ended 2 processes it left behind on port 4567.');
  expect([processStartTime(emulator), processStartTime(fn)]).toEqual([undefined, undefined]);
  expect(existsSync(state.directory)).toBe(false);
  expect(readdirSync(root)).toEqual([]);
});

test('a process that merely has the id of the killed emulator is left alone', async () => {
  const stranger = await sleeper();
  claimRunState(stateFile, stateOf({ emulator: { pid: stranger, startTime: 'another time' } }));

  expect(await endLeftovers(stateFile)).toContain('nothing of it was still running');
  expect(processStartTime(stranger)).toBeDefined();
});

test('fails while the run that owns the state file is alive', async () => {
  claimRunState(stateFile, stateOf({ owner: { pid: process.pid, startTime: processStartTime(process.pid)! } }));

  await expect(endLeftovers(stateFile)).rejects.toThrow(/Another run \(process \d+, port 4567\) is using .*stop it with Ctrl-C/);
  expect(existsSync(stateFile)).toBe(true);
});

test('a state file that was cut short counts as none', async () => {
  mkdirSync(join(root, '.cdc-local'));
  writeFileSync(stateFile, '{"version":1,"tok');

  expect(await endLeftovers(stateFile)).toBeUndefined();
  expect(existsSync(stateFile)).toBe(false);
});

test('only one of two runs can claim a state file, and only its owner removes it', () => {
  const first = stateOf();
  const second = stateOf();

  expect([claimRunState(stateFile, first), claimRunState(stateFile, second)]).toEqual([true, false]);
  removeRunState(stateFile, second.token);
  expect(readRunState(stateFile)).toEqual(first);
  updateRunState(stateFile, { ...first, port: 9 });
  expect(readRunState(stateFile)?.port).toBe(9);
  removeRunState(stateFile, first.token);
  expect(readdirSync(root)).toEqual(['scratch']);
});

test('a process is known by its start time, and none has the time of one that is gone', async () => {
  const token = randomUUID();
  const pid = await sleeper({ [RUN_TOKEN]: token });

  expect(processStartTime(pid)).toBe(processStartTime(pid));
  expect(processesWithEnvironment(`${RUN_TOKEN}=${token}`)).toEqual([pid]);
  expect(processesWithEnvironment(`${RUN_TOKEN}=${token.slice(1)}`)).toEqual([]);
  expect(processStartTime(2 ** 22 + 1)).toBeUndefined();
});
