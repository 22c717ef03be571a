import * as fs from 'fs';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AlarmKind, AlarmSeverity, CdcAlarms, CdcAlarmsProps, QueuedSubscriber } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { handler, logicalIds, newStack, orders, Resource, resources, subscribe } from '../support/stacks';

beforeAll(() => useBootstrap());

const ALARM = 'AWS::CloudWatch::Alarm';

/** A table with one subscriber of each kind, and so with a relay. */
function both(stack: Stack): Stack {
  const source = orders(stack);
  subscribe(stack, 'Direct', source);
  new QueuedSubscriber(stack, 'Queued', { source, handler: handler() });
  return stack;
}

function actions(stack: Stack) {
  return { pager: new SnsAction(new Topic(stack, 'Pager')), ticket: new SnsAction(new Topic(stack, 'Ticket')) };
}

/** Alarms by logical id. */
function alarmsOf(stack: Stack): Record<string, Resource['Properties']> {
  const alarms = Object.entries(resources(stack)).filter(([, { Type }]) => Type === ALARM);
  return Object.fromEntries(alarms.map(([id, { Properties }]) => [id, Properties]));
}

const sectionOf = ({ AlarmDescription }: { AlarmDescription: string }) => AlarmDescription.split('#')[1];
const about = (stack: Stack, section: AlarmKind) => Object.values(alarmsOf(stack)).filter((alarm) => sectionOf(alarm) === section);

test('without a policy nothing is added, and with one no logical id of an alarm changes', () => {
  const without = logicalIds(both(newStack()));
  const stack = newStack();
  CdcAlarms.of(stack);
  const withPolicy = logicalIds(both(stack));

  expect(withPolicy).toMatchObject(without);
  const added = Object.keys(withPolicy).filter((id) => !(id in without));
  expect(added.map((id) => id.replace(/([0-9A-F]{8})+$/, '')).sort()).toEqual([
    'DirectAlarmsTimeToLoss', 'OrdersFailureWatchFunction', 'OrdersFailureWatchFunctionEventInvokeConfig', 'OrdersFailureWatchLogs', 'OrdersFailureWatchLook',
    'OrdersFailureWatchLookAllowEventRuleStackOrdersFailureWatchFunction', 'OrdersFailureWatchNotWorking', 'OrdersFailureWatchRole', 'OrdersRelayAlarmsTimeToLoss',
  ]);
});

test('every alarm acts by its severity, of subscribers and relay alike', () => {
  const stack = newStack();
  const { pager, ticket } = actions(stack);
  CdcAlarms.of(stack, { criticalActions: [pager], warningActions: [ticket] });
  both(stack);

  const critical = [AlarmKind.DROPPED, AlarmKind.TIME_TO_LOSS, AlarmKind.DEAD_LETTERS, AlarmKind.NOT_READING] as string[];
  const alarms = Object.values(alarmsOf(stack));
  expect(new Set(alarms.map(sectionOf))).toEqual(new Set(Object.values(AlarmKind)));
  for (const alarm of alarms) {
    expect(alarm.AlarmActions).toEqual([{ Ref: expect.stringMatching(critical.includes(sectionOf(alarm)) ? /^Pager/ : /^Ticket/) }]);
    expect(alarm.OKActions).toBeUndefined();
  }
});

test('an alarm can be rated otherwise, and be told of when it is over', () => {
  const stack = newStack();
  const { pager, ticket } = actions(stack);
  CdcAlarms.of(stack, { criticalActions: [pager], warningActions: [ticket], notifyWhenOver: true }).rate(AlarmKind.LAG, AlarmSeverity.CRITICAL);
  both(stack);
  for (const alarm of about(stack, AlarmKind.LAG)) expect([...alarm.AlarmActions, ...alarm.OKActions]).toEqual(Array(2).fill({ Ref: expect.stringMatching(/^Pager/) }));
});

test('a construct\'s own action and threshold go before the policy', () => {
  const stack = newStack();
  const { pager, ticket } = actions(stack);
  CdcAlarms.of(stack, { criticalActions: [pager], warningActions: [pager], notifyWhenOver: true, lagShare: 0.5 });
  subscribe(stack, 'Direct', orders(stack), { alarmAction: ticket, lagAlarmThreshold: Duration.minutes(7) });
  // The watch is the table's.
  const ofSubscriber = Object.values(alarmsOf(stack)).filter((alarm) => sectionOf(alarm) !== AlarmKind.SCHEDULED);
  expect(ofSubscriber).toHaveLength(8);
  for (const alarm of ofSubscriber) {
    expect(alarm.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Ticket/) }]);
    expect(alarm.OKActions).toBeUndefined();
  }
  expect(about(stack, AlarmKind.LAG)).toMatchObject([{ Threshold: 420_000 }]);
});

