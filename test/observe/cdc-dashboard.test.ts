import { App, Stack } from 'aws-cdk-lib';
import { CdcAlarms, CdcDashboard, CdcDashboardProps, CdcTable, QueuedSubscriber } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { handler, logicalIds, newStack, only, orders, resources, subscribe } from '../support/stacks';

beforeAll(() => useBootstrap());

interface Widget {
  readonly type: 'text' | 'metric' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title?: string; readonly markdown?: string; readonly metrics?: any[][]; readonly alarms?: string[] };
}

/** The dashboard's body, with everything that deployment fills in written as `<what>`. */
function widgets(stack: Stack): Widget[] {
  const { DashboardBody } = only(stack, 'AWS::CloudWatch::Dashboard').Properties;
  const text = (value: any): string => typeof value === 'string' ? value
    : value.Ref ? `<${value.Ref}>` : value['Fn::GetAtt'] ? `<${value['Fn::GetAtt'].join('.')}>` : value['Fn::Join'][1].map(text).join('');
  const [template, variables = {}] = [DashboardBody['Fn::Sub']].flat();
  return JSON.parse(template.replace(/\$\{([^!}]+)\}/g, (_all: string, name: string) => variables[name] ? text(variables[name]) : `<${name}>`)).widgets;
}

const titles = (stack: Stack) => widgets(stack).map(({ properties: { title, markdown } }) => title ?? markdown?.split('\n')[0]);
const titled = (stack: Stack, title: string) => widgets(stack).find(({ properties }) => properties.title === title)!;
/** Names of a graph's metrics; of an expression, those it is made from. */
const metricNames = (widget: Widget) => widget.properties.metrics!.map(([namespace, name]) => (typeof namespace === 'string' ? name : 'expression'));

function full(props: Partial<CdcDashboardProps> = {}): { stack: Stack; source: CdcTable } {
  const stack = newStack();
  const source = orders(stack);
  new CdcDashboard(stack, 'Dashboard', { source, ...props });
  new QueuedSubscriber(stack, 'Search', { source, handler: handler() });
  subscribe(stack, 'Fraud', source);
  new QueuedSubscriber(stack, 'Audit', { source, handler: handler() });
  return { stack, source };
}

const GRAPHS = ['lag in seconds', 'throughput', 'failures', 'kept aside', 'what it costs'];

