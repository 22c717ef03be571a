/** Values that are known later: tokens when the stack is deployed, and what CDK looks up when the app is synthesized again. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  Attr, AutoRedriveOptions, CdcAlarms, CdcDashboard, CdcTable, ChangeFilter, ChangeHandler, FailureStore, FanOutSubscribers, LongRunningSubscriber,
  LongRunningSubscriberProps, FanOutSubscriberOptions, Relay, RelayOptions, StreamSubscriber, StreamSubscriberProps, CdcAlarmsProps,
} from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { handler, ORDER_ID } from '../support/stacks';

beforeAll(() => useBootstrap());

/** Where values come from that are not known yet. */
interface Unknown {
  text(): string;
  number(): number;
}

const SOURCES: Readonly<Record<'token' | 'lookup', (stack: Stack) => Unknown>> = {
  token: (stack) => {
    let count = 0;
    const parameter = (type: string) => new CfnParameter(stack, `Parameter${count += 1}`, { type });
    return { text: () => parameter('String').valueAsString, number: () => parameter('Number').valueAsNumber };
  },
  lookup: (stack) => {
    const text = () => StringParameter.valueFromLookup(stack, 'team-value');
    return { text, number: () => Number(text()) };
  },
};

const seconds = (unknown: Unknown) => Duration.seconds(unknown.number());
const environment = (unknown: Unknown) => ({ NAME: unknown.text() });
const table = (stack: Stack) => new CdcTable(stack, 'Orders', { partitionKey: ORDER_ID });

const stream = (props: (unknown: Unknown) => Partial<StreamSubscriberProps>) => (stack: Stack, unknown: Unknown) => (
  void new StreamSubscriber(stack, 'Sub', { source: table(stack), handler: handler(), ...props(unknown) }));
const queued = (props: (unknown: Unknown) => Partial<FanOutSubscriberOptions>) => (stack: Stack, unknown: Unknown) => (
  void new FanOutSubscribers(stack, 'Out', { source: table(stack), subscribers: { sub: { handler: handler(), ...props(unknown) } } }));
const long = (props: (unknown: Unknown) => Partial<LongRunningSubscriberProps>) => (stack: Stack, unknown: Unknown) => (
  void new LongRunningSubscriber(stack, 'Long', { source: table(stack), handler: handler(), ...props(unknown) }));
