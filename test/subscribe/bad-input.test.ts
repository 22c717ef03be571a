import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { OrderBy, StreamSubscriberProps } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { newStack, numberToken, only, orders, resources, stringToken, subscribe } from '../support/stacks';

beforeAll(() => useBootstrap());

type Props = Partial<StreamSubscriberProps>;

function subscribed(props: Props) {
  const stack = newStack();
  subscribe(stack, 'Sub', orders(stack), props);
  return stack;
}

describe('fails, with path, property, given and allowed, for', () => {
  const bounds: [string, (value: number) => Props, number, number][] = [
    ['batchSize', (batchSize) => ({ batchSize }), 1, 10_000],
    ['parallelizationFactor', (parallelizationFactor) => ({ parallelizationFactor }), 1, 10],
    ['concurrency', (concurrency) => ({ concurrency }), 1, 1000],
    ['flushSize', (flushSize) => ({ flushSize }), 1, 1000],
    ['maxAttempts', (maxAttempts) => ({ maxAttempts, timeout: Duration.seconds(1) }), 1, 100],
    ['memorySize', (memorySize) => ({ memorySize }), 128, 10_240],
    ['reservedConcurrentExecutions', (reservedConcurrentExecutions) => ({ reservedConcurrentExecutions }), 1, 1_000_000],
  ];
  test.each(bounds)('%s', (property, props, min, max) => {
    for (const outside of [min - 1, max + 1, min + 0.5]) {
      expect(() => subscribed(props(outside))).toThrow(new Error(`[Stack/Sub] ${property}: given ${outside}, allowed ${min} to ${max}`));
    }
    for (const inside of [min, max]) expect(() => subscribed(props(inside))).not.toThrow();
  });

  const durations: [string, (value: Duration) => Props, number, number][] = [
    ['maxBatchingWindow', (maxBatchingWindow) => ({ maxBatchingWindow }), 0, 300],
    ['maxRecordAge', (maxRecordAge) => ({ maxRecordAge, timeout: Duration.seconds(1), attemptSpan: Duration.seconds(1) }), 60, 82_800],
    ['timeout', (timeout) => ({ timeout }), 1, 900],
  ];
  test.each(durations)('%s', (property, props, min, max) => {
    for (const outside of [max + 1, min + 0.5, ...(min > 0 ? [min - 1] : [])]) {
      expect(() => subscribed(props(Duration.millis(outside * 1000))))
        .toThrow(new Error(`[Stack/Sub] ${property}: given ${outside} seconds, allowed whole seconds from ${min} to ${max}`));
    }
    for (const inside of [min, max]) expect(() => subscribed(props(Duration.seconds(inside)))).not.toThrow();
  });

  const contradictions: [string, Props, string][] = [
    ['more attempts than the record age has time for', { maxAttempts: 100, timeout: Duration.minutes(15) },
      'maxAttempts: given 100 attempts of 900 seconds, allowed what maxRecordAge has time for, 43200 seconds'],
    ['a postponement beyond the record age', { maxPostponement: Duration.hours(11) },
      'maxPostponement: given 39600 seconds, allowed 1 to 38880 seconds, nine tenths of maxRecordAge'],
    ['no time to postpone', { maxPostponement: Duration.millis(0) },
      'maxPostponement: given 0 seconds, allowed 1 to 38880 seconds, nine tenths of maxRecordAge'],
    ['attempts spread beyond the record age', { attemptSpan: Duration.hours(11) },
      'attemptSpan: given 39600 seconds, allowed 0 to 38880 seconds, so that maxRecordAge has time for it'],
    ['an alarm after the record age', { lagAlarmThreshold: Duration.hours(12) },
      'lagAlarmThreshold: given 43200 seconds, allowed 1 second to less than maxRecordAge, 43200 seconds'],
    ['order by partition key with parallelization', { orderBy: OrderBy.PARTITION_KEY, parallelizationFactor: 2 },
      'parallelizationFactor: given 2, allowed 1 with OrderBy.PARTITION_KEY'],
    ['a timestamp to start at', { startingPosition: StartingPosition.AT_TIMESTAMP },
      'startingPosition: given AT_TIMESTAMP, allowed TRIM_HORIZON or LATEST'],
    ['subnets without a network', { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }, 'vpcSubnets: given no vpc with it, allowed it together with vpc'],
    ['security groups without a network', { securityGroups: [] }, 'securityGroups: given no vpc with it, allowed it together with vpc'],
    ['a variable of the library\'s', { environment: { CDC_SETTINGS: '{}' } },
      'environment: given CDC_SETTINGS, allowed names that do not begin with CDC_'],
    ['a missing handler, as Python passes it', { handler: undefined }, 'handler: given nothing, allowed a ChangeHandler'],
    ['an illegal name', { subscriberName: 'fraud check' },
      'subscriberName: given fraud check, allowed a letter, then letters, digits, _ and -, at most 64 characters'],
    ['an empty name', { subscriberName: '' }, 'subscriberName: given \'\', allowed a letter'],
    ['a name too long', { subscriberName: 'a'.repeat(65) }, `subscriberName: given ${'a'.repeat(65)}, allowed a letter`],
  ];
  test.each(contradictions)('%s', (_case, props, message) => {
    expect(() => subscribed(props)).toThrow(`[Stack/Sub] ${message}`);
  });

  test('a name that is taken, by id or as given, and names its owner', () => {
    const stack = newStack();
    const source = orders(stack);
    subscribe(stack, 'FraudCheck', source);
    expect(() => subscribe(stack, 'Second', source, { subscriberName: 'FraudCheck' })).toThrow(
      '[Stack/Second] subscriberName: given FraudCheck, allowed a name that no other subscriber of the table has; Stack/FraudCheck has it',
    );
  });

  test('an id that is no name', () => {
    const stack = newStack();
    expect(() => subscribe(stack, 'Fraud.Check', orders(stack))).toThrow('[Stack/Fraud.Check] subscriberName: given Fraud.Check, allowed');
  });

  test('variables beyond 4 KB, also those added later', () => {
    const stack = newStack();
    const subscriber = subscribe(stack, 'Sub', orders(stack), { environment: { SMALL: 'x' } });
    (subscriber.function as any).addEnvironment('LARGE', 'x'.repeat(4096));
    expect(() => only(stack, 'AWS::Lambda::Function')).toThrow(/\[Stack\/Sub\] environment: given \d{4} bytes, allowed 4096 bytes for all variables/);
  });
});