test('lag is a share of the age at which changes are given up: 12 hours on a stream, 23 of the relay, 4 days of a queue', () => {
  const stack = newStack();
  CdcAlarms.of(stack, { lagShare: 0.25 });
  both(stack);
  expect(about(stack, AlarmKind.LAG).map(({ Threshold }) => Threshold).sort()).toEqual([3 * 3_600_000, 5.75 * 3_600_000].sort());
  expect(about(stack, AlarmKind.BACKLOG)[0].Metrics[0].Expression).toContain(`age / ${24 * 3600}`);
});

test('time to loss is a quarter of that age, or what is stated, and an idle table raises nothing', () => {
  const stack = newStack();
  CdcAlarms.of(stack);
  subscribe(stack, 'Direct', orders(stack));
  expect(about(stack, AlarmKind.TIME_TO_LOSS)).toMatchObject([{
    Threshold: 3,
    ComparisonOperator: 'LessThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    Metrics: [{ Expression: '(43200000 - lag) / 3600000' }, { MetricStat: { Metric: { MetricName: 'IteratorAge' }, Stat: 'Maximum' } }],
  }]);

  const stated = newStack();
  CdcAlarms.of(stated, { timeToLoss: Duration.minutes(90) });
  subscribe(stated, 'Direct', orders(stated));
  expect(about(stated, AlarmKind.TIME_TO_LOSS)).toMatchObject([{ Threshold: 1.5 }]);
});

test('what is still in the failure store keeps the alarm up, by either way', () => {
  const stack = newStack();
  CdcAlarms.of(stack);
  both(stack);
  const [direct, queued] = about(stack, AlarmKind.STORED);
  expect(direct.Metrics[0].Expression).toBe('FILL(runtime, 0) + FILL(mapping, 0) + FILL(parked, 0) + FILL(batches, 0)');
  expect(queued.Metrics[0].Expression).toBe('FILL(stored, 0) + FILL(parked, 0)');
  const watched = direct.Metrics.filter(({ MetricStat }: any) => MetricStat?.Metric.MetricName === 'ParkedItems');
  expect(watched.map(({ MetricStat }: any) => MetricStat.Metric.Dimensions.find(({ Name }: any) => Name === 'Subscriber').Value)).toEqual([
    'Direct', { Ref: expect.stringMatching(/^DirectMapping/) },
  ]);
});

test('the watch may list the failure store\'s changes and do nothing else, more often than an alarm looks', () => {
  const stack = newStack();
  CdcAlarms.of(stack);
  both(stack);
  const all = resources(stack);
  const find = (type: string, id: RegExp) => Object.entries(all).find(([name, { Type }]) => Type === type && id.test(name))![1].Properties;
  const statements = find('AWS::IAM::Role', /FailureWatch/).Policies[0].PolicyDocument.Statement;
  expect(statements.map(({ Action }: any) => Action)).toEqual(['s3:ListBucket', 's3:ListBucket', ['logs:CreateLogStream', 'logs:PutLogEvents']]);
  expect(statements.map(({ Condition }: any) => Condition?.StringLike)).toEqual([{ 's3:prefix': ['changes/*', 'aws/lambda/*'] }, { 's3:prefix': ['aws/lambda/*'] }, undefined]);
  expect(statements.map((statement: any) => statement.Resource['Fn::GetAtt'][0])).toEqual([
    expect.stringMatching(/FailuresBucket/), expect.stringMatching(/FailuresDiscards/), expect.stringMatching(/FailureWatchLogs/),
  ]);
  expect(find('AWS::Events::Rule', /FailureWatch/)).toMatchObject({ ScheduleExpression: 'rate(4 minutes)' });
});

test('one watch a table, and none where it is not wanted', () => {
  const watches = (props?: CdcAlarmsProps) => {
    const stack = newStack();
    CdcAlarms.of(stack, props);
    both(stack);
    return Object.keys(resources(stack)).filter((id) => /^OrdersFailureWatchFunction[0-9A-F]{8}$/.test(id));
  };
  expect(watches()).toHaveLength(1);
  expect(watches({ watchFailures: false })).toHaveLength(0);
});

test('an alarm is left out for all or for one, and its reason is kept', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  CdcAlarms.of(app).leaveOut({ alarm: AlarmKind.OUTAGE, reason: 'Its own canary tells' });
  CdcAlarms.of(stack).leaveOut({ alarm: AlarmKind.ERRORS, subscriberName: 'Direct', reason: 'Errors are expected' });
  both(stack);
  expect(about(stack, AlarmKind.OUTAGE)).toEqual([]);
  expect(about(stack, AlarmKind.ERRORS).map(({ AlarmDescription }) => AlarmDescription.split(' c')[0]).sort()).toEqual(['Subscriber Queued', 'The relay']);
  const manifest = fs.readFileSync(`${app.synth().directory}/manifest.json`, 'utf8') + metadata(app);
  expect(manifest).toContain('Its own canary tells');
  expect(manifest).toContain('Errors are expected');
});

