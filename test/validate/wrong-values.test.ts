import { App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  AlarmKind, AlarmSeverity, CdcAlarms, CdcDashboard, CdcTable, ChangeFilter, ChangeHandler, FailureStore, FanOutSubscribers, LongRunningSubscriber,
  QueuedSubscriber, Relay, StreamSubscriber,
} from '../../src';
import { RELAY_OPTIONS } from '../../src/broker/relay-shapes';
import { ALARM_OPT_OUT, CDC_ALARMS } from '../../src/observe/alarm-shapes';
import { EXISTING_TABLE_OPTIONS, TABLE_PROPS } from '../../src/publish/source-shapes';
import { FAN_OUT_SUBSCRIBERS, LONG_RUNNING_SUBSCRIBER, QUEUED_SUBSCRIBER, STREAM_SUBSCRIBER } from '../../src/subscribe/subscriber-shapes';
import { useBootstrap } from '../support/bootstrap';
import { handler, ORDER_ID, orders } from '../support/stacks';

/** Path, property, what was given, what is allowed. */
const OURS = /^\[[^\]]+\] [\w.[\]()]+: given .+, allowed .+/s;

type Make = (stack: Stack, given: { [property: string]: unknown }) => unknown;
type Properties = { readonly [property: string]: { readonly required?: boolean } };

const any = (value: unknown) => value as never;
const source = (stack: Stack) => orders(stack);
const streamed = (stack: Stack) => new dynamodb.TableV2(stack, 'Streamed', { partitionKey: ORDER_ID, dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES });
const subscriber = (stack: Stack) => ({ source: source(stack), handler: handler() });

/** Every public way to give the library something, with all of its properties. */
const ENTRIES: [string, Make, Properties][] = [
  ['StreamSubscriber', (stack, given) => new StreamSubscriber(stack, 'It', any({ ...subscriber(stack), ...given })), STREAM_SUBSCRIBER],
  ['QueuedSubscriber', (stack, given) => new QueuedSubscriber(stack, 'It', any({ ...subscriber(stack), ...given })), QUEUED_SUBSCRIBER],
  ['LongRunningSubscriber', (stack, given) => new LongRunningSubscriber(stack, 'It', any({ ...subscriber(stack), ...given })), LONG_RUNNING_SUBSCRIBER],
  ['FanOutSubscribers', (stack, given) => new FanOutSubscribers(stack, 'It', any({ source: source(stack), subscribers: {}, ...given })), FAN_OUT_SUBSCRIBERS],
  ['FanOutSubscribers.addSubscriber', (stack, given) => new FanOutSubscribers(stack, 'It', { source: source(stack) }).addSubscriber('one', any({ handler: handler(), ...given })),
    { ...QUEUED_SUBSCRIBER, source: {} }],
  ['CdcTable', (stack, given) => new CdcTable(stack, 'It', any({ partitionKey: ORDER_ID, ...given })), TABLE_PROPS],
  ['CdcTable.fromTable', (stack, given) => CdcTable.fromTable(stack, 'It', streamed(stack), any(given)), EXISTING_TABLE_OPTIONS],
  ['Relay.of', (stack, given) => Relay.of(source(stack), any(given)), RELAY_OPTIONS],
  ['CdcAlarms.of', (stack, given) => CdcAlarms.of(stack, any(given)), CDC_ALARMS],
  ['CdcAlarms.leaveOut', (stack, given) => CdcAlarms.of(stack).leaveOut(any({ alarm: AlarmKind.LAG, reason: 'why', ...given })), ALARM_OPT_OUT],
  ['CdcDashboard', (stack, given) => new CdcDashboard(stack, 'It', any({ source: source(stack), ...given })), { source: { required: true }, dashboardName: {}, subscribers: {}, defaultInterval: {} }],
  ['FailureStore', (stack, given) => new FailureStore(stack, 'It', any(given)), { encryptionKey: {}, retention: {}, removalPolicy: {}, autoDeleteObjects: {} }],
  ['ChangeHandler.fromEntry', (stack, given) => new StreamSubscriber(stack, 'It', { source: source(stack), handler: ChangeHandler.fromEntry('no.ts', any(given)) }),
    { exportName: {}, bundling: {}, depsLockFilePath: {}, projectRoot: {} }],
  ['ChangeHandler.fromFunction', (stack, given) => new StreamSubscriber(stack, 'It', {
    source: source(stack), handler: ChangeHandler.fromFunction(lambda.Function.fromFunctionName(stack, 'F', 'f'), any(given)),
  }), { reportBatchItemFailures: {}, retryAttempts: {} }],
];

