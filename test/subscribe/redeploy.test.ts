import { App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CdcTableProps, ChangeFilter, LogLevel, OrderBy, PoisonPolicy, StreamSubscriberProps } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { replaced } from '../support/replaced';
import { orders, Resource, resources, subscribe } from '../support/stacks';

beforeAll(() => useBootstrap());

function app(props: Partial<StreamSubscriberProps> = {}, tableProps: Partial<CdcTableProps> = {}): Record<string, Resource> {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111111111111' } });
  const given = props.role ? { ...props, role: iam.Role.fromRoleArn(stack, 'Given', 'arn:aws:iam::111111111111:role/given') } : props;
  subscribe(stack, 'Sub', orders(stack, tableProps), given);
  return resources(stack);
}

test.each<[string, Partial<StreamSubscriberProps>, string[]]>([
  ['subscriberName', { subscriberName: 'other' }, []],
  ['batchSize', { batchSize: 1 }, []],
  ['maxBatchingWindow', { maxBatchingWindow: Duration.seconds(1) }, []],
  ['parallelizationFactor', { parallelizationFactor: 2 }, []],
  ['concurrency', { concurrency: 2 }, []],
  ['flushSize', { flushSize: 2 }, []],
  ['maxAttempts', { maxAttempts: 2 }, []],
  ['attemptSpan', { attemptSpan: Duration.seconds(1) }, []],
  ['onPoison', { onPoison: PoisonPolicy.SKIP_RECORD }, []],
  ['autoRedrive', { autoRedrive: {} }, []],
  ['orderBy', { orderBy: OrderBy.PARTITION_KEY }, []],
  ['maxRecordAge', { maxRecordAge: Duration.hours(1) }, []],
  ['lagAlarmThreshold', { lagAlarmThreshold: Duration.minutes(1) }, []],
  ['filter', { filter: ChangeFilter.inserts() }, []],
  ['enabled', { enabled: false }, []],
  ['memorySize', { memorySize: 128 }, []],
  ['timeout', { timeout: Duration.seconds(1) }, []],
  ['environment', { environment: { A: 'a' } }, []],
  ['architecture', { architecture: lambda.Architecture.X86_64 }, []],
  ['tracing', { tracing: lambda.Tracing.ACTIVE }, []],
  ['logRetention', { logRetention: logs.RetentionDays.ONE_DAY }, []],
  ['logLevel', { logLevel: LogLevel.ERROR }, []],
  ['logErrorMessages', { logErrorMessages: true }, []],
  ['role', { role: {} as iam.IRole }, ['AWS::IAM::Role']],
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
