import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionsApp } from './fixtures/functions-app/app';
import { deployed, Deployment } from './harness';
import { clientSettings } from '../../src/local/deploy';

let app: Deployment;
let lambda: LambdaClient;

beforeAll(async () => {
  app = await deployed('functions', functionsApp);
  lambda = new LambdaClient(clientSettings(app.stacks[0].target));
});

afterAll(async () => {
  lambda?.destroy();
  await app?.stop();
});

async function invoke(id: string) {
  const response = await lambda.send(new InvokeCommand({ FunctionName: app.outputs[`${id}Name`], Payload: '{}' }));
  return { error: response.FunctionError, payload: JSON.parse(Buffer.from(response.Payload ?? []).toString()) as Record<string, unknown> };
}

test('an ES module handler runs, finds the AWS SDK above itself, and stays warm', async () => {
  const first = await invoke('Module');
  const second = await invoke('Module');

  expect(first.payload).toMatchObject({ invocations: 1, sdk: 'function', node: process.version, endpoint: app.emulator.endpoint });
  expect(second.payload).toMatchObject({ invocations: 2, pid: first.payload.pid });
  expect(first.payload.remaining).toBeGreaterThan(1000);
  expect(first.payload.remaining).toBeLessThanOrEqual(2000);
});

test('invocations at the same time run in processes of their own', async () => {
  const pids = (await Promise.all([invoke('Module'), invoke('Module'), invoke('Module')])).map(({ payload }) => payload.pid);

  expect(new Set(pids).size).toBe(3);
});

test('a throw, a crash and a timeout are function errors', async () => {
  expect(await invoke('Throws')).toMatchObject({ error: 'Unhandled', payload: { errorMessage: 'thrown' } });
  expect(await invoke('Exits')).toMatchObject({ error: 'Unhandled', payload: { errorMessage: 'Worker process died' } });
  expect(await invoke('Sleeps')).toMatchObject({ error: 'Unhandled', payload: { errorMessage: 'Task timed out after 2.00 seconds' } });
});