const WRONG: [string, unknown][] = [
  ['null', null], ['a number', -1.5], ['text', 'text'], ['an empty text', ''], ['a flag', true], ['a list', ['x']], ['an object', { a: 1 }], ['a function', () => 1],
  ['a Duration', Duration.seconds(1)], ['a list of nothing', [undefined]], ['an object of nothing', { a: null }],
];

beforeAll(() => useBootstrap());

function errorOf(make: (stack: Stack) => unknown): Error | undefined {
  try {
    make(new Stack(new App(), 'Stack', { env: { region: 'us-east-1' } }));
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

describe.each(ENTRIES)('%s', (_entry, make, properties) => {
  test.each(Object.keys(properties))('says what is wrong with each wrong value for %s', (property) => {
    for (const [, value] of WRONG) {
      const error = errorOf((stack) => make(stack, { [property]: value }));
      if (error) expect(error.message).toMatch(OURS);
    }
    // At least one of them is wrong, whatever the property is; `FanOutSubscribers` sets the source itself.
    if (Object.keys(properties[property]).length > 0) expect(errorOf((stack) => make(stack, { [property]: null }))?.message).toMatch(OURS);
  });

  const needed = Object.keys(properties).filter((property) => properties[property].required);
  if (needed.length > 0) {
    test.each(needed)('says that %s is missing', (property) => {
      expect(errorOf((stack) => make(stack, { [property]: undefined }))?.message).toMatch(new RegExp(`${property}.*: given nothing, allowed`));
    });
  }
});

describe('without properties, or with something else in their place', () => {
  const makers: [string, (stack: Stack, props: unknown) => unknown][] = [
    ['StreamSubscriber', (stack, props) => new StreamSubscriber(stack, 'It', any(props))],
    ['QueuedSubscriber', (stack, props) => new QueuedSubscriber(stack, 'It', any(props))],
    ['LongRunningSubscriber', (stack, props) => new LongRunningSubscriber(stack, 'It', any(props))],
    ['FanOutSubscribers', (stack, props) => new FanOutSubscribers(stack, 'It', any(props))],
    ['addSubscriber', (stack, props) => new FanOutSubscribers(stack, 'It', { source: source(stack) }).addSubscriber('one', any(props))],
    ['CdcTable', (stack, props) => new CdcTable(stack, 'It', any(props))],
    ['CdcTable.fromTable', (stack, table) => CdcTable.fromTable(stack, 'It', any(table))],
    ['CdcDashboard', (stack, props) => new CdcDashboard(stack, 'It', any(props))],
    ['Relay.of', (_stack, from) => Relay.of(any(from))],
    ['CdcAlarms.of', (_stack, scope) => CdcAlarms.of(any(scope))],
    ['CdcAlarms.none', (stack, reason) => CdcAlarms.none(stack, any(reason))],
    ['leaveOut', (stack, optOut) => CdcAlarms.of(stack).leaveOut(any(optOut))],
    ['rate, alarm', (stack, alarm) => CdcAlarms.of(stack).rate(any(alarm), AlarmSeverity.WARNING)],
    ['rate, severity', (stack, severity) => CdcAlarms.of(stack).rate(AlarmKind.LAG, any(severity))],
    ['fromEntry', (stack, file) => new StreamSubscriber(stack, 'It', { source: source(stack), handler: ChangeHandler.fromEntry(any(file)) })],
    ['fromDirectory', (stack, directory) => new StreamSubscriber(stack, 'It', { source: source(stack), handler: ChangeHandler.fromDirectory(any(directory)) })],
    ['fromFunction', (stack, fn) => new QueuedSubscriber(stack, 'It', { source: source(stack), handler: ChangeHandler.fromFunction(any(fn)) })],
    ['grantPublish', (stack, grantee) => source(stack).grantPublish(any(grantee))],
    ['subscriber', (stack, name) => new FanOutSubscribers(stack, 'It', { source: source(stack) }).subscriber(any(name))],
  ];
  test.each(makers)('%s', (_entry, make) => {
    for (const value of [undefined, null, 5, 'text', true, [], () => 1]) {
      const error = errorOf((stack) => make(stack, value));
      expect(error?.message ?? `accepted ${String(value)}`).toMatch(value === 'text' && _entry === 'CdcAlarms.none' ? /accepted/ : OURS);
    }
  });

  test.each([undefined, null, {}, 'scope'])('a scope that is none: %p', (scope) => {
    expect(() => new StreamSubscriber(any(scope), 'It', any({}))).toThrow(/^\[It\] scope: given .*, allowed a construct\. Give the construct that it belongs to, usually `this`/);
  });
});

describe('shows the way out for', () => {
  const make = (given: (stack: Stack) => object) => errorOf((stack) => new StreamSubscriber(stack, 'It', any({ ...subscriber(stack), ...given(stack) })))?.message;
  const fn = (stack: Stack) => lambda.Function.fromFunctionName(stack, 'Fn', 'f');

  test.each<[string, (stack: Stack) => object, string]>([
    ['the table of a CdcTable', (stack) => ({ source: new CdcTable(stack, 'T', { partitionKey: ORDER_ID }).table }),
      '[Stack/It] source: given an object of class TableV2, Stack/T/Table, allowed a CdcTable, or what CdcTable.fromTable returns. Give the CdcTable itself and not its table'],
    ['a function', (stack) => ({ handler: fn(stack) }), '[Stack/It] handler: given an object of class FunctionBase, Stack/Fn, allowed a ChangeHandler. Wrap the function: ChangeHandler.fromFunction(fn)'],
    ['a handler of JavaScript', () => ({ handler: async function onChange() { /* empty */ } }), '[Stack/It] handler: given a function, onChange, allowed a ChangeHandler. Lambda loads it from a file'],
    ['a file', () => ({ handler: 'src/a.ts' }), '[Stack/It] handler: given src/a.ts, allowed a ChangeHandler. Write ChangeHandler.fromEntry(\'src/a.ts\') for a file'],
    ['a pattern', () => ({ filter: { eventName: ['INSERT'] } }), '[Stack/It] filter: given an object with eventName, allowed a ChangeFilter. Wrap a pattern as AWS defines it: ChangeFilter.pattern(pattern)'],
    ['a predicate', () => ({ filter: () => true }), 'A filter is evaluated by AWS and the runtime, and no function'],
    ['a number of seconds', () => ({ timeout: 60 }), '[Stack/It] timeout: given 60, allowed a Duration. Write Duration.seconds(60), or another unit'],
    ['a topic', (stack) => ({ alarmAction: new sns.Topic(stack, 'Topic') }), 'Wrap the topic: new SnsAction(topic)'],
    ['true for options', () => ({ autoRedrive: true }), '[Stack/It] autoRedrive: given true, allowed an object with firstDelay, maxAge. Give {} for the defaults'],
    ['a variable that is no text', () => ({ environment: { PORT: 5 } }), '[Stack/It] environment.PORT: given 5, allowed a text'],
    ['an enum by another name', () => ({ onPoison: 'skip' }), '[Stack/It] onPoison: given skip, allowed a member of PoisonPolicy: PARK_ITEM, SKIP_RECORD'],
    ['text for a number', () => ({ batchSize: '10' }), '[Stack/It] batchSize: given 10, allowed a number'],
  ])('%s', (_what, given, message) => {
    expect(make(given)).toContain(message);
  });

  test('a partition key by its name', () => {
    expect(errorOf((stack) => new CdcTable(stack, 'It', any({ partitionKey: 'id' })))?.message).toBe(
      '[Stack/It] partitionKey: given id, allowed an object with name, type. Write { name: \'id\', type: AttributeType.STRING }');
  });

  test('a source that is given to fromTable', () => {
    expect(errorOf((stack) => CdcTable.fromTable(stack, 'It', any(source(stack))))?.message).toContain('It is a source of changes already: give it to the subscriber as it is');
  });
});

test('filters of another copy of the library, tokens and undefined are accepted', () => {
  const foreign = Object.create(ChangeFilter.inserts()) as ChangeFilter;
  expect(errorOf((stack) => new StreamSubscriber(stack, 'It', { ...subscriber(stack), filter: foreign, batchSize: undefined }))).toBeUndefined();
});

test('what CDK has yet to look up is accepted for any property', () => {
  const placeholder = any('dummy-value-for-/shop/policy');
  expect(errorOf((stack) => new StreamSubscriber(stack, 'It', { ...subscriber(stack), onPoison: placeholder, environment: { URL: placeholder } }))).toBeUndefined();
});
