import { Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ChangeHandler, FanOutSubscribers, LongRunningSubscriber, QueuedSubscriber, QueuedSubscriberProps } from '../../src';
import { ACCOUNT_CONCURRENCY, ADVISED_RECEIVES } from '../../src/contract/limits';
import { useBootstrap } from '../support/bootstrap';
import { handler, newStack, numberToken, orders, resources } from '../support/stacks';

beforeAll(() => useBootstrap());

function search(stack: Stack, props: Partial<QueuedSubscriberProps>): QueuedSubscriber {
  return new QueuedSubscriber(stack, 'Search', { source: orders(stack), handler: handler(), ...props });
}

test('its metrics are those of its function and of its runtime, under its name', () => {
  const stack = newStack();
  const subscriber = search(stack, {});
  const fn = { FunctionName: stack.resolve(subscriber.function.functionName) };
  const runtime = { Table: stack.resolve(subscriber.source.sourceTable.tableName), Subscriber: 'Search' };
  const metrics = [
    [subscriber.metricApplied(), 'AppliedChanges', runtime], [subscriber.metricFailedAttempts(), 'FailedAttempts', runtime],
    [subscriber.metricStored(), 'StoredChanges', runtime], [subscriber.metricOutages(), 'Outage', runtime],
    [subscriber.metricErrors(), 'Errors', fn], [subscriber.metricThrottles(), 'Throttles', fn],
  ] as const;
  for (const [metric, metricName, dimensions] of metrics) {
    expect({ ...metric, dimensions: stack.resolve(metric.dimensions) }).toMatchObject({ metricName, dimensions, statistic: 'Sum' });
  }
});

test.each<[string, (value: number) => Partial<QueuedSubscriberProps>]>([
  ['lagAlarmThreshold', (seconds) => ({ lagAlarmThreshold: Duration.seconds(seconds) })],
  ['visibilityTimeout', (seconds) => ({ visibilityTimeout: Duration.seconds(seconds) })],
  ['timeout beside a visibility', (seconds) => ({ timeout: Duration.seconds(seconds), visibilityTimeout: Duration.minutes(10) })],
  ['queueRetention', (seconds) => ({ queueRetention: Duration.seconds(seconds) })],
  ['maxRecordAge', (seconds) => ({ maxRecordAge: Duration.seconds(seconds) })],
  ['maxReceiveCount', (maxReceiveCount) => ({ maxReceiveCount })],
])('accepts a token as %s', (_property, props) => {
  const stack = newStack();
  search(stack, props(numberToken(stack)));
  expect(JSON.stringify(resources(stack))).toContain('{"Ref":"Number"}');
});

test('a threshold that is known only when deployed is part of the alarm, and CDK does not warn of it', () => {
  // GIVEN
  const stack = newStack();
  // WHEN
  search(stack, { lagAlarmThreshold: Duration.seconds(numberToken(stack)) });
  // THEN
  const [, alarm] = Object.entries(resources(stack)).find(([id]) => id.startsWith('SearchAlarmsBacklog'))!;
  expect(alarm.Properties.Metrics[0].Expression).toEqual({ 'Fn::Join': ['', ['MAX([age / ', { Ref: 'Number' }, ', length / 96000])']] });
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
});

test.each<[string, (minutes: number) => Partial<QueuedSubscriberProps>]>([
  ['lagAlarmThreshold', (minutes) => ({ lagAlarmThreshold: Duration.minutes(minutes) })],
  ['visibilityTimeout', (minutes) => ({ visibilityTimeout: Duration.minutes(minutes) })],
  ['queueRetention', (minutes) => ({ queueRetention: Duration.minutes(minutes) })],
  ['maxRecordAge', (minutes) => ({ maxRecordAge: Duration.minutes(minutes) })],
])('fails for a token as %s in a unit that cannot be converted', (property, props) => {
  const stack = newStack();
  expect(() => search(stack, props(numberToken(stack)))).toThrow(`[Stack/Search] ${property}: given a token in minutes, allowed a token in Duration.seconds()`);
});

test('fails for a timeout that is known only when deployed, since no visibility follows from it', () => {
  const stack = newStack();
  expect(() => search(stack, { timeout: Duration.seconds(numberToken(stack)) }))
    .toThrow('[Stack/Search] visibilityTimeout: given nothing, allowed a duration where timeout is a token');
});

test('fails for fewer receives than attempts also where the retention is a token', () => {
  const stack = newStack();
  expect(() => search(stack, { queueRetention: Duration.seconds(numberToken(stack)), maxReceiveCount: 5 }))
    .toThrow('[Stack/Search] maxReceiveCount: given 5, allowed more than maxAttempts, 5');
});

test('a raw function may be given as few receives as it wants', () => {
  const stack = newStack();
  const fn = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('x') });
  expect(() => search(stack, { handler: ChangeHandler.fromFunction(fn), maxReceiveCount: 3 })).not.toThrow();
});

