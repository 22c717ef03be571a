import { App, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { CdcTable, CdcTableProps } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { newStack, ORDER_ID, orders, subscribe } from '../support/stacks';

const STREAM_ARN = 'arn:aws:dynamodb:eu-west-1:111111111111:table/orders/stream/2026-11-23T00:00:00.000';

beforeAll(() => useBootstrap());

function plainFunction(stack: Stack, id: string): lambda.Function {
  return new lambda.Function(stack, id, { runtime: lambda.Runtime.NODEJS_24_X, handler: 'i.h', code: lambda.Code.fromInline('0') });
}

function plainReader(stack: Stack, id: string, table: dynamodb.ITable): void {
  plainFunction(stack, id).addEventSource(new DynamoEventSource(table, { startingPosition: lambda.StartingPosition.LATEST }));
}

const synth = (stack: Stack) => () => (stack.node.root as App).synth();

test('two readers are accepted', () => {
  const stack = newStack();
  const source = orders(stack);
  subscribe(stack, 'A', source);
  plainReader(stack, 'B', source.table);
  expect(synth(stack)).not.toThrow();
});

test('fails for a third reader, and names every one and the way out', () => {
  const stack = newStack();
  const source = orders(stack);
  for (const id of ['A', 'B', 'C']) subscribe(stack, id, source);
  expect(synth(stack)).toThrow(
    '[Stack/Orders] stream readers: given 3 (Stack/A, Stack/B, Stack/C), allowed 2 for each stream. Put subscribers into one FanOutSubscribers',
  );
});

test('fails for plain CDK mappings, L2 and L1, and pipes beyond two', () => {
  const stack = newStack();
  const { table } = orders(stack);
  plainReader(stack, 'Plain', table);
  new lambda.CfnEventSourceMapping(stack, 'L1', { functionName: 'f', eventSourceArn: table.tableStreamArn });
  new CfnPipe(stack, 'Pipe', { roleArn: 'r', source: table.tableStreamArn!, target: 't' });
  expect(synth(stack)).toThrow(/given 3 \(Stack\/Plain\/DynamoDBEventSource:\w+, Stack\/L1, Stack\/Pipe\)/);
});

test('fails for a reader in another stack', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const other = new Stack(app, 'Other');
  const source = orders(stack);
  subscribe(stack, 'A', source);
  subscribe(other, 'B', source);
  plainReader(other, 'C', source.table);
  expect(synth(stack)).toThrow('[Stack/Orders] stream readers: given 3 (Stack/A, Other/B, Other/C/');
});

test('fails for readers that were declared', () => {
  const stack = newStack();
  const source = orders(stack, { otherStreamReaders: 2 });
  subscribe(stack, 'A', source);
  expect(synth(stack)).toThrow('given 3 (Stack/A, 2 declared as otherStreamReaders)');
});

test('fails for readers of one imported stream that came in twice', () => {
  const stack = newStack();
  const table = dynamodb.TableV2.fromTableAttributes(stack, 'I', {
    tableArn: 'arn:aws:dynamodb:eu-west-1:111111111111:table/orders', tableStreamArn: STREAM_ARN,
  });
  const source = CdcTable.fromTable(stack, 'Source', table, { streamViewType: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES });
  for (const id of ['A', 'B']) subscribe(stack, id, source);
  new lambda.CfnEventSourceMapping(stack, 'C', { functionName: 'f', eventSourceArn: STREAM_ARN });
  expect(synth(stack)).toThrow('given 3 (Stack/A, Stack/B, Stack/C)');
});

test('streams of other tables and mappings that are off do not count', () => {
  const stack = newStack();
  const source = orders(stack);
  const other = new dynamodb.TableV2(stack, 'Other', { partitionKey: ORDER_ID, dynamoStream: dynamodb.StreamViewType.KEYS_ONLY });
  for (const id of ['A', 'B']) subscribe(stack, id, source);
  subscribe(stack, 'C', source, { enabled: false });
  plainReader(stack, 'D', other);
  expect(synth(stack)).not.toThrow();
});

describe('a global table', () => {
  const globalOrders = (props: Partial<CdcTableProps> = {}) => {
    const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111111111111' } });
    const source = orders(stack, { replicas: [{ region: 'us-east-1' }], ...props });
    return { stack, source };
  };

  test('fails for a second reader, and names the override', () => {
    const { stack, source } = globalOrders();
    for (const id of ['A', 'B']) subscribe(stack, id, source);
    expect(synth(stack)).toThrow(/given 2 \(Stack\/A, Stack\/B\), allowed 1 on a global table.*or set allowSecondReaderOnGlobalTable/);
  });

  test('fails for a second reader also when the replica is added later', () => {
    const { stack, source } = globalOrders({ replicas: undefined });
    for (const id of ['A', 'B']) subscribe(stack, id, source);
    source.table.addReplica({ region: 'us-east-1' });
    expect(synth(stack)).toThrow('allowed 1 on a global table');
  });

  test('may have a second reader when told so', () => {
    const { stack, source } = globalOrders({ allowSecondReaderOnGlobalTable: true });
    for (const id of ['A', 'B']) subscribe(stack, id, source);
    expect(synth(stack)).not.toThrow();
  });

  test('fails for a third reader whatever it is told', () => {
    const { stack, source } = globalOrders({ allowSecondReaderOnGlobalTable: true });
    for (const id of ['A', 'B', 'C']) subscribe(stack, id, source);
    expect(synth(stack)).toThrow('allowed 2 for each stream');
  });
});

test.each([-1, 0.5])('fails for %s other readers', (otherStreamReaders) => {
  expect(() => orders(newStack(), { otherStreamReaders })).toThrow(`[Stack/Orders] otherStreamReaders: given ${otherStreamReaders}, allowed 0 to 100`);
});
