import { resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AttributeType, ITable, StreamViewType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { commandLine, scratch, synthesize } from './harness';

const { path: cwd, remove } = scratch('left-out');
let cloudAssembly: string;

/** A table with one subscriber that the emulator runs, and three readers that it does not. */
function partlyRunnable(outdir: string): App {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Partly');
  const table = new TableV2(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING }, dynamoStream: StreamViewType.KEYS_ONLY });
  const source = (of: ITable) => new DynamoEventSource(of, { startingPosition: StartingPosition.TRIM_HORIZON });
  const fn = (id: string, runtime: Runtime, handler = 'index.handler') => new Function(stack, id, {
    runtime, handler, code: Code.fromAsset(resolve(__dirname, 'fixtures/left-out')),
  });
  fn('Runs', Runtime.NODEJS_24_X).addEventSource(source(table));
  fn('Java', Runtime.JAVA_21).addEventSource(source(table));
  fn('Imported', Runtime.NODEJS_24_X).addEventSource(source(Table.fromTableAttributes(stack, 'Other', {
    tableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/other',
    tableStreamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/other/stream/2026-01-01T00:00:00.000',
  })));
  new CfnPipe(stack, 'Pipe', {
    roleArn: 'arn:aws:iam::000000000000:role/pipe', source: table.tableStreamArn!, target: new Queue(stack, 'Queue').queueArn,
  });
  return app;
}

beforeAll(() => { cloudAssembly = synthesize(partlyRunnable, cwd); });
afterAll(remove);

const local = (...args: string[]) => commandLine(['local', '--app', cloudAssembly, '--once', ...args], cwd);

test('what reads changes and is not run is named, and --once ends with status 1', async () => {
  const run = local();

  expect(await run.ended).toBe(1);
  const output = run.output();
  expect(output).toContain('Partly/Java/Resource (AWS::Lambda::Function) is left out: the emulator does not run java21.');
  expect(output).toMatch(/^Partly\/Java\/\S+ \(AWS::Lambda::EventSourceMapping\) is left out: its function \S+ is left out\.$/m);
  expect(output).toContain('Partly/Pipe (AWS::Pipes::Pipe) is left out: pipes are not run.');
  expect(output).toMatch(/^Imported is not run: its stream arn:\S+table\/other\/stream\/\S+ is not in the emulator\./m);
  expect(output).toMatch(/^Not run: Partly\/Pipe, Partly\/Java\/\S+, Imported\. To accept that, leave them out with --without\.$/m);
  expect(output).not.toContain('    at ');
});

test('what --without names by type, logical id or path is left out, and --once ends with status 0', async () => {
  const run = local('--without', 'AWS::Pipes::Pipe', 'Partly/Java', 'Partly/Imported');

  expect(await run.ended).toBe(0);
  expect(run.output()).toContain('Partly/Pipe (AWS::Pipes::Pipe) is left out: because of --without.');
  expect(run.output()).toMatch(/^Running 1 subscriber \(Runs\) against /m);
  expect(run.output()).not.toContain('Not run');
});
