import { App, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { synthesized } from './assembly/synthesized';
import { Placed, PLACEMENTS } from './placements';
import { RULES } from './rules';
import {
  CdcAlarms, CdcDashboard, CdcTable, FanOutSubscribers, IChangeSource, LongRunningSubscriber, StreamSubscriber,
} from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { handler, ORDER_ID } from '../support/stacks';

/** A table, its subscribers and dashboards in every arrangement of stacks: nothing may refer back to what refers to it. */

beforeAll(() => useBootstrap());

const CIRCLES = RULES.filter(({ name }) => /depends on itself|import from each other/.test(name));
/** Code is not what it is about; where nested templates are is known by metadata, which CDK's command line asks for. */
const CONTEXT = { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-asset-metadata': true };
const AUTO_REDRIVE = {};

type Add = (stack: Stack, source: IChangeSource) => void;

const KINDS: Record<string, Add> = {
  StreamSubscriber: (stack, source) => void new StreamSubscriber(stack, 'Direct', {
    source, handler: handler(), subscriberName: `Direct${stack.node.id}`, autoRedrive: AUTO_REDRIVE,
  }),
  FanOutSubscribers: (stack, source) => void new FanOutSubscribers(stack, 'FanOut', {
    source, subscribers: { [`One${stack.node.id}`]: { handler: handler(), autoRedrive: AUTO_REDRIVE }, [`Two${stack.node.id}`]: { handler: handler() } },
  }),
  LongRunningSubscriber: (stack, source) => void new LongRunningSubscriber(stack, 'Long', {
    source, handler: handler(), subscriberName: `Long${stack.node.id}`, autoRedrive: AUTO_REDRIVE,
  }),
};

/** TableV2 takes a key only where the region is known; a plain table takes it anywhere. */
function encryptedTable(stack: Stack): IChangeSource {
  const table = new dynamodb.Table(stack, 'Encrypted', {
    partitionKey: ORDER_ID, stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES, encryptionKey: new kms.Key(stack, 'Key'),
  });
  return CdcTable.fromTable(stack, 'Orders', table);
}

interface Options {
  readonly kinds: readonly string[];
  readonly alarms?: boolean;
  /** Which of the subscribers' stacks has a dashboard, besides that of the table and one apart. @default - there is no dashboard */
  readonly dashboards?: number;
  readonly key?: boolean;
}

function circles(make: (app: App) => Placed, { kinds, alarms = true, dashboards, key = false }: Options): string[] {
  const app = new App({ context: CONTEXT });
  if (alarms) CdcAlarms.of(app);
  const { table, subscribers, apart } = make(app);
  const source = key ? encryptedTable(table) : new CdcTable(table, 'Orders', { partitionKey: ORDER_ID });
  // A stream serves two readers.
  for (const [index, stack] of subscribers.entries()) {
    for (const kind of kinds) if (kind !== 'StreamSubscriber' || index === 0) KINDS[kind](stack, source);
  }
  if (dashboards !== undefined) for (const stack of new Set([table, subscribers.at(dashboards)!, apart])) new CdcDashboard(stack, 'Dashboard', { source });
  return CIRCLES.flatMap(({ check }) => check(synthesized(app)));
}

test('both rules about circles are there', () => {
  expect(CIRCLES).toHaveLength(2);
});

describe.each(PLACEMENTS)('$name', ({ make }) => {
  test.each(Object.keys(KINDS))('%s, with alarms and dashboards', (kind) => {
    for (const dashboards of [0, -1]) expect(circles(make, { kinds: [kind], dashboards })).toEqual([]);
  });

  test('all kinds together, with alarms and dashboards', () => {
    for (const dashboards of [0, -1]) expect(circles(make, { kinds: Object.keys(KINDS), dashboards })).toEqual([]);
  });

  test('all kinds together, with a key of the user\'s', () => {
    expect(circles(make, { kinds: Object.keys(KINDS), dashboards: 0, key: true })).toEqual([]);
  });

  test('all kinds together, without alarms and dashboards', () => {
    expect(circles(make, { kinds: Object.keys(KINDS), alarms: false })).toEqual([]);
  });
});
