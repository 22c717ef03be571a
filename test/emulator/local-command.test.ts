import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, CfnOutput, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Code, Function, Handler, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { plainApp } from './fixtures/plain-app/app';
import { commandLine, isListening, scratch, synthesize } from './harness';
import { processesWithEnvironment } from '../../src/local/emulator/process-identity';
import { RunState } from '../../src/local/emulator/run-state';

const WRITE = `node ${resolve(__dirname, 'fixtures/plain-app/write.mjs')}`;
const { path: cwd, remove } = scratch('command');
let cloudAssembly: string;

beforeAll(() => { cloudAssembly = synthesize(plainApp, cwd); });
afterAll(remove);

function local(...args: string[]) {
  return commandLine(['local', '--app', cloudAssembly, ...args], cwd);
}

function runState(): RunState {
  return JSON.parse(readFileSync(join(cwd, '.cdc-local/state.json'), 'utf8')) as RunState;
}

async function expectNothingLeft({ token, port }: RunState): Promise<void> {
  expect(processesWithEnvironment(`CDC_LOCAL_RUN=${token}`)).toEqual([]);
  expect(await isListening(`http://127.0.0.1:${port}`)).toBe(false);
}

test('--once ends with status 0 when all was applied, and shows no content', async () => {
  const run = local('--once', '--verbose', '--run', `${WRITE} --no-poison`);

  expect(await run.ended).toBe(0);
  expect(run.output().trim().split('\n').pop()).toBe('40 applied, 0 retried, 0 failed, 0 in failure store, 0 lost.');
  expect(run.output().match(/Apply: ACKNOWLEDGED key [0-9a-f]{12} sequence \d+/g)).toHaveLength(40);
  expect(run.output()).not.toContain('order-');
});

test('--once ends with status 1 when something is in a failure store', async () => {
  const run = local('--once', '--run', WRITE);

  expect(await run.ended).toBe(1);
  expect(run.output()).toMatch(/RetryAttemptsExhausted: key [0-9a-f]{12} sequence \d+ went to s3:\/\//);
  expect(run.output().trim().split('\n').pop()).toMatch(/^39 applied, \d+ retried, 1 failed, 1 in failure store, 0 lost\.$/);
});

test.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s at work leaves no process and no port', async (signal, status) => {
  const run = local('--run', `${WRITE}; sleep 60`);
  await run.says('the function failed');
  const state = runState();
  process.kill(run.pid, signal);

  expect(await run.ended).toBe(status);
  await expectNothingLeft(state);
});

test.each([300, 900, 1500, 2500])('a run killed after %d ms is cleaned up by the next, which says so', async millis => {
  const killed = local('--run', `${WRITE}; sleep 60`);
  await killed.says('Deployed PlainData');
  await sleep(millis);
  const state = runState();
  process.kill(state.owner.pid, 'SIGKILL');
  await killed.exited;

  const next = local('--once');
  expect(await next.ended).toBe(0);
  expect(next.output()).toContain(`A previous run (process ${state.owner.pid}) was killed: ended`);
  await expectNothingLeft(state);
});

test('a run that is alive is left alone', async () => {
  const first = local();
  await first.says('Ctrl-C stops it.');

  const second = local();
  expect(await second.ended).toBe(2);
  expect(second.output()).toMatch(/^error: Another run \(process \d+, port \d+\) is using /m);
  process.kill(first.pid, 'SIGINT');
  expect(await first.ended).toBe(130);
});

