import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { deploy, Deployed, inOrder } from './assembly/deployments';
import { CdcTable, QueuedSubscriber, StreamSubscriber } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { commandsIn } from '../support/runbook';
import { handler, ORDER_ID } from '../support/stacks';

/** Subscribers in another stack than their table are removed, as docs/operate.md says. */

beforeAll(() => useBootstrap());

const STRENGTH = '@aws-cdk/core:defaultCrossStackReferences';
type Name = 'Direct' | 'One' | 'Two';
const ALL: readonly Name[] = ['Direct', 'One', 'Two'];

function app(names: readonly Name[], strength?: string): Deployed {
  const made = new App({ context: { 'aws:cdk:bundling-stacks': [], ...(strength && { [STRENGTH]: strength }) } });
  const source = new CdcTable(new Stack(made, 'Table'), 'Orders', { partitionKey: ORDER_ID });
  const stack = new Stack(made, 'Subscribers');
  for (const name of names) {
    if (name === 'Direct') new StreamSubscriber(stack, name, { source, handler: handler() });
    else new QueuedSubscriber(stack, name, { source, handler: handler() });
  }
  return inOrder(made.synth());
}

const deployed = (names: readonly Name[], strength?: string) => deploy(new Map(), app(names, strength));
/** `cdk deploy STACK --exclusively` */
const exclusively = (stacks: Deployed, name: string): Deployed => new Map([[name, stacks.get(name)!]]);
const REMOVALS: [string, readonly Name[]][] = [
  ['one of two with a queue', ['Direct', 'One']], ['both with a queue', ['Direct']], ['the one on the stream', ['One', 'Two']], ['all', []],
];

test('CDK deploys the table\'s stack first', () => {
  expect([...app(ALL).keys()]).toEqual(['Table', 'Subscribers']);
  expect(deployed(ALL).refused).toEqual([]);
});

// Of a stack that refers to nothing any more, CDK knows no order.
test.each(REMOVALS.filter(([, left]) => left.length > 0))('CloudFormation refuses to remove %s in one deployment with CDK\'s default references', (_what, left) => {
  // Otherwise the commands of the docs are not needed any more.
  expect(deploy(deployed(ALL).after, app(left)).refused.join()).toContain('is in use by Subscribers');
});

test.each(REMOVALS)('removes %s with the two commands of the docs', (_what, left) => {
  const after = app(left);
  const first = deploy(deployed(ALL).after, exclusively(after, 'Subscribers'));
  expect(first.refused).toEqual([]);
  expect(deploy(first.after, after).refused).toEqual([]);
});

test.each(REMOVALS)('removes %s in one deployment with weak references', (_what, left) => {
  expect(deploy(deployed(ALL, 'weak').after, app(left, 'weak')).refused).toEqual([]);
});

test('changes to weak references by way of both, as the docs say, and not at a stroke', () => {
  const strong = deployed(ALL).after;
  expect(deploy(strong, app(ALL, 'weak')).refused).not.toEqual([]);
  const both = deploy(strong, app(ALL, 'both'));
  expect(both.refused).toEqual([]);
  expect(deploy(both.after, app(ALL, 'weak')).refused).toEqual([]);
});

test('adds a subscriber in one deployment', () => {
  for (const strength of [undefined, 'weak']) expect(deploy(deployed(['One'], strength).after, app(ALL, strength)).refused).toEqual([]);
});

test('the docs give the commands and the key', () => {
  const section = readFileSync('docs/operate.md', 'utf8').split('### Subscribers in another stack than their table')[1];
  expect(commandsIn(section).slice(0, 2)).toEqual(['npx cdk deploy SUBSCRIBERS_STACK --exclusively', 'npx cdk deploy --all']);
  expect(section).toContain(`\`${STRENGTH}\` to \`weak\``);
});