describe('a function of your own', () => {
  const own = (stack: Stack, timeout?: Duration) => new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('x'), timeout });
  const queueOf = (stack: Stack) => Object.values(resources(stack)).find(({ Type, Properties }) => Type === 'AWS::SQS::Queue' && Properties.RedrivePolicy)!.Properties;

  test('is received few times, well within the retention', () => {
    const stack = newStack();
    search(stack, { handler: ChangeHandler.fromFunction(own(stack)) });
    expect(queueOf(stack).RedrivePolicy.maxReceiveCount).toBe(ADVISED_RECEIVES);
  });

  test.each<[string, Duration | undefined, number]>([['15 minutes', Duration.minutes(15), 5_400], ['what Lambda takes for none', undefined, 18]])('has six times its timeout of visibility: %s', (_what, timeout, visibility) => {
    const stack = newStack();
    search(stack, { handler: ChangeHandler.fromFunction(own(stack, timeout)) });
    expect(queueOf(stack).VisibilityTimeout).toBe(visibility);
  });

  test('by its version or alias has the timeout of the function', () => {
    const stack = newStack();
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: own(stack, Duration.minutes(5)).currentVersion });
    search(stack, { handler: ChangeHandler.fromFunction(alias) });
    expect(queueOf(stack).VisibilityTimeout).toBe(1_800);
  });

  test('that is imported has the visibility of the timeout that is stated', () => {
    const stack = newStack();
    search(stack, { handler: ChangeHandler.fromFunction(lambda.Function.fromFunctionName(stack, 'Imported', 'f')), timeout: Duration.seconds(30) });
    expect(queueOf(stack).VisibilityTimeout).toBe(180);
  });

  test.each<[Partial<QueuedSubscriberProps>, string]>([
    [{ visibilityTimeout: Duration.seconds(360) }, 'visibilityTimeout: given 360 seconds, allowed whole seconds from the timeout, 900, to 43200'],
    [{ timeout: Duration.seconds(60) }, 'timeout: given 360 seconds of visibility, allowed at least the function\'s own timeout, 900 seconds'],
  ])('fails for less visibility than its own timeout: %j', (props, message) => {
    const stack = newStack();
    expect(() => search(stack, { handler: ChangeHandler.fromFunction(own(stack, Duration.minutes(15))), ...props })).toThrow(`[Stack/Search] ${message}`);
  });

  test('with a token for a timeout is accepted', () => {
    const stack = newStack();
    expect(() => search(stack, { handler: ChangeHandler.fromFunction(own(stack, Duration.seconds(numberToken(stack)))) })).not.toThrow();
  });
});

describe('receives', () => {
  test('fail if the retention ends before the last of them, so that a message would be lost', () => {
    const stack = newStack();
    expect(() => search(stack, { maxReceiveCount: 1000, timeout: Duration.minutes(5) })).toThrow('[Stack/Search] maxReceiveCount: given 1000 receives, '
      + 'each 1800 seconds after the one before, allowed up to 672, for which queueRetention, 1209600 seconds, has time. A message that expires before its last receive is lost');
  });

  test.each<[Partial<QueuedSubscriberProps>, number]>([
    [{}, 1000],
    [{ timeout: Duration.minutes(5) }, 604],
    [{ queueRetention: Duration.hours(2) }, 18],
    // The runtime's own attempts come before.
    [{ queueRetention: Duration.minutes(30) }, 6],
  ])('are by default as many as the retention has time for: %#', (props, receives) => {
    const stack = newStack();
    search(stack, props);
    const queue = Object.values(resources(stack)).find(({ Type, Properties }) => Type === 'AWS::SQS::Queue' && Properties.RedrivePolicy)!;
    expect(queue.Properties.RedrivePolicy.maxReceiveCount).toBe(receives);
  });
});

describe('concurrency', () => {
  const mappings = (stack: Stack) => Object.values(resources(stack)).filter(({ Type, Properties }) => Type === 'AWS::Lambda::EventSourceMapping' && Properties.ScalingConfig);

  test('is bounded by default: ten subscribers leave four fifths of an account to others', () => {
    const stack = newStack();
    new FanOutSubscribers(stack, 'Notify', {
      source: orders(stack), subscribers: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`s${index}`, { handler: handler() }])),
    });
    const all = mappings(stack).map(({ Properties }) => Properties.ScalingConfig.MaximumConcurrency as number);
    expect(all).toHaveLength(10);
    expect(all.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(ACCOUNT_CONCURRENCY / 5);
  });

  test('of long work is bounded by default', () => {
    const stack = newStack();
    new LongRunningSubscriber(stack, 'Moderate', { source: orders(stack), handler: handler() });
    expect(mappings(stack).map(({ Properties }) => Properties.ScalingConfig)).toEqual([{ MaximumConcurrency: 10 }]);
  });

  test('is what is asked for', () => {
    const stack = newStack();
    search(stack, { maxConcurrency: 300 });
    expect(mappings(stack).map(({ Properties }) => Properties.ScalingConfig)).toEqual([{ MaximumConcurrency: 300 }]);
  });
});