const redriven = (autoRedrive: (unknown: Unknown) => AutoRedriveOptions) => stream((unknown) => ({ autoRedrive: autoRedrive(unknown) }));
const relay = (options: (unknown: Unknown) => RelayOptions) => (stack: Stack, unknown: Unknown) => {
  const source = table(stack);
  Relay.of(source, options(unknown));
  new FanOutSubscribers(stack, 'Out', { source, subscribers: { sub: { handler: handler() } } });
};
const alarms = (props: (unknown: Unknown) => CdcAlarmsProps) => (stack: Stack, unknown: Unknown) => {
  CdcAlarms.of(stack, props(unknown));
  stream(() => ({}))(stack, unknown);
};
const imported = (attributes: (unknown: Unknown) => Partial<dynamodb.TableAttributesV2>) => (stack: Stack, unknown: Unknown) => {
  const existing = dynamodb.TableV2.fromTableAttributes(stack, 'Existing', {
    tableName: 'Orders', tableStreamArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/stream/2026-11-01T00:00:00.000', ...attributes(unknown),
  });
  const source = CdcTable.fromTable(stack, 'Source', existing, { streamViewType: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES, partitionKey: ORDER_ID });
  new StreamSubscriber(stack, 'Sub', { source, handler: handler(), filter: ChangeFilter.inserts() });
  new FanOutSubscribers(stack, 'Out', { source, subscribers: { sub: { handler: handler() } } });
};
const fnHandler = (options: (unknown: Unknown) => { retryAttempts?: number }) => (stack: Stack, unknown: Unknown) => {
  const fn = new lambda.Function(stack, 'Fn', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
  stream(() => ({ handler: ChangeHandler.fromFunction(fn, options(unknown)) }))(stack, unknown);
};

type Case = readonly [property: string, make: (stack: Stack, unknown: Unknown) => void];

/** Each property of the public surface that takes a text, a number or a duration, with what is made of it. */
const CASES: readonly Case[] = [
  ...(['batchSize', 'parallelizationFactor', 'concurrency', 'flushSize', 'maxAttempts', 'memorySize', 'maxFilterPatterns'] as const)
    .map((name) => [`stream.${name}`, stream((unknown) => ({ [name]: unknown.number() }))] as const),
  ...(['maxBatchingWindow', 'maxRecordAge', 'lagAlarmThreshold', 'timeout'] as const).map((name) => [`stream.${name}`, stream((unknown) => ({ [name]: seconds(unknown) }))] as const),
  ['stream.attemptSpan', stream((unknown) => ({ attemptSpan: Duration.millis(unknown.number()) }))],
  ['stream.reservedConcurrentExecutions', stream((unknown) => ({ reservedConcurrentExecutions: unknown.number() }))],
  ['stream.maxPostponement', stream((unknown) => ({ maxPostponement: Duration.millis(unknown.number()) }))],
  ['stream.environment', stream((unknown) => ({ environment: environment(unknown) }))],
  ['stream.retryAttempts', fnHandler((unknown) => ({ retryAttempts: unknown.number() }))],
  ...(['maxReceiveCount', 'batchSize', 'maxConcurrency', 'concurrency', 'flushSize', 'memorySize', 'maxAttempts'] as const)
    .map((name) => [`queued.${name}`, queued((unknown) => ({ [name]: unknown.number() }))] as const),
  ...(['queueRetention', 'lagAlarmThreshold', 'maxRecordAge', 'visibilityTimeout'] as const).map((name) => [`queued.${name}`, queued((unknown) => ({ [name]: seconds(unknown) }))] as const),
  ['queued.timeout', queued((unknown) => ({ timeout: seconds(unknown), visibilityTimeout: Duration.minutes(10) }))],
  ['queued.environment', queued((unknown) => ({ environment: environment(unknown) }))],
  ...(['maxConcurrency', 'maxReceiveCount', 'memorySize', 'maxAttempts'] as const).map((name) => [`long.${name}`, long((unknown) => ({ [name]: unknown.number() }))] as const),
  ...(['maxRecordAge', 'visibilityTimeout', 'queueRetention', 'lagAlarmThreshold', 'lease'] as const).map((name) => [`long.${name}`, long((unknown) => ({ [name]: seconds(unknown) }))] as const),
  ['long.environment', long((unknown) => ({ environment: environment(unknown) }))],
  ['redrive.firstDelay', redriven((unknown) => ({ firstDelay: seconds(unknown) }))],
  ['redrive.maxAge', redriven((unknown) => ({ maxAge: seconds(unknown) }))],
  ...(['batchSize', 'parallelizationFactor', 'memorySize'] as const).map((name) => [`relay.${name}`, relay((unknown) => ({ [name]: unknown.number() }))] as const),
  ['table.otherStreamReaders', (stack, unknown) => {
    new StreamSubscriber(stack, 'Sub', { source: new CdcTable(stack, 'T', { partitionKey: ORDER_ID, otherStreamReaders: unknown.number() }), handler: handler() });
  }],
  ['table.tableName', (stack, unknown) => {
    new StreamSubscriber(stack, 'Sub', { source: new CdcTable(stack, 'T', { partitionKey: ORDER_ID, tableName: unknown.text() }), handler: handler() });
  }],
  ['table.partitionKey', (stack, unknown) => {
    const source = new CdcTable(stack, 'T', { partitionKey: { name: unknown.text(), type: dynamodb.AttributeType.STRING } });
    new StreamSubscriber(stack, 'Sub', { source, handler: handler(), filter: Attr.text('status').equalTo('paid') });
  }],
  ['table.failureRetention', (stack, unknown) => {
    new StreamSubscriber(stack, 'Sub', {
      source: new CdcTable(stack, 'T', { partitionKey: ORDER_ID, failureRetention: Duration.days(unknown.number()) }), handler: handler(),
    });
  }],
  ['store.retention', (stack, unknown) => void new FailureStore(stack, 'Store', { retention: Duration.days(unknown.number()) })],
  ['imported.tableName', imported((unknown) => ({ tableName: unknown.text() }))],
  ['imported.tableStreamArn', imported((unknown) => ({ tableStreamArn: unknown.text() }))],
  ['imported.both', imported((unknown) => ({ tableName: unknown.text(), tableStreamArn: unknown.text() }))],
  ['imported.part of the ARN', imported((unknown) => ({ tableStreamArn: `arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/stream/${unknown.text()}` }))],
  ['alarms.lagShare', alarms((unknown) => ({ lagShare: unknown.number() }))],
  ['alarms.timeToLoss', alarms((unknown) => ({ timeToLoss: seconds(unknown) }))],
  ['dashboard.defaultInterval', (stack, unknown) => void new CdcDashboard(stack, 'Dashboard', { source: table(stack), defaultInterval: Duration.millis(unknown.number()) })],
  ['alarms.runbook', alarms((unknown) => ({ runbook: unknown.text() }))],
  ['dashboard.dashboardName', (stack, unknown) => {
    const source = table(stack);
    new StreamSubscriber(stack, 'Sub', { source, handler: handler() });
    new CdcDashboard(stack, 'Dashboard', { source, dashboardName: unknown.text() });
  }],
  ['filter.text', stream((unknown) => ({ filter: Attr.text('status').equalTo(unknown.text()) }))],
  ['filter.decimal', stream((unknown) => ({ filter: Attr.number('amount').equalToDecimal(unknown.text()) }))],
  ['filter.binary', stream((unknown) => ({ filter: Attr.binary('hash').equalTo(unknown.text()) }))],
];

/** What synth itself decides on, the library or CDK: a token is refused as such. */
const KNOWN_AT_SYNTH = /known (when synthesized|at synth|only at deployment)|a token/;

test.each(CASES)('the answer to a lookup may be missing: %s', (_property, make) => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  make(stack, SOURCES.lookup(stack));
  const { manifest } = app.synth();
  expect(manifest.missing).toEqual([expect.objectContaining({ provider: 'ssm' })]);
});

