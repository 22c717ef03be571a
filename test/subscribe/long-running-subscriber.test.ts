import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ChangeFilter, ChangeHandler, LongRunningSubscriber, LongRunningSubscriberProps, NewerChangePolicy, QueuedSubscriber } from '../../src';
import { Routes, ROUTES_FILE } from '../../src/contract/routes';
import { LONG_WORK_MARGIN_SECONDS } from '../../src/contract/settings';
import { assetOf } from '../support/assets';
import { useBootstrap } from '../support/bootstrap';
import { hideAssetHashes } from '../support/hide-asset-hashes';
import { handler, logicalIds, newStack, numberToken, orders, resources } from '../support/stacks';

beforeAll(() => useBootstrap());
expect.addSnapshotSerializer(hideAssetHashes);

type Props = Partial<LongRunningSubscriberProps>;

function moderate(props: Props = {}, stack = newStack()): { stack: Stack; subscriber: LongRunningSubscriber } {
  return { stack, subscriber: new LongRunningSubscriber(stack, 'Moderate', { source: orders(stack), handler: handler(), ...props }) };
}

const settingsOf = (stack: Stack) => Object.values(resources(stack)).flatMap(({ Type, Properties }) => (
  Type === 'AWS::Lambda::Function' ? Properties.Environment.Variables.CDC_SETTINGS ?? [] : []))[0];
const routesOf = (stack: Stack) => JSON.parse(assetOf(stack, 'OrdersRelay').read(ROUTES_FILE)) as Routes;
const rawFunction = (stack: Stack) => new lambda.Function(stack, 'Own', {
  runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('x'),
});

test('as it is', () => {
  expect(Template.fromStack(moderate().stack).toJSON()).toMatchSnapshot();
});

test('logical ids', () => {
  expect(logicalIds(moderate().stack)).toMatchSnapshot();
});

test('takes nine resources, as any subscriber with a queue', () => {
  const { stack, subscriber } = moderate();
  const one = Object.keys(resources(stack)).length;
  const other = moderate();
  new LongRunningSubscriber(other.stack, 'Second', { source: other.subscriber.source, handler: handler() });
  expect(Object.keys(resources(other.stack)).length - one).toBe(9);
  expect(subscriber).toBeInstanceOf(QueuedSubscriber);
});

test('one stated time: function timeout, visibility, lease and the runtime\'s settings follow', () => {
  const { stack } = moderate({ timeout: Duration.seconds(60), lease: Duration.seconds(30), maxConcurrency: 20 });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 60 + LONG_WORK_MARGIN_SECONDS, Environment: { Variables: { CDC_QUEUE_URL: Match.anyValue() } } });
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 6 * (60 + LONG_WORK_MARGIN_SECONDS), RedrivePolicy: { maxReceiveCount: 1000 } });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 1, ScalingConfig: { MaximumConcurrency: 20 }, FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  expect(JSON.parse(settingsOf(stack))).toMatchObject({
    concurrency: 1, flushSize: 1, maxRecordAgeSeconds: 86_400, longestPauseSeconds: 346, longWork: { workMillis: 60_000, leaseSeconds: 30, onNewerChange: 'PROCESS_EACH' },
  });
});

test('defaults: five minutes, ten at once, a lease of a minute', () => {
  const { stack } = moderate();
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 10 } });
  expect(JSON.parse(settingsOf(stack)).longWork).toEqual({ workMillis: 300_000, leaseSeconds: 60, onNewerChange: 'PROCESS_EACH' });
});

test('the asset holds the runtime for long work', () => {
  expect(assetOf(moderate().stack, 'Moderate').read('cdk-dynamodb-cdc-bootstrap.mjs')).toContain('// long-worker.mjs');
});

test('the relay sends one change a message where each is worked on, and the filter goes to the relay', () => {
  expect(routesOf(moderate({ filter: ChangeFilter.inserts() }).stack).targets)
    .toEqual([{ name: 'Moderate', orderBy: 'ITEM', filter: expect.anything(), changesAMessage: 1 }]);
});

