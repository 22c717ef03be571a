import * as path from 'path';
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { CdcTable, CdcTableProps, ChangeHandler, StreamSubscriber, StreamSubscriberProps } from '../../src';

// aws-cdk-lib's TableV2 uses what aws-cdk-lib itself deprecates.
process.env.JSII_DEPRECATED = 'quiet';

export const FIXTURES = path.join(__dirname, '..', 'subscribe', 'fixtures');
export const ORDER_ID = { name: 'orderId', type: dynamodb.AttributeType.STRING };

export function newStack(): Stack {
  return new Stack(new App(), 'Stack');
}

export function orders(stack: Stack, props: Partial<CdcTableProps> = {}): CdcTable {
  return new CdcTable(stack, 'Orders', { partitionKey: ORDER_ID, ...props });
}

export const handler = () => ChangeHandler.fromDirectory(path.join(FIXTURES, 'cjs'));

/** A subscriber with nothing but what is required, and what is given. */
export function subscribe(stack: Stack, id: string, source: StreamSubscriberProps['source'], props: Partial<StreamSubscriberProps> = {}): StreamSubscriber {
  return new StreamSubscriber(stack, id, { source, handler: handler(), ...props });
}

export function numberToken(stack: Stack, id = 'Number'): number {
  return new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
}

export function stringToken(stack: Stack, id = 'Text'): string {
  return new CfnParameter(stack, id).valueAsString;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: any;
  readonly [attribute: string]: any;
}

export function resources(stack: Stack): Record<string, Resource> {
  return Template.fromStack(stack).toJSON().Resources ?? {};
}

export function only(stack: Stack, type: string): Resource {
  const found = Object.values(resources(stack)).filter((resource) => resource.Type === type);
  expect(found).toHaveLength(1);
  return found[0];
}

/** Logical ids with their types, in order: a contract, since a changed id replaces what is deployed. */
export function logicalIds(stack: Stack): Record<string, string> {
  return Object.fromEntries(Object.entries(resources(stack)).map(([id, { Type }]): [string, string] => [id, Type]).sort());
}
