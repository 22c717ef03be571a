import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureLambdaNode } from '../../scripts/setup/node';
import { POPULAR_PACKAGES } from '../../scripts/setup/popular-packages';

interface Outcome {
  readonly kind: 'answered' | 'later' | 'failed';
  readonly after?: number;
  /** It may be `context.signal` that has ended the call. */
  readonly outOfTime?: boolean;
  readonly reason?: string;
}

const THROWING = ['axios', 'got', 'openai', 'openai, streaming', 'anthropic', 'anthropic, streaming', 'bedrock', 'bedrock, streaming'];
const CLIENTS = ['fetch', 'node-fetch 2', 'node-fetch 3', 'undici', ...THROWING];
const HOUR = 3_600_000;

let outcomes: { [client: string]: { [way: string]: Outcome } };

beforeAll(async () => {
  const program = join(POPULAR_PACKAGES, 'clients.mjs');
  cpSync(resolve('test/popular-packages/fixture/clients.mjs'), program);
  const { stdout } = await promisify(execFile)(await ensureLambdaNode(), [program, resolve('assets/runtime/index.mjs')], { timeout: 120_000, env: { ...process.env, NODE_NO_WARNINGS: '1' } });
  outcomes = JSON.parse(stdout) as typeof outcomes;
}, 150_000);

test('every client was called', () => {
  expect(Object.keys(outcomes).sort()).toEqual([...CLIENTS].sort());
});

describe.each(CLIENTS)('%s', (client) => {
  test.each(['hang', 'refuse', 'cut', 'closed'])('tries again later what a server does that is not well: %s', (way) => {
    expect(outcomes[client][way]).toMatchObject({ kind: 'later' });
  });

  test('tries again later when it is throttled or overloaded, after the time that is asked for', () => {
    expect(outcomes[client]['429-seconds']).toMatchObject({ kind: 'later', after: 7_000 });
    expect(outcomes[client]['529-millis']).toMatchObject({ kind: 'later', after: 1_500 });
    const { kind, after } = outcomes[client]['503-date'];
    expect(kind).toBe('later');
    expect(after).toBeGreaterThan(HOUR / 2);
    expect(after).toBeLessThanOrEqual(HOUR);
  });

  test('is known to have been ended by a signal', () => {
    expect(outcomes[client].aborted).toMatchObject({ kind: 'later', outOfTime: true });
  });

  test.each(['400', '401', '403', '404', '422'])('leaves status %s to the handler', (status) => {
    expect(outcomes[client][status]).toEqual({ kind: THROWING.includes(client) ? 'failed' : 'answered' });
  });
});

describe('inside a streamed answer that began with status 200', () => {
  test.each([
    ['openai, streaming', 'openai'],
    ['openai, streaming', 'anthropic'],
    ['anthropic, streaming', 'anthropic'],
    ['bedrock, streaming', 'throttled'],
    ['bedrock, streaming', 'modelStreamError'],
  ])('%s tries an overload again later: %s', (client, way) => {
    expect(outcomes[client][way]).toMatchObject({ kind: 'later' });
  });

  test('bedrock, streaming leaves a refused request to the handler', () => {
    expect(outcomes['bedrock, streaming'].validation).toEqual({ kind: 'failed' });
  });
});

test('no reason quotes what the other side answered', () => {
  expect(JSON.stringify(outcomes)).not.toContain('quotes the change');
});