describe('where changes may be superseded', () => {
  const relayStatements = (stack: Stack) => Object.entries(resources(stack)).flatMap(([id, { Type, Properties }]) => (
    Type === 'AWS::IAM::Role' && id.startsWith('OrdersRelay') ? Properties.Policies[0].PolicyDocument.Statement : []));

  test('the relay is told, and may record the newest; consecutive changes share messages', () => {
    const { stack, subscriber } = moderate({ onNewerChange: NewerChangePolicy.SKIP_SUPERSEDED });
    new LongRunningSubscriber(stack, 'Second', { source: subscriber.source, handler: handler(), onNewerChange: NewerChangePolicy.SKIP_SUPERSEDED });
    expect(routesOf(stack).targets).toEqual(['Moderate', 'Second'].map((name) => ({ name, orderBy: 'ITEM', recordsLatest: true })));
    expect(JSON.parse(settingsOf(stack)).longWork.onNewerChange).toBe('SKIP_SUPERSEDED');
    expect(relayStatements(stack).filter(({ Sid }: { Sid: string }) => Sid === 'RecordLatest')).toEqual([
      expect.objectContaining({ Action: ['dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'] }),
    ]);
  });

  test('and nowhere else', () => {
    expect(relayStatements(moderate().stack).map(({ Sid }: { Sid: string }) => Sid)).not.toContain('RecordLatest');
  });
});

test('the longest work there may be', () => {
  const { stack } = moderate({ timeout: Duration.seconds(890), lease: Duration.seconds(900) });
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { Timeout: 900 });
});

describe('fails, with path, property, given and allowed, for', () => {
  test.each<[string, Props, string]>([
    ['a timeout above fifteen minutes less the margin', { timeout: Duration.seconds(891) }, 'timeout: given 891 seconds, allowed whole seconds from 1 to 890'],
    ['a timeout of fifteen minutes', { timeout: Duration.minutes(15) }, 'timeout: given 900 seconds, allowed whole seconds from 1 to 890'],
    ['no time at all', { timeout: Duration.seconds(0) }, 'timeout: given 0 seconds'],
    ['a fraction of a second', { timeout: Duration.millis(1500) }, 'timeout: given 1.5 seconds'],
    ['a visibility below the timeout', { timeout: Duration.seconds(100), visibilityTimeout: Duration.seconds(109) },
      'visibilityTimeout: given 109 seconds, allowed 110, which is timeout and 10 seconds to settle in, to 43200'],
    ['a visibility below the lease', { timeout: Duration.seconds(10), visibilityTimeout: Duration.seconds(59) },
      'visibilityTimeout: given 59 seconds, allowed 60, which is lease, to 43200'],
    ['a visibility above twelve hours', { visibilityTimeout: Duration.hours(13) }, 'visibilityTimeout: given 46800 seconds'],
    ['a lease too short for heartbeats', { lease: Duration.seconds(9) }, 'lease: given 9 seconds, allowed whole seconds from 10 to 900'],
    ['a lease too long', { lease: Duration.seconds(901) }, 'lease: given 901 seconds'],
    ['one at once', { maxConcurrency: 1 }, 'maxConcurrency: given 1, allowed 2 to 1000'],
    ['too many at once', { maxConcurrency: 1001 }, 'maxConcurrency: given 1001, allowed 2 to 1000'],
    ['an age that the queue does not keep', { maxRecordAge: Duration.days(14) },
      'maxRecordAge: given 1209600 seconds, allowed 60 seconds to less than queueRetention, 1209600 seconds'],
    ['a short retention with a longer age', { queueRetention: Duration.hours(2), maxRecordAge: Duration.hours(3) }, 'maxRecordAge: given 10800 seconds'],
    ['more attempts than receives', { maxAttempts: 10, maxReceiveCount: 10 }, 'maxReceiveCount: given 10, allowed more than maxAttempts, 10'],
    ['no handler', { handler: undefined }, 'handler: given nothing, allowed a ChangeHandler'],
  ])('%s', (_case, props, message) => {
    expect(() => moderate(props)).toThrow(`[Stack/Moderate] ${message}`);
  });

  test('a raw pattern, which only a mapping could evaluate', () => {
    expect(() => moderate({ filter: ChangeFilter.pattern({ eventName: ['INSERT'] }) })).toThrow('Stack/Moderate: ChangeFilter.pattern() can only be evaluated by the mapping');
  });

  test('a timeout that is known only when deployed, since the function\'s follows from it', () => {
    const stack = newStack();
    expect(() => moderate({ timeout: Duration.seconds(numberToken(stack)) }, stack))
      .toThrow('[Stack/Moderate] timeout: given a token, allowed seconds that are known when synthesized');
  });

  test('a lease in a unit that cannot be converted', () => {
    const stack = newStack();
    expect(() => moderate({ lease: Duration.minutes(numberToken(stack)) }, stack)).toThrow('lease: given a token in minutes, allowed a token in Duration.seconds()');
  });

  test.each<[string, Props]>([
    ['lease', { lease: Duration.seconds(30) }],
    ['onNewerChange', { onNewerChange: NewerChangePolicy.SKIP_SUPERSEDED }],
    ['maxRecordAge', { maxRecordAge: Duration.hours(1) }],
  ])('%s with a raw function', (property, props) => {
    const stack = newStack();
    expect(() => moderate({ handler: ChangeHandler.fromFunction(rawFunction(stack)), ...props }, stack))
      .toThrow(`[Stack/Moderate] ${property}: given it with ChangeHandler.fromFunction, allowed it with fromEntry and fromDirectory`);
  });
});

