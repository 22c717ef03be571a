import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DIRECT, operateApp, STACK } from './fixtures/operate/app';
import { bundledCommandLine, deployed, Deployment, scratch } from './harness';
import { clientSettings } from '../../src/local/deploy';
import { documentedStatements } from '../support/documented-permissions';

/** What docs/operate.md says is needed: for `status`, and for `pause` and `resume` as well. */
const [FOR_STATUS, FOR_PAUSE] = documentedStatements('operate');

const { path: cwd, remove } = scratch('permissions');
const commandLine = bundledCommandLine(cwd);
let app: Deployment | undefined;

afterEach(() => app?.stop());
afterAll(remove);

/** Runs commands as somebody who may do only this. */
async function operator(operatorMay: readonly object[]) {
  app = await deployed('permissions', (outdir) => operateApp(outdir, { operatorMay }), { enforcePermissions: true });
  const sts = new STSClient(clientSettings(app.stacks[0].target));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: app.outputs.OperatorRole, RoleSessionName: 'operator' }));
  sts.destroy();
  const environment = {
    AWS_ENDPOINT_URL: app.emulator.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
    AWS_SESSION_TOKEN: Credentials!.SessionToken!,
  };
  return async (...args: string[]) => {
    const run = commandLine(args, environment);
    return { status: await run.ended, output: run.output() };
  };
}

/** The emulator takes every call on a mapping, also the one that switches it, for listing all: that pausing needs more than looking is not to be seen here. */
const AS_THE_EMULATOR_SAYS: Readonly<Record<string, string>> = { 'lambda:GetEventSourceMapping': 'lambda:ListEventSourceMappings' };

test('status needs no more than the documentation lists, and pause and resume no more than it lists for them', async () => {
  const run = await operator([...FOR_STATUS, ...FOR_PAUSE]);

  expect(await run('status', '--stack', STACK, '--check')).toMatchObject({ status: 0, output: expect.stringContaining(DIRECT) });
  expect(await run('pause', '--stack', STACK, '--subscriber', DIRECT)).toMatchObject({ status: 0 });
  expect(await run('resume', '--stack', STACK, '--subscriber', DIRECT)).toMatchObject({ status: 0 });
}, 120_000);

test.each(FOR_STATUS.map((statement) => [(statement as { Action: string }).Action, statement] as const))('without %s status says so', async (action, without) => {
  const run = await operator(FOR_STATUS.filter((other) => other !== without));

  const { status, output } = await run('status', '--stack', STACK);
  expect(status).toBe(2);
  expect(output).toMatch(/^error: Access was denied: /);
  expect(output).toContain((AS_THE_EMULATOR_SAYS[action] ?? action).split(':')[1]);
}, 120_000);
