import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { QueuedSubscriber, QueuedSubscriberProps, Relay, RelayOptions } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { replaced } from '../support/replaced';
import { handler, orders, Resource, resources } from '../support/stacks';
import { CHANGES_OF_ANY, IN_EU, withRole } from '../support/subscriber-changes';

beforeAll(() => useBootstrap());

function app(props: Partial<QueuedSubscriberProps> = {}, relay: RelayOptions = {}): Record<string, Resource> {
  const stack = new Stack(new App(), 'Stack', IN_EU);
  const source = orders(stack);
  Relay.of(source, relay);
  new QueuedSubscriber(stack, 'Sub', { source, handler: handler(), ...withRole(stack, props) });
  return resources(stack);
}

test.each<[string, Partial<QueuedSubscriberProps>, string[]]>([
  ...CHANGES_OF_ANY,
  ['maxConcurrency', { maxConcurrency: 2 }, []],
  ['maxReceiveCount', { maxReceiveCount: 100 }, []],
  ['queueRetention', { queueRetention: Duration.days(2) }, []],
  ['visibilityTimeout', { visibilityTimeout: Duration.hours(1) }, []],
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