test('accepts tokens for what is checked', () => {
  const stack = newStack();
  const token = numberToken(stack);
  moderate({
    lease: Duration.seconds(token),
    maxConcurrency: token,
    visibilityTimeout: Duration.seconds(token),
    maxRecordAge: Duration.seconds(token),
    queueRetention: Duration.seconds(token),
    maxReceiveCount: token,
    maxAttempts: token,
  }, stack);
  expect(JSON.stringify(settingsOf(stack))).toContain('\\"leaseSeconds\\":",{"Ref":"Number"}');
  Template.fromStack(stack).hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: { Ref: 'Number' } });
});

test('an age that is not stated keeps within a short retention', () => {
  expect(JSON.parse(settingsOf(moderate({ queueRetention: Duration.hours(10) }).stack))).toMatchObject({ maxRecordAgeSeconds: 18_000 });
});

test('a raw function is wired one message at a time, with visibility for the stated time', () => {
  const stack = newStack();
  moderate({ handler: ChangeHandler.fromFunction(rawFunction(stack)), timeout: Duration.seconds(90) }, stack);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 10 } });
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 600 });
  expect(routesOf(stack).targets[0].changesAMessage).toBe(1);
});

test('a raw function reaches the dead-letter queue before its message expires', () => {
  const stack = newStack();
  moderate({ handler: ChangeHandler.fromFunction(rawFunction(stack)) }, stack);
  const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = Object.values(resources(stack))
    .find(({ Type, Properties }) => Type === 'AWS::SQS::Queue' && Properties.RedrivePolicy)!.Properties;
  expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBeLessThan(MessageRetentionPeriod);
  // Six times Lambda's own default for a function without a timeout.
  expect(VisibilityTimeout).toBe(18);
});

test('a handler whose function never starts reaches the dead-letter queue before its message expires', () => {
  const { stack } = moderate();
  const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = Object.values(resources(stack))
    .find(({ Type, Properties }) => Type === 'AWS::SQS::Queue' && Properties.RedrivePolicy)!.Properties;
  expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBeLessThan(MessageRetentionPeriod);
});

test('cdk-nag finds nothing', () => {
  const { stack } = moderate({ onNewerChange: NewerChangePolicy.SKIP_SUPERSEDED });
  const violations = [AwsSolutionsChecks, ServerlessChecks].flatMap((Checks) => new Checks(stack).validateScope(stack).violations);
  expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
});

test('superseded changes are a metric of the subscriber', () => {
  const { stack, subscriber } = moderate();
  expect(stack.resolve(subscriber.metricSuperseded().dimensions)).toMatchObject({ Subscriber: 'Moderate' });
  expect(subscriber.metricSuperseded().metricName).toBe('SupersededChanges');
});
