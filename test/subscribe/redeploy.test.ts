import { App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CdcTableProps, StreamSubscriberProps } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { replaced } from '../support/replaced';
import { orders, Resource, resources, subscribe } from '../support/stacks';
import { CHANGES_OF_ANY, IN_EU, withRole } from '../support/subscriber-changes';

beforeAll(() => useBootstrap());

function app(props: Partial<StreamSubscriberProps> = {}, tableProps: Partial<CdcTableProps> = {}): Record<string, Resource> {
  const stack = new Stack(new App(), 'Stack', IN_EU);
  subscribe(stack, 'Sub', orders(stack, tableProps), withRole(stack, props));
  return resources(stack);
}

test.each<[string, Partial<StreamSubscriberProps>, string[]]>([
  ...CHANGES_OF_ANY.filter(([property]) => property !== 'enabled'),
  // What is off on purpose has no alarm that it does not read.
  ['enabled', { enabled: false }, ['AWS::CloudWatch::Alarm']],
  ['subscriberName', { subscriberName: 'other' }, []],
  ['maxBatchingWindow', { maxBatchingWindow: Duration.seconds(1) }, []],
  ['parallelizationFactor', { parallelizationFactor: 2 }, []],
  // Documented at the property: it loses the position, and Lambda refuses it while the old mapping is there.
  ['startingPosition', { startingPosition: lambda.StartingPosition.LATEST }, ['AWS::Lambda::EventSourceMapping']],
])('changing %s of a subscriber replaces only what is said', (_property, props, types) => {
  expect(replaced(app(), app(props))).toEqual(types);
});

test.each<[string, Partial<CdcTableProps>, string[]]>([
  ['failureRetention', { failureRetention: Duration.days(1) }, []],
  ['otherStreamReaders', { otherStreamReaders: 1 }, []],
  ['deletionProtection', { deletionProtection: false }, []],
  ['pointInTimeRecovery', { pointInTimeRecovery: false }, []],
  ['encryption', { encryption: dynamodb.TableEncryptionV2.dynamoOwnedKey() }, []],
  ['timeToLiveAttribute', { timeToLiveAttribute: 'ttl' }, []],
  ['tableClass', { tableClass: dynamodb.TableClass.STANDARD_INFREQUENT_ACCESS }, []],
  ['billing', { billing: dynamodb.Billing.onDemand({ maxReadRequestUnits: 1 }) }, []],
  // Another table, as with TableV2: deletion protection and RETAIN keep the old one.
  ['tableName', { tableName: 'other' }, ['AWS::DynamoDB::GlobalTable']],
  ['partitionKey', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }, ['AWS::DynamoDB::GlobalTable']],
])('changing %s of a table replaces only what is said', (_property, props, types) => {
  expect(replaced(app(), app({}, props))).toEqual(types);
});
