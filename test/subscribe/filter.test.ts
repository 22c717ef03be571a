import { Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Attr, CdcTable, ChangeFilter, ChangeHandler, QueuedSubscriber, StreamSubscriber, StreamSubscriberProps } from '../../src';

const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };

function subscriber(props: Partial<StreamSubscriberProps>, encryption?: (stack: Stack) => dynamodb.TableEncryptionV2) {
  const stack = new Stack(undefined, undefined, { env: { account: '111122223333', region: 'eu-central-1' } });
  const source = new CdcTable(stack, 'Orders', { partitionKey, encryption: encryption?.(stack) });
  const handler = ChangeHandler.fromDirectory(`${__dirname}/fixtures/cjs`, 'index.onChange');
  const one = new StreamSubscriber(stack, 'Fraud', { source, handler, ...props });
  return { stack, one };
}

test('the synthesized app says what is pushed down, what stays, and why', () => {
  const { one } = subscriber({ filter: ChangeFilter.allOf(ChangeFilter.inserts(), Attr.number('amount').greaterThan(1000)) });
  expect(one.node.metadata.find(({ type }) => type === 'cdk-dynamodb-cdc:filter')?.data).toEqual({
    patterns: ['{"eventName":["INSERT"],"dynamodb":{"NewImage":{"amount":{"N":[{"exists":true}]}}}}'],
    residual: expect.objectContaining({ version: 1 }),
    reasons: expect.arrayContaining([expect.any(String)]),
  });
});

const way = (index: number) => ChangeFilter.allOf(Attr.text(`a${index}`).equalTo('x'), Attr.text(`b${index}`).equalTo('y'));
const sixWays = ChangeFilter.anyOf(...Array.from({ length: 6 }, (_, index) => way(index)));

test.each([[5], [10]])('the mapping gets at most the %i patterns that the user states', (maxFilterPatterns) => {
  const { stack } = subscriber({ filter: sixWays, maxFilterPatterns });
  const [mapping] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::EventSourceMapping'));
  expect(mapping.Properties.FilterCriteria?.Filters.length ?? 0).toBeLessThanOrEqual(maxFilterPatterns);
});

test.each([0, 11, 2.5])('fails with maxFilterPatterns %p', (maxFilterPatterns) => {
  expect(() => subscriber({ filter: ChangeFilter.inserts(), maxFilterPatterns })).toThrow(/\[Default\/Fraud\] maxFilterPatterns: given .*, allowed .*1 to 10/);
});

test('a token for the number of patterns is accepted', () => {
  expect(() => subscriber({ filter: sixWays, maxFilterPatterns: Token.asNumber({ Ref: 'Patterns' }) })).not.toThrow();
});

test('patterns are encrypted with the key of the table', () => {
  const { stack } = subscriber({ filter: ChangeFilter.inserts() }, (scope) => dynamodb.TableEncryptionV2.customerManagedKey(new kms.Key(scope, 'Key')));
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventSourceMapping', { KmsKeyArn: Match.anyValue() });
});

test.each([
  ['made here', (stack: Stack) => new CdcTable(stack, 'Orders', { partitionKey })],
  ['imported, by the keys that are given', (stack: Stack) => CdcTable.fromTable(stack, 'Orders', dynamodb.TableV2.fromTableAttributes(stack, 'Imported', {
    tableName: 'orders', tableStreamArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/orders/stream/2026-11-25T00:00:00.000',
  }), { streamViewType: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES, partitionKey })],
])('fails with the construct path where a key of the table would have to change: %s', (_case, sourceIn) => {
  const stack = new Stack(undefined, undefined, { env: { account: '111122223333', region: 'eu-central-1' } });
  const source = sourceIn(stack);
  const handler = ChangeHandler.fromDirectory(`${__dirname}/fixtures/cjs`, 'index.onChange');
  const filter = Attr.text('id').transitioned('a', 'b');
  expect(() => new StreamSubscriber(stack, 'Direct', { source, handler, filter })).toThrow(/^Default\/Direct: the filter can never match: 'id' is a key attribute/);
  expect(() => new QueuedSubscriber(stack, 'Queued', { source, handler, filter })).toThrow(/^Default\/Queued: the filter can never match: 'id' is a key attribute/);
});