/** Newer versions of CDK keep a stack's metadata in a file of its own. */
function metadata(app: App): string {
  return fs.readdirSync(app.outdir).filter((name) => name.endsWith('.metadata.json')).map((name) => fs.readFileSync(`${app.outdir}/${name}`, 'utf8')).join();
}

test('none leaves out all of them, and the watch', () => {
  const stack = newStack();
  CdcAlarms.none(stack, 'Everything is watched elsewhere');
  both(stack);
  expect(alarmsOf(stack)).toEqual({});
  expect(Object.keys(resources(stack)).filter((id) => /FailureWatch/.test(id))).toEqual([]);
});

test('the nearest policy goes first, property by property', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const { pager, ticket } = actions(stack);
  CdcAlarms.of(app, { criticalActions: [pager], warningActions: [pager], runbook: 'https://wiki.example.com/cdc' });
  CdcAlarms.of(stack, { warningActions: [ticket] });
  subscribe(stack, 'Direct', orders(stack));
  expect(about(stack, AlarmKind.LAG)[0]).toMatchObject({
    AlarmActions: [{ Ref: expect.stringMatching(/^Ticket/) }],
    AlarmDescription: 'Subscriber Direct lags behind the table. Runbook: https://wiki.example.com/cdc#lag',
  });
  expect(about(stack, AlarmKind.DROPPED)[0].AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Pager/) }]);
});

describe('fails', () => {
  const policy = (props: CdcAlarmsProps) => () => CdcAlarms.of(newStack(), props);
  test.each([
    ['a share of 0', policy({ lagShare: 0 }), '[Stack] lagShare: given 0, allowed more than 0, less than 1'],
    ['a share of 1', policy({ lagShare: 1 }), '[Stack] lagShare: given 1, allowed more than 0, less than 1'],
    ['no time', policy({ timeToLoss: Duration.seconds(0) }), '[Stack] timeToLoss: given Duration.seconds(0), allowed at least a second'],
    ['no reason', () => CdcAlarms.of(newStack()).leaveOut({ alarm: AlarmKind.LAG, reason: ' ' }), '[Stack] leaveOut(lag).reason: given  , allowed why nobody needs the alarm'],
    ['none without a reason', () => CdcAlarms.none(newStack(), ''), '[Stack] leaveOut(lag).reason: given \'\', allowed why nobody needs the alarm'],
  ])('%s', (_case, act, message) => expect(act).toThrow(message));

  test('tokens, with which no threshold can be calculated', () => {
    const stack = newStack();
    const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
    expect(() => CdcAlarms.of(stack, { lagShare: number })).toThrow('[Stack] lagShare: given a token, allowed a number known at synth');
    expect(() => CdcAlarms.of(stack, { timeToLoss: Duration.seconds(number) })).toThrow('[Stack] timeToLoss: given a token, allowed a duration known at synth');
  });

  test('a policy, or a word of one, that comes after the first alarm: it would hold for some only', () => {
    const stack = newStack();
    const policyOfApp = CdcAlarms.of(stack.node.root);
    subscribe(stack, 'Direct', orders(stack));
    const message = /alarms: given a policy after the alarms of Stack\/Direct\/Alarms, allowed a policy before the first subscriber below its scope/;
    expect(() => CdcAlarms.of(stack)).toThrow(message);
    expect(() => policyOfApp.leaveOut({ alarm: AlarmKind.LAG, reason: 'too late' })).toThrow(message);
    expect(() => policyOfApp.rate(AlarmKind.LAG, AlarmSeverity.CRITICAL)).toThrow(message);
  });

  test('a second policy of one scope', () => {
    const stack = newStack();
    CdcAlarms.of(stack, { lagShare: 0.5 });
    expect(() => CdcAlarms.of(stack, { lagShare: 0.2 })).toThrow('[Stack] alarms: given a second policy for one scope, allowed one, which CdcAlarms.of(scope) returns');
  });

  test('time that a subscriber\'s record age does not have', () => {
    const stack = newStack();
    CdcAlarms.of(stack, { timeToLoss: Duration.hours(12) });
    expect(() => subscribe(stack, 'Direct', orders(stack))).toThrow('[Stack/Direct/Alarms] timeToLoss: given 43200 seconds in a policy above, allowed less than maxRecordAge, 43200 seconds');
  });
});

test('a record age that only deployment knows: no time to loss, and the default lag', () => {
  const stack = newStack();
  CdcAlarms.of(stack, { lagShare: 0.5 });
  const maxRecordAge = Duration.seconds(new CfnParameter(stack, 'Age', { type: 'Number' }).valueAsNumber);
  subscribe(stack, 'Direct', orders(stack), { maxRecordAge });
  expect(about(stack, AlarmKind.TIME_TO_LOSS)).toEqual([]);
  expect(about(stack, AlarmKind.LAG)).toMatchObject([{ Threshold: 3_600_000 }]);
});