test('what the emulator cannot do is left out with a line each, the rest runs, and --run reaches the account of the stack', async () => {
  const { path, remove: removeApp } = scratch('unknown');
  const app = synthesize(outdir => {
    const created = new App({ outdir });
    const stack = new Stack(created, 'PlainData', { env: { account: '111122223333', region: 'eu-west-1' } });
    const table = new Table(stack, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING }, stream: StreamViewType.KEYS_ONLY, billingMode: BillingMode.PROVISIONED, removalPolicy: RemovalPolicy.DESTROY,
    });
    table.autoScaleReadCapacity({ minCapacity: 1, maxCapacity: 5 }).scaleOnUtilization({ targetUtilizationPercent: 70 });
    const bucket = new Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
    const odd = new CfnResource(stack, 'Unknown', { type: 'AWS::GroundStation::Config', properties: { Name: bucket.bucketName } });
    const fn = new Function(stack, 'Fn', {
      runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('exports.handler = async () => {}'), environment: { ODD: odd.getAtt('Arn').toString() },
    });
    fn.node.addDependency(odd);
    fn.addEventSource(new DynamoEventSource(table, { startingPosition: StartingPosition.TRIM_HORIZON }));
    const image = new Function(stack, 'Image', { runtime: Runtime.FROM_IMAGE, handler: Handler.FROM_IMAGE, code: Code.fromEcrImage(new Repository(stack, 'Repository')) });
    image.addEventSource(new DynamoEventSource(table, { startingPosition: StartingPosition.TRIM_HORIZON }));
    new CfnOutput(stack, 'OrdersTable', { value: table.tableName });
    new CfnOutput(stack, 'Odd', { value: odd.ref });
    return created;
  }, path);

  const run = commandLine(['local', '--app', app, '--once', '--run', `${WRITE} --no-poison`], cwd);

  // A reader of changes that is left out is not looked at, so the run does not count as a success.
  expect(await run.ended).toBe(1);
  expect(run.output()).toMatch(/^Not run: PlainData\/Image\/DynamoDBEventSource\S*\. To accept that, leave them out with --without\.$/m);
  const lines = run.output().split('\n');
  expect(lines.filter(line => line.includes('is left out')).map(line => line.replace(/^.*?(PlainData\S*)/, '$1')).sort()).toEqual([
    expect.stringMatching(/^PlainData\/Bucket\/AutoDeleteObjectsCustomResource\/Default \(Custom::S3AutoDeleteObjects\) is left out: custom resources are not run\.$/),
    expect.stringMatching(/^PlainData\/Image\/DynamoDBEventSource\S* \(AWS::Lambda::EventSourceMapping\) is left out: its function \w+ is left out\.$/),
    'PlainData/Image/Resource (AWS::Lambda::Function) is left out: the emulator does not run container images.',
    expect.stringMatching(/^PlainData\/Table\/ReadScaling\/Target\/Resource \(AWS::ApplicationAutoScaling::ScalableTarget\) is left out: the emulator does not know this type\.$/),
    expect.stringMatching(/^PlainData\/Table\/ReadScaling\/Target\/Tracking\/Resource \(AWS::ApplicationAutoScaling::ScalingPolicy\) is left out: /),
    'PlainData/Unknown (AWS::GroundStation::Config) is left out: the emulator does not know this type.',
  ]);
  expect(run.output()).toContain('AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=111122223333 AWS_SECRET_ACCESS_KEY=test');
  expect(lines.join('\n')).toContain('40 applied, 0 retried, 0 failed');
  removeApp();
});

test('fails where nothing that reads a stream is left', async () => {
  const { path, remove: removeApp } = scratch('nothing');
  const app = synthesize(outdir => {
    const created = new App({ outdir });
    const stack = new Stack(created, 'Images');
    const table = new TableV2(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING }, dynamoStream: StreamViewType.KEYS_ONLY });
    const image = new Function(stack, 'Image', { runtime: Runtime.FROM_IMAGE, handler: Handler.FROM_IMAGE, code: Code.fromEcrImage(new Repository(stack, 'Repository')) });
    image.addEventSource(new DynamoEventSource(table, { startingPosition: StartingPosition.TRIM_HORIZON }));
    return created;
  }, path);

  const run = commandLine(['local', '--app', app, '--once'], cwd);

  expect(await run.ended).toBe(2);
  expect(run.output()).toContain('error: Nothing that the emulator can run reads a DynamoDB stream: see what is left out above.');
  removeApp();
});
