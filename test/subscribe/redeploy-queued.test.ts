import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ChangeFilter, LogLevel, OrderBy, PoisonPolicy, QueuedSubscriber, QueuedSubscriberProps, Relay, RelayOptions } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { replaced } from '../support/replaced';
import { handler, orders, Resource, resources } from '../support/stacks';

beforeAll(() => useBootstrap());

function app(props: Partial<QueuedSubscriberProps> = {}, relay: RelayOptions = {}): Record<string, Resource> {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111111111111' } });
  const source = orders(stack);
  Relay.of(source, relay);
  const given = props.role ? { ...props, role: iam.Role.fromRoleArn(stack, 'Given', 'arn:aws:iam::111111111111:role/given') } : props;
  new QueuedSubscriber(stack, 'Sub', { source, handler: handler(), ...given });
  return resources(stack);
}

test.each<[string, Partial<QueuedSubscriberProps>, string[]]>([
  ['batchSize', { batchSize: 1 }, []],
  ['maxConcurrency', { maxConcurrency: 2 }, []],
  ['concurrency', { concurrency: 2 }, []],
  ['flushSize', { flushSize: 2 }, []],
  ['maxAttempts', { maxAttempts: 2 }, []],
  ['attemptSpan', { attemptSpan: Duration.seconds(1) }, []],
  ['onPoison', { onPoison: PoisonPolicy.SKIP_RECORD }, []],
  ['autoRedrive', { autoRedrive: {} }, []],
  ['orderBy', { orderBy: OrderBy.PARTITION_KEY }, []],
  ['maxRecordAge', { maxRecordAge: Duration.hours(1) }, []],
  ['maxReceiveCount', { maxReceiveCount: 100 }, []],
  ['queueRetention', { queueRetention: Duration.days(2) }, []],
  ['visibilityTimeout', { visibilityTimeout: Duration.hours(1) }, []],
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
  // Documented at the property: another subscriber, with a queue of its own, read by the mapping in the old one's place.
  ['subscriberName', { subscriberName: 'other' }, ['AWS::SQS::Queue', 'AWS::Lambda::EventSourceMapping']],
])('changing %s of a subscriber with a queue replaces only what is said', (_property, props, types) => {
  expect(replaced(app(), app(props)).sort()).toEqual(types.sort());
});

test.each<[string, RelayOptions, string[]]>([
  ['batchSize', { batchSize: 1 }, []],
  ['parallelizationFactor', { parallelizationFactor: 2 }, []],
  ['memorySize', { memorySize: 512 }, []],
  // Documented at the property: it loses the position.
  ['startingPosition', { startingPosition: lambda.StartingPosition.LATEST }, ['AWS::Lambda::EventSourceMapping']],
])('changing %s of a relay replaces only what is said', (_property, options, types) => {
  expect(replaced(app(), app({}, options))).toEqual(types);
});
