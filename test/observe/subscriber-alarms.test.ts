import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StreamSubscriberProps } from '../../src';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../../src/contract/metrics';
import { AlarmKind } from '../../src/observe/alarm-kind';
import { useBootstrap } from '../support/bootstrap';
import { newStack, orders, Resource, resources, subscribe } from '../support/stacks';

const ALARM = 'AWS::CloudWatch::Alarm';

beforeAll(() => useBootstrap());

function fraudCheck(props: Partial<StreamSubscriberProps> = {}) {
  const stack = newStack();
  return { stack, subscriber: subscribe(stack, 'FraudCheck', orders(stack), props) };
}

const alarmsOf = (stack: Stack): Resource[] => Object.values(resources(stack)).filter(({ Type }) => Type === ALARM);

test('every alarm leads to a section of the runbook of its own, and an idle table raises none', () => {
  const alarms = alarmsOf(fraudCheck().stack);
  const sections = alarms.map(({ Properties }) => /^Subscriber FraudCheck .*\. Runbook: https:\/\/github\.com\/cdk-dynamodb-cdc\/cdk-dynamodb-cdc\/blob\/main\/docs\/runbook\.md#([a-z-]+)$/.exec(Properties.AlarmDescription)?.[1]);
  expect(sections.sort()).toEqual(
    [AlarmKind.LAG, AlarmKind.STORED, AlarmKind.DROPPED, AlarmKind.ERRORS, AlarmKind.THROTTLES, AlarmKind.OUTAGE, AlarmKind.NOT_READING].sort(),
  );
  // An idle table has no numbers but those of the mapping's polls, whose absence is what NOT_READING is about.
  for (const { Properties } of alarms) expect(Properties.TreatMissingData).toBe(Properties.AlarmDescription.endsWith('#not-reading') ? 'breaching' : 'notBreaching');
});

test('a subscriber that is deployed switched off has no alarm that it does not read', () => {
  const sections = alarmsOf(fraudCheck({ enabled: false }).stack).map(({ Properties }) => Properties.AlarmDescription.split('#')[1]);
  expect(sections).toContain(AlarmKind.LAG);
  expect(sections).not.toContain(AlarmKind.NOT_READING);
});

test('lag alarms after an hour, long before the stream forgets', () => {
  Template.fromStack(fraudCheck().stack).hasResourceProperties(ALARM, {
    MetricName: 'IteratorAge', Statistic: 'Maximum', Threshold: 3_600_000, EvaluationPeriods: 1, Period: 300,
  });
});

test.each([
  ['what was chosen', { lagAlarmThreshold: Duration.minutes(10) }, 600_000],
  ['half of a short record age', { maxRecordAge: Duration.minutes(30), timeout: Duration.seconds(60) }, 900_000],
])('lag alarms after %s', (_case, props, Threshold) => {
  Template.fromStack(fraudCheck(props).stack).hasResourceProperties(ALARM, { MetricName: 'IteratorAge', Threshold });
});

test.each([
  ['arrivals in the failure store', AlarmKind.STORED, [METRIC.STORED, 'OnFailureDestinationDeliveredEventCount']],
  ['dropped changes', AlarmKind.DROPPED, ['DroppedEventCount', 'DestinationDeliveryFailures']],
])('%s alarm at the first, by either way', (_case, section, metricNames) => {
  const { Properties } = alarmsOf(fraudCheck().stack).find(({ Properties: { AlarmDescription } }) => AlarmDescription.endsWith(`#${section}`))!;
  expect(Properties).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
  const [sum, ...parts] = Properties.Metrics;
  expect(sum.Expression).toBe(parts.map(({ Id }: { Id: string }) => `FILL(${Id}, 0)`).join(' + '));
  expect(parts.map(({ MetricStat }: { MetricStat: { Metric: { MetricName: string } } }) => MetricStat.Metric.MetricName)).toEqual(metricNames);
});

test.each(['Errors', 'Throttles'])('%s alarm when they happen again', (MetricName) => {
  Template.fromStack(fraudCheck().stack).hasResourceProperties(ALARM, { MetricName, Threshold: 1, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
});

test('an action is taken by every alarm', () => {
  const stack = newStack();
  const topic = new Topic(stack, 'Topic');
  subscribe(stack, 'FraudCheck', orders(stack), { alarmAction: new SnsAction(topic) });
  Template.fromStack(stack).allResourcesProperties(ALARM, { AlarmActions: [stack.resolve(topic.topicArn)] });
});

test('the alarms are there to be changed', () => {
  const { alarms } = fraudCheck().subscriber;
  expect([alarms.lag, alarms.stored, alarms.dropped, alarms.errors, alarms.throttles, alarms.outage].map((alarm) => alarm?.node.path)).toEqual(
    ['Lag', 'Stored', 'Dropped', 'Errors', 'Throttles', 'Outage'].map((id) => `Stack/FraudCheck/Alarms/${id}`),
  );
});

test('metrics of the runtime carry its dimensions', () => {
  const { stack, subscriber } = fraudCheck();
  const tableName = subscriber.source.sourceTable.tableName;
  const metrics = [
    [subscriber.metricApplied(), METRIC.APPLIED],
    [subscriber.metricFailedAttempts(), METRIC.FAILED_ATTEMPTS],
    [subscriber.metricStored(), METRIC.STORED],
    [subscriber.metricOutages(), METRIC.OUTAGE],
  ] as const;
  for (const [metric, metricName] of metrics) {
    expect(metric).toMatchObject({ namespace: METRIC_NAMESPACE, metricName, statistic: 'Sum' });
    expect(stack.resolve(metric.dimensions)).toEqual(stack.resolve({ [DIMENSION.TABLE]: tableName, [DIMENSION.SUBSCRIBER]: 'FraudCheck' }));
  }
});

test('metrics of the function and the mapping take changes', () => {
  const { stack, subscriber } = fraudCheck();
  const period = Duration.minutes(1);
  const onFunction = { FunctionName: stack.resolve(subscriber.function.functionName) };
  const byMetric: [ReturnType<typeof subscriber.metricLag>, string, object][] = [
    [subscriber.metricLag({ period }), 'IteratorAge', onFunction],
    [subscriber.metricErrors({ period }), 'Errors', onFunction],
    [subscriber.metricThrottles({ period }), 'Throttles', onFunction],
    [subscriber.metricMapping('FilteredOutEventCount', { period }), 'FilteredOutEventCount',
      { EventSourceMappingUUID: stack.resolve(subscriber.eventSourceMapping.eventSourceMappingId) }],
  ];
  for (const [metric, metricName, dimensions] of byMetric) {
    expect(metric).toMatchObject({ namespace: 'AWS/Lambda', metricName, period });
    expect(stack.resolve(metric.dimensions)).toEqual(dimensions);
  }
});

test('the mapping counts events, on which the alarms rest', () => {
  Template.fromStack(fraudCheck().stack).hasResourceProperties('AWS::Lambda::EventSourceMapping', { MetricsConfig: { Metrics: Match.arrayWith(['EventCount']) } });
});