test.each(CASES)('a token passes, or is refused as one: %s', (_property, make) => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  let refusal: string | undefined;
  try {
    make(stack, SOURCES.token(stack));
    app.synth();
  } catch (error) {
    refusal = (error as Error).message;
  }
  expect(refusal ?? 'a token').toMatch(KNOWN_AT_SYNTH);
});

test('once the lookup is answered, its answer is checked', () => {
  const context = { 'ssm:account=111122223333:parameterName=team-value:region=eu-west-1': 'arn:aws:sns:eu-west-1:111122223333:orders' };
  const stack = new Stack(new App({ context }), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  expect(() => imported((unknown) => ({ tableStreamArn: unknown.text() }))(stack, SOURCES.lookup(stack)))
    .toThrow('table.tableStreamArn: given arn:aws:sns:eu-west-1:111122223333:orders, allowed the ARN of the table\'s stream');
});

/** A property that takes a text, a number, a duration, or texts by name. */
const VALUE = /^ {2}readonly (\w+)\?: (?:string|number|Duration|\{ \[name: string\]: string)/gm;
/** Names and paths that synth needs itself, so that nothing can stand for them. */
const NOT_VALUES = [
  'subscriberName', 'exportName', 'depsLockFilePath', 'projectRoot', 'subscribers', 'reason', 'streamViewType', 'maxPatterns', 'patterns', 'residual',
  'reasons',
];

test('every property that takes a value is tried', () => {
  const sources = ['subscribe', 'publish', 'broker', 'observe', 'failure', 'filter'].flatMap((room) => files(join(__dirname, '../../src', room)));
  const isPublic = /(-props|-options|change-source|failure-store|explanation)\.ts$/;
  const names = sources.filter((file) => isPublic.test(file))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(VALUE)].map(([, name]) => name));
  const tried = CASES.map(([property]) => property.split('.')[1]);
  expect([...new Set(names)].filter((name) => !tried.includes(name) && !NOT_VALUES.includes(name))).toEqual([]);
});

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)).filter((file) => file.endsWith('.ts'));
}
