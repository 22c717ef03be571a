import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { CdcTable, QueuedSubscriber } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { handler, orders, subscribe } from '../support/stacks';

const HERE = { region: 'us-east-1', account: '111111111111' };

beforeAll(() => useBootstrap());

function imported(stack: Stack, region: string, account: string): ReturnType<typeof CdcTable.fromTable> {
  const tableArn = `arn:aws:dynamodb:${region}:${account}:table/Orders`;
  const table = TableV2.fromTableAttributes(stack, 'Imported', { tableArn, tableStreamArn: `${tableArn}/stream/2026-11-23T18:31:00.000` });
  return CdcTable.fromTable(stack, 'Source', table, { streamViewType: StreamViewType.NEW_AND_OLD_IMAGES });
}

test('fails for a stream of another region, with the way out', () => {
  const stack = new Stack(new App(), 'Stack', { env: HERE });
  const source = imported(stack, 'eu-west-1', HERE.account);

  expect(() => subscribe(stack, 'Reader', source)).toThrow(
    '[Stack/Reader] source: given a stream in eu-west-1, allowed one in us-east-1, where its reader is. Subscribe in a stack of the region where the table');
});

test('fails for a table that a stack of another region makes', () => {
  const app = new App();
  const there = new Stack(app, 'There', { env: { ...HERE, region: 'eu-west-1' }, crossRegionReferences: true });
  const here = new Stack(app, 'Here', { env: HERE, crossRegionReferences: true });

  expect(() => subscribe(here, 'Reader', orders(there))).toThrow('[Here/Reader] source: given a stream in eu-west-1');
});

test.each([
  ['a stream subscriber', (stack: Stack, source: CdcTable) => subscribe(stack, 'Reader', source)],
  ['a queued subscriber', (stack: Stack, source: CdcTable) => new QueuedSubscriber(stack, 'Reader', { source, handler: handler() })],
])('fails for %s of a table that a stack of another account makes, with the way out', (_kind, add) => {
  const app = new App();
  const source = orders(new Stack(app, 'There', { env: { ...HERE, account: '222222222222' } }));
  const here = new Stack(app, 'Here', { env: HERE });

  expect(() => add(here, source)).toThrow(
    '[Here/Reader] source: given There/Orders of account 222222222222, allowed a source in account 111111111111, where its ledger and failure store are. '
    + 'In this stack, import the table with TableV2.fromTableAttributes');
});

test('fails for a queued subscriber of a table that a stack of another region makes', () => {
  const app = new App();
  const source = orders(new Stack(app, 'There', { env: { ...HERE, region: 'eu-west-1' } }));
  const here = new Stack(app, 'Here', { env: HERE });

  expect(() => new QueuedSubscriber(here, 'Reader', { source, handler: handler() })).toThrow('[Here/Reader] source: given a stream in eu-west-1');
});

test('fails for a relay whose table is of another region', () => {
  const stack = new Stack(new App(), 'Stack', { env: HERE });

  expect(() => new QueuedSubscriber(stack, 'Reader', { source: imported(stack, 'eu-west-1', HERE.account), handler: handler() }))
    .toThrow('[Stack/Source/Relay] source: given a stream in eu-west-1');
});

test('warns that the policies of another account must let it read', () => {
  const stack = new Stack(new App(), 'Stack', { env: HERE });
  subscribe(stack, 'Reader', imported(stack, HERE.region, '222222222222'));

  Annotations.fromStack(stack).hasWarning('/Stack/Reader', Match.stringLikeRegexp('The stream belongs to account 222222222222'));
});

test.each([
  ['a stack without a region', {}],
  ['the same region', HERE],
])('says nothing in %s', (_name, env) => {
  const stack = new Stack(new App(), 'Stack', { env });
  subscribe(stack, 'Reader', imported(stack, HERE.region, HERE.account));

  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});