test('one name may subscribe to two tables', () => {
  const stack = newStack();
  subscribe(stack, 'A', orders(stack), { subscriberName: 'audit' });
  const other = newStack();
  expect(() => subscribe(other, 'B', orders(other), { subscriberName: 'audit' })).not.toThrow();
});

describe('accepts a token as', () => {
  const tokens: [string, (value: number) => Props][] = [
    ['batchSize', (batchSize) => ({ batchSize })],
    ['parallelizationFactor', (parallelizationFactor) => ({ parallelizationFactor, orderBy: OrderBy.PARTITION_KEY })],
    ['concurrency', (concurrency) => ({ concurrency })],
    ['flushSize', (flushSize) => ({ flushSize })],
    ['maxAttempts', (maxAttempts) => ({ maxAttempts })],
    ['memorySize', (memorySize) => ({ memorySize })],
    ['reservedConcurrentExecutions', (reservedConcurrentExecutions) => ({ reservedConcurrentExecutions })],
    ['maxBatchingWindow', (seconds) => ({ maxBatchingWindow: Duration.seconds(seconds) })],
    ['maxRecordAge', (seconds) => ({ maxRecordAge: Duration.seconds(seconds) })],
    ['timeout', (seconds) => ({ timeout: Duration.seconds(seconds) })],
    ['attemptSpan', (millis) => ({ attemptSpan: Duration.millis(millis) })],
    ['lagAlarmThreshold', (millis) => ({ lagAlarmThreshold: Duration.millis(millis) })],
  ];
  test.each(tokens)('%s', (_property, props) => {
    const stack = newStack();
    subscribe(stack, 'Sub', orders(stack), props(numberToken(stack)));
    expect(JSON.stringify(resources(stack))).toContain('{"Ref":"Number"}');
  });

  test('subscriberName, as often as it comes', () => {
    const stack = newStack();
    const source = orders(stack);
    const subscriberName = stringToken(stack);
    subscribe(stack, 'A', source, { subscriberName });
    subscribe(stack, 'B', source, { subscriberName });
    expect(() => resources(stack)).not.toThrow();
  });

  test('the value of a variable', () => {
    const stack = newStack();
    subscribe(stack, 'Sub', orders(stack), { environment: { URL: stringToken(stack) } });
    expect(only(stack, 'AWS::Lambda::Function').Properties.Environment.Variables.URL).toEqual({ Ref: 'Text' });
  });

  test.each([
    ['maxRecordAge', (minutes: number) => ({ maxRecordAge: Duration.minutes(minutes) }), 'seconds'],
    ['maxBatchingWindow', (minutes: number) => ({ maxBatchingWindow: Duration.minutes(minutes) }), 'seconds'],
    ['attemptSpan', (minutes: number) => ({ attemptSpan: Duration.minutes(minutes) }), 'millis'],
    ['maxPostponement', (minutes: number) => ({ maxPostponement: Duration.minutes(minutes) }), 'millis'],
    ['lagAlarmThreshold', (minutes: number) => ({ lagAlarmThreshold: Duration.minutes(minutes) }), 'millis'],
    ['timeout', (minutes: number) => ({ timeout: Duration.minutes(minutes) }), 'seconds'],
  ])('%s, and fails for one in a unit that cannot be converted', (property, props, unit) => {
    const stack = newStack();
    expect(() => subscribe(stack, 'Sub', orders(stack), props(numberToken(stack))))
      .toThrow(`[Stack/Sub] ${property}: given a token in minutes, allowed a token in Duration.${unit}()`);
  });
});
