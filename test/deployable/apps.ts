import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CdcAlarms, CdcDashboard, CdcTable, ChangeHandler, FanOutSubscribers, LongRunningSubscriber, QueuedSubscriber, StreamSubscriber } from '../../src';
import { handler } from '../support/stacks';

/** Subscribers of the largest app that one stack is to hold. */
export const MANY = 50;

/** What the CDK CLI adds to every template. */
const newApp = () => new App({ context: { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true } });

const partitionKey = { name: 'orderId', type: AttributeType.STRING };

function everything(stack: Stack, props: { encryptionKey?: kms.IKey } = {}): CdcTable {
  CdcAlarms.of(stack.node.root, {});
  const source = new CdcTable(stack, 'Orders', { partitionKey, ...props });
  new CdcDashboard(stack, 'Dashboard', { source });
  return source;
}

/** Queued subscribers with everything that can be switched on, in one stack. */
export function manySubscribers(): App {
  const app = newApp();
  const stack = new Stack(app, 'Stack');
  const notify = new FanOutSubscribers(stack, 'Notify', { source: everything(stack) });
  for (let index = 0; index < MANY; index++) notify.addSubscriber(`subscriber-number-${index}`, { handler: handler(), autoRedrive: {} });
  return app;
}

/** One of every kind, with a key of the user's own. */
export function encrypted(): App {
  const app = newApp();
  const stack = new Stack(app, 'Encrypted');
  const source = everything(stack, { encryptionKey: new kms.Key(stack, 'Key') });
  new StreamSubscriber(stack, 'Direct', { source, handler: handler(), autoRedrive: {} });
  new QueuedSubscriber(stack, 'Queued', { source, handler: handler(), autoRedrive: {} });
  new LongRunningSubscriber(stack, 'Long', { source, handler: handler() });
  return app;
}

/** What each of the stacks that are not the table's holds: one of them reads the stream, as the relay does. */
function subscribers(stack: Stack, source: CdcTable, direct: boolean): void {
  if (direct) new StreamSubscriber(stack, 'Direct', { source, handler: handler(), autoRedrive: {} });
  new QueuedSubscriber(stack, 'Queued', { source, handler: handler(), subscriberName: `${stack.node.id}Queued`, autoRedrive: {} });
}

/** A table's stack, and subscribers in stacks of their own. */
export function severalStacks(): App {
  const app = newApp();
  const source = everything(new Stack(app, 'Table'));
  subscribers(new Stack(app, 'First'), source, true);
  subscribers(new Stack(app, 'Second'), source, false);
  return app;
}

/** The same in nested stacks, where only a deployment finds a circle. */
export function nestedStacks(): App {
  const app = newApp();
  const around = new Stack(app, 'Around');
  const source = everything(new NestedStack(around, 'Table'));
  subscribers(new NestedStack(around, 'First'), source, true);
  subscribers(new NestedStack(around, 'Second'), source, false);
  return app;
}

/** One function of the user's own for two tables. */
export function sharedFunction(): App {
  const app = newApp();
  const stack = new Stack(app, 'Shared');
  const fn = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {}') });
  for (const name of ['One', 'Two']) {
    const source = new CdcTable(stack, name, { partitionKey });
    new StreamSubscriber(stack, `Sub${name}`, { source, handler: ChangeHandler.fromFunction(fn) });
  }
  return app;
}