test('a table is shown in flow order, whatever the order of the code, with those that are made after the dashboard', () => {
  const readers = [['## Fraud', 'Fraud'], ['## Relay', 'Relay'], ['## Audit', 'Audit'], ['## Search', 'Search']];
  expect(titles(full().stack)).toEqual([
    expect.stringMatching(/^# Changes of </), 'Alarms', 'Writes: capacity units', 'Throttled requests', 'What the ledger costs: capacity units',
    ...readers.flatMap(([heading, name]) => [heading, ...GRAPHS.map((graph) => `${name}: ${graph}`)]),
  ]);
});

test('lists at most 100 alarms in a widget, and each alarm once', () => {
  const stack = newStack();
  const source = orders(stack);
  new CdcDashboard(stack, 'Dashboard', { source });
  for (let index = 0; index < 26; index += 1) new QueuedSubscriber(stack, `Sub${index}`, { source, handler: handler() });
  const alarms = widgets(stack).filter(({ type }) => type === 'alarm');
  expect(alarms.map(({ properties: { title } }) => title)).toEqual(['Alarms (1 of 2)', 'Alarms (2 of 2)']);
  expect(Math.max(...alarms.map(({ properties }) => properties.alarms!.length))).toBe(100);
  const listed = alarms.flatMap(({ properties }) => properties.alarms!);
  expect(new Set(listed).size).toBe(Object.values(resources(stack)).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length);
  expect(listed).toHaveLength(new Set(listed).size);
});

test('no two widgets overlap, and none is off the grid', () => {
  const all = widgets(full().stack);
  for (const [index, one] of all.entries()) {
    expect(one.x + one.width).toBeLessThanOrEqual(24);
    for (const other of all.slice(index + 1)) {
      const beside = one.x + one.width <= other.x || other.x + other.width <= one.x;
      const above = one.y + one.height <= other.y || other.y + other.height <= one.y;
      expect(beside || above).toBe(true);
    }
  }
});

test.each([
  ['Fraud: throughput', ['AppliedChanges', 'FilteredChanges', 'PolledEventCount', 'FilteredOutEventCount']],
  ['Fraud: failures', ['FailedAttempts', 'Outage', 'Errors', 'Throttles', 'DroppedEventCount']],
  ['Fraud: kept aside', ['StoredChanges', 'ParkedItems', 'OnFailureDestinationDeliveredEventCount']],
  ['Fraud: what it costs', ['Invocations', 'Duration']],
  ['Relay: throughput', ['RelayedChanges']],
  ['Relay: kept aside', ['SpilledChanges', 'FailingTargets']],
  ['Search: lag in seconds', ['ApproximateAgeOfOldestMessage']],
  ['Search: throughput', ['AppliedChanges', 'FilteredChanges', 'NumberOfMessagesReceived']],
  ['Search: kept aside', ['StoredChanges', 'ParkedItems', 'ApproximateNumberOfMessagesVisible']],
  ['Search: what it costs', ['Invocations', 'NumberOfMessagesSent', 'Duration']],
  ['Writes: capacity units', ['ConsumedWriteCapacityUnits']],
  ['What the ledger costs: capacity units', ['ConsumedWriteCapacityUnits', 'ConsumedReadCapacityUnits']],
])('%s shows %j', (title, names) => {
  expect(metricNames(titled(full().stack, title))).toEqual(names);
});

test('a stream\'s lag is in seconds too', () => {
  const [[expression], [, metric]] = titled(full().stack, 'Fraud: lag in seconds').properties.metrics!;
  expect(expression).toMatchObject({ expression: 'lag / 1000', label: 'Lag' });
  expect(metric).toBe('IteratorAge');
});

test('the metrics are those of what is deployed', () => {
  const { stack } = full();
  const [applied] = titled(stack, 'Fraud: throughput').properties.metrics!;
  expect(applied.slice(0, 6)).toEqual(['CdkDynamodbCdc', 'AppliedChanges', 'Subscriber', 'Fraud', 'Table', expect.stringMatching(/^<Orders/)]);
});

test('all alarms are on top, and none where a policy leaves them out', () => {
  const { stack } = full();
  expect(titled(stack, 'Alarms').properties.alarms).toHaveLength(Object.values(resources(stack)).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length);

  const without = newStack();
  CdcAlarms.none(without, 'They are elsewhere');
  const source = orders(without);
  subscribe(without, 'Fraud', source);
  new CdcDashboard(without, 'Dashboard', { source });
  expect(titles(without)).not.toContain('Alarms');
});

test('a table without subscribers has its writes', () => {
  const stack = newStack();
  new CdcDashboard(stack, 'Dashboard', { source: orders(stack) });
  expect(titles(stack)).toHaveLength(4);
});

test('only those that are named, and the relay', () => {
  const { stack } = full({ subscribers: ['Search'] });
  expect(titles(stack).filter((title) => title!.startsWith('##'))).toEqual(['## Relay', '## Search']);
});

test('a dashboard in another stack', () => {
  const app = new App();
  const data = new Stack(app, 'Data');
  const source = orders(data);
  subscribe(data, 'Fraud', source);
  const ops = new Stack(app, 'Ops');
  new CdcDashboard(ops, 'Dashboard', { source });
  app.synth();
  expect(Object.values(resources(ops)).map(({ Type }) => Type)).toEqual(['AWS::CloudWatch::Dashboard']);
});

describe('a dashboard in the table\'s stack, with subscribers in another', () => {
  function apart(): Stack {
    const app = new App();
    const data = new Stack(app, 'Data');
    const source = orders(data);
    new CdcDashboard(data, 'Dashboard', { source });
    const ops = new Stack(app, 'Subscribers');
    subscribe(ops, 'Fraud', source);
    new QueuedSubscriber(ops, 'Search', { source, handler: handler() });
    app.synth();
    return data;
  }

  test('refers to none of them, and says so', () => {
    const data = apart();
    const headings = widgets(data).filter(({ type }) => type === 'text').map(({ properties }) => properties.markdown!);
    for (const name of ['Fraud', 'Search']) expect(headings.find((text) => text.startsWith(`## ${name}`))).toMatch(/its stack depends on this one/);
    expect(headings.find((text) => text.startsWith('## Relay'))).not.toMatch(/depends/);
    expect(JSON.stringify(only(data, 'AWS::CloudWatch::Dashboard'))).not.toContain('ImportValue');
  });

  test.each([
    ['Fraud: throughput', ['AppliedChanges', 'FilteredChanges']],
    ['Fraud: failures', ['FailedAttempts', 'Outage']],
    ['Fraud: kept aside', ['StoredChanges', 'ParkedItems']],
    ['Search: lag in seconds', ['ApproximateAgeOfOldestMessage']],
    ['Search: throughput', ['AppliedChanges', 'FilteredChanges', 'NumberOfMessagesReceived']],
  ])('%s shows %j', (title, names) => {
    expect(metricNames(titled(apart(), title))).toEqual(names);
  });

  test('lists the relay\'s alarms', () => {
    const data = apart();
    expect(titled(data, 'Alarms').properties.alarms).toHaveLength(Object.values(resources(data)).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length);
  });
});

test('it adds one resource and changes none', () => {
  const { stack } = full();
  const ids = Object.entries(logicalIds(stack)).filter(([, type]) => type === 'AWS::CloudWatch::Dashboard');
  expect(ids).toEqual([['Dashboard7A714131', 'AWS::CloudWatch::Dashboard']]);
});

test('fifty subscribers fit one dashboard', () => {
  const stack = newStack();
  CdcAlarms.none(stack, 'It is about widgets');
  const source = orders(stack);
  new CdcDashboard(stack, 'Dashboard', { source });
  for (let index = 0; index < 50; index += 1) new QueuedSubscriber(stack, `Sub${index}`, { source, handler: handler() });
  expect(widgets(stack).length).toBeLessThanOrEqual(500);
});

describe('one reader more than CloudWatch shows on one dashboard', () => {
  /** With queues; beside them the relay and the table itself are shown. */
  function withQueues(count: number, apart: boolean): { source: CdcTable; data: Stack } {
    const app = new App();
    const data = new Stack(app, 'Data');
    CdcAlarms.none(app, 'It is about widgets');
    const source = orders(data);
    const stack = apart ? new Stack(app, 'Subscribers') : data;
    for (let index = 0; index < count; index += 1) new QueuedSubscriber(stack, `Sub${index}`, { source, handler: handler() });
    return { source, data };
  }

  test('fails with the way out, which helps', () => {
    const { source, data } = withQueues(82, false);
    expect(new CdcDashboard(data, 'All', { source }).node.validate()).toEqual([
      'subscribers: given 83 readers, shown in 502 widgets, allowed 500 widgets on one dashboard. Share them out over several with `subscribers`',
    ]);
    const subscribers = Array.from({ length: 81 }, (_none, index) => `Sub${index}`);
    expect(new CdcDashboard(data, 'Most', { source, subscribers }).node.validate()).toEqual([]);
  }, 60_000);

  test('is none where there are 500 widgets', () => {
    // Of a subscriber in another stack there are five widgets: 98 of them, and ten of the table and its relay.
    const { source, data } = withQueues(98, true);
    expect(new CdcDashboard(data, 'All', { source }).node.validate()).toEqual([]);
  }, 60_000);
});

describe('fails at synth', () => {
  test('for a name that no subscriber has', () => {
    const { stack } = full({ subscribers: ['Serch'] });
    expect(() => (stack.node.root as App).synth()).toThrow(/subscribers: given Serch, allowed names of the table's subscribers: Fraud, cdc\.relay, Audit, Search/);
  });
});
