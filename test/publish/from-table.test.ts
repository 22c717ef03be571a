import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { CdcTable, ExistingTableOptions, OrderBy } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { newStack, only, ORDER_ID, subscribe } from '../support/stacks';

const { NEW_AND_OLD_IMAGES, KEYS_ONLY } = dynamodb.StreamViewType;
const STREAM_ARN = 'arn:aws:dynamodb:eu-west-1:111111111111:table/orders/stream/2026-11-23T00:00:00.000';

beforeAll(() => useBootstrap());

function imported(stack: Stack, attributes: Partial<dynamodb.TableAttributesV2> = { tableStreamArn: STREAM_ARN }): dynamodb.ITable {
  return dynamodb.TableV2.fromTableAttributes(stack, 'Imported', {
    tableArn: 'arn:aws:dynamodb:eu-west-1:111111111111:table/orders', ...attributes,
  });
}

function from(stack: Stack, table: dynamodb.ITable, options?: ExistingTableOptions) {
  return CdcTable.fromTable(stack, 'Legacy', table, options);
}

describe('a table of the app', () => {
  test.each([
    ['Table', (stack: Stack) => new dynamodb.Table(stack, 'T', { partitionKey: ORDER_ID, stream: NEW_AND_OLD_IMAGES })],
    ['TableV2', (stack: Stack) => new dynamodb.TableV2(stack, 'T', { partitionKey: ORDER_ID, dynamoStream: NEW_AND_OLD_IMAGES })],
  ])('%s shows its keys and stream', (_type, make) => {
    const stack = newStack();
    const table = make(stack);
    const source = from(stack, table);
    expect(source.partitionKey).toEqual({ name: 'orderId', type: 'S' });
    expect(source.sortKey).toBeUndefined();
    subscribe(stack, 'Sub', source, { orderBy: OrderBy.PARTITION_KEY });
    expect(only(stack, 'AWS::Lambda::EventSourceMapping').Properties.EventSourceArn).toEqual(stack.resolve(table.tableStreamArn));
  });

  test.each([
    ['Table', (stack: Stack) => new dynamodb.Table(stack, 'T', { partitionKey: ORDER_ID })],
    ['TableV2', (stack: Stack) => new dynamodb.TableV2(stack, 'T', { partitionKey: ORDER_ID })],
  ])('fails for a %s without a stream', (_type, make) => {
    const stack = newStack();
    expect(() => from(stack, make(stack))).toThrow('[Stack/Legacy] table.streamViewType: given nothing, allowed NEW_AND_OLD_IMAGES. Give the table a stream');
  });

  test.each([
    ['Table', (stack: Stack) => new dynamodb.Table(stack, 'T', { partitionKey: ORDER_ID, stream: KEYS_ONLY })],
    ['TableV2', (stack: Stack) => new dynamodb.TableV2(stack, 'T', { partitionKey: ORDER_ID, dynamoStream: KEYS_ONLY })],
  ])('fails for a %s with another view type, whatever is declared', (_type, make) => {
    const stack = newStack();
    expect(() => from(stack, make(stack), { streamViewType: NEW_AND_OLD_IMAGES }))
      .toThrow('[Stack/Legacy] table.streamViewType: given KEYS_ONLY, allowed NEW_AND_OLD_IMAGES');
  });

  test('takes a view type that is a token', () => {
    const stack = newStack();
    const viewType = new CfnParameter(stack, 'ViewType').valueAsString as dynamodb.StreamViewType;
    const table = new dynamodb.Table(stack, 'T', { partitionKey: ORDER_ID, stream: viewType });
    expect(() => from(stack, table)).not.toThrow();
  });
});

describe('an imported table', () => {
  test('gives its stream to subscribers', () => {
    const stack = newStack();
    subscribe(stack, 'Sub', from(stack, imported(stack), { streamViewType: NEW_AND_OLD_IMAGES }));
    expect(only(stack, 'AWS::Lambda::EventSourceMapping').Properties.EventSourceArn).toBe(STREAM_ARN);
    Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 1);
  });

  test('takes an ARN that is a token', () => {
    const stack = newStack();
    const tableStreamArn = new CfnParameter(stack, 'Arn').valueAsString;
    subscribe(stack, 'Sub', from(stack, imported(stack, { tableStreamArn }), { streamViewType: NEW_AND_OLD_IMAGES }));
    expect(only(stack, 'AWS::Lambda::EventSourceMapping').Properties.EventSourceArn).toEqual({ Ref: 'Arn' });
  });

  test('fails without a stream ARN, and says where to find it', () => {
    const stack = newStack();
    expect(() => from(stack, imported(stack, {}), { streamViewType: NEW_AND_OLD_IMAGES })).toThrow(
      '[Stack/Legacy] table.tableStreamArn: given nothing, allowed the ARN of the table\'s stream. Import the table with TableV2.fromTableAttributes',
    );
  });

  test.each(['arn:aws:dynamodb:eu-west-1:111111111111:table/orders', 'arn:aws:dynamodb:eu-west-1:111111111111:table/orders/stream/*'])(
    'fails for %s', (tableStreamArn) => {
      const stack = newStack();
      expect(() => from(stack, imported(stack, { tableStreamArn }), { streamViewType: NEW_AND_OLD_IMAGES }))
        .toThrow(`[Stack/Legacy] table.tableStreamArn: given ${tableStreamArn}`);
    });

  test('fails for a replica, of which only a pattern of its stream is known', () => {
    const stack = new Stack(newStack(), 'Regional', { env: { region: 'eu-west-1', account: '111111111111' } });
    const table = new dynamodb.TableV2(stack, 'T', { partitionKey: ORDER_ID, replicas: [{ region: 'us-east-1' }] });
    expect(() => from(stack, table.replica('us-east-1'), { streamViewType: NEW_AND_OLD_IMAGES })).toThrow('table.tableStreamArn: given a pattern, as a replica has it');
  });

  test.each([[undefined, 'nothing'], [KEYS_ONLY, 'KEYS_ONLY']])('fails for the view type %s', (streamViewType, given) => {
    const stack = newStack();
    expect(() => from(stack, imported(stack), { streamViewType }))
      .toThrow(`[Stack/Legacy] streamViewType: given ${given}, allowed NEW_AND_OLD_IMAGES. An import does not show its view type`);
  });

  test('fails to order by a partition key nobody named', () => {
    const stack = newStack();
    const source = from(stack, imported(stack), { streamViewType: NEW_AND_OLD_IMAGES });
    expect(() => subscribe(stack, 'Sub', source, { orderBy: OrderBy.PARTITION_KEY }))
      .toThrow('[Stack/Sub] orderBy: given PARTITION_KEY, allowed OrderBy.ITEM, since the partition key is not known. Give partitionKey');
  });
});
