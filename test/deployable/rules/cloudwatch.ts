import { Assembly, oneStack, placed, Resource } from '../assembly/assembly';
import { deployedText } from '../assembly/deployed-value';
import { Rule } from '../rule';

const QUOTAS = 'CloudWatch User Guide, CloudWatch service quotas';
const DASHBOARD = 'AWS::CloudWatch::Dashboard';
const RULE = 'AWS::Events::Rule';

const alarm = (Properties: object) => oneStack({ Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties } });
const dashboard = (...widgets: object[]) => oneStack({ Dashboard: { Type: DASHBOARD, Properties: { DashboardBody: JSON.stringify({ widgets }) } } });
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const graph = (metrics: number) => ({ type: 'metric', properties: { metrics: times(metrics, ['Namespace', 'Name']) } });
const rule = (Properties: object): Resource => ({ Type: RULE, Properties });

interface Widget {
  readonly type: string;
  readonly properties?: { readonly alarms?: readonly string[]; readonly metrics?: readonly unknown[]; readonly markdown?: string };
}

function dashboards(assembly: Assembly): Array<{ readonly id: string; readonly widgets: readonly Widget[] }> {
  return placed(assembly, DASHBOARD).map(({ id, properties, stack }) => (
    { id, widgets: JSON.parse(deployedText(assembly, stack, properties.DashboardBody)).widgets }));
}

/** Expressions are not metrics. */
const metricCount = ({ properties }: Widget) => (properties?.metrics ?? []).filter((metric) => Array.isArray(metric) && typeof metric[0] === 'string').length;

export const CLOUDWATCH: readonly Rule[] = [
  {
    name: 'an alarm with metric math has at most 10 metrics',
    source: `${QUOTAS}: alarms ("Alarms based on metric math expressions can have up to 10 metrics")`,
    check: (assembly) => placed(assembly, 'AWS::CloudWatch::Alarm')
      .filter(({ properties }) => (properties.Metrics ?? []).filter((one: any) => one.MetricStat).length > 10).map(({ id }) => `${id}: metrics`),
    refused: [alarm({ Metrics: times(11, { MetricStat: {} }) })],
    accepted: [alarm({ Metrics: [...times(10, { MetricStat: {} }), { Expression: 'SUM(METRICS())' }] })],
  },
  {
    name: 'names, descriptions, actions and periods of alarms are within their bounds',
    source: `CloudWatch API, PutMetricAlarm: AlarmName, AlarmDescription, AlarmActions, EvaluationPeriods, Period; ${QUOTAS}: alarm evaluation period`,
    check: (assembly) => placed(assembly, 'AWS::CloudWatch::Alarm').flatMap(({ id, properties, stack }) => {
      const { AlarmActions, AlarmDescription, AlarmName, DatapointsToAlarm = 1, EvaluationPeriods = 1, Metrics, OKActions } = properties;
      const periods: number[] = [properties.Period, ...(Metrics ?? []).map((one: any) => one.MetricStat?.Period ?? one.Period)].filter(Boolean);
      const holds: Record<string, boolean> = {
        AlarmName: AlarmName === undefined || deployedText(assembly, stack, AlarmName).length <= 255,
        AlarmDescription: deployedText(assembly, stack, AlarmDescription ?? '').length <= 1024,
        AlarmActions: (AlarmActions ?? []).length <= 5 && (OKActions ?? []).length <= 5,
        DatapointsToAlarm: DatapointsToAlarm <= EvaluationPeriods,
        // Longer periods may be evaluated over a week.
        EvaluationPeriods: periods.every((period) => period * EvaluationPeriods <= (period >= 3600 ? 604_800 : 86_400)),
        Period: periods.every((period) => [10, 20, 30].includes(period) || period % 60 === 0),
        Expression: (Metrics ?? []).every((one: any) => deployedText(assembly, stack, one.Expression ?? '').length <= 2048),
      };
      return Object.keys(holds).filter((name) => !holds[name]).map((name) => `${id}: ${name}`);
    }),
    refused: [
      { AlarmName: 'x'.repeat(256) }, { AlarmDescription: 'x'.repeat(1025) }, { AlarmActions: [1, 2, 3, 4, 5, 6] }, { DatapointsToAlarm: 2, EvaluationPeriods: 1 },
      { Period: 300, EvaluationPeriods: 289 }, { Period: 90 }, { Metrics: [{ Expression: 'x'.repeat(2049) }] },
    ].map(alarm),
    accepted: [alarm({ AlarmName: 'x'.repeat(255), AlarmDescription: 'x'.repeat(1024), AlarmActions: [1, 2, 3, 4, 5], DatapointsToAlarm: 3, EvaluationPeriods: 288, Period: 300 })],
  },
  {
    name: 'an alarm widget lists 1 to 100 alarms',
    source: 'CloudWatch API reference, Dashboard body structure and syntax: alarm widget (alarms, 1 to 100)',
    check: (assembly) => dashboards(assembly).flatMap(({ id, widgets }) => widgets.filter(({ type }) => type === 'alarm').map(({ properties }) => (properties?.alarms ?? []).length)
      .filter((count) => count < 1 || count > 100).map((count) => `${id}: an alarm widget with ${count} alarms`)),
    refused: [dashboard({ type: 'alarm', properties: { alarms: times(101, 'arn') } }), dashboard({ type: 'alarm', properties: { alarms: [] } })],
    accepted: [dashboard({ type: 'alarm', properties: { alarms: times(100, 'arn') } })],
  },
  {
    name: 'a dashboard has at most 500 widgets and 2,500 metrics, a widget at most 500 metrics',
    source: `${QUOTAS}: dashboards`,
    check: (assembly) => dashboards(assembly).flatMap(({ id, widgets }) => {
      const metrics = widgets.map(metricCount);
      const sum = metrics.reduce((all, count) => all + count, 0);
      return [
        ...(widgets.length > 500 ? [`${id}: ${widgets.length} widgets`] : []),
        ...(metrics.some((count) => count > 500) ? [`${id}: a widget with more than 500 metrics`] : []),
        ...(sum > 2500 ? [`${id}: ${sum} metrics`] : []),
      ];
    }),
    refused: [dashboard(...times(501, graph(1))), dashboard(graph(501)), dashboard(...times(6, graph(420)))],
    accepted: [dashboard(...times(500, graph(5)))],
  },
  {
    name: 'widgets lie on the grid: 1 to 24 wide, 1 to 1,000 high',
    source: 'CloudWatch API reference, Dashboard body structure and syntax: width (1 to 24), height (1 to 1,000), x (0 to 23)',
    check: (assembly) => dashboards(assembly).flatMap(({ id, widgets }) => (widgets as any[])
      .filter(({ width = 6, height = 6, x = 0 }) => width < 1 || width > 24 || height < 1 || height > 1000 || x < 0 || x + width > 24).map(() => `${id}: a widget off the grid`)),
    refused: [dashboard({ width: 25 }), dashboard({ height: 1001 }), dashboard({ x: 20, width: 5 })],
    accepted: [dashboard({ x: 0, width: 24, height: 1000 })],
  },
  {
    name: 'a rule of EventBridge has at most 5 targets, each with at most 8,192 characters of input',
    source: 'EventBridge User Guide, Amazon EventBridge quotas: targets per rule; EventBridge API, Target: Input',
    check: (assembly) => placed(assembly, RULE).flatMap(({ id, properties, stack }) => [
      ...((properties.Targets ?? []).length > 5 ? [`${id}: ${properties.Targets.length} targets`] : []),
      ...((properties.Targets ?? []).some((one: any) => deployedText(assembly, stack, one.Input ?? '').length > 8192) ? [`${id}: input`] : []),
      ...(new Set((properties.Targets ?? []).map((one: any) => one.Id)).size < (properties.Targets ?? []).length ? [`${id}: two targets with one id`] : []),
    ]),
    refused: [
      oneStack({ Rule: rule({ Targets: times(6, {}).map((_none, Id) => ({ Id })) }) }), oneStack({ Rule: rule({ Targets: [{ Id: 1, Input: 'x'.repeat(8193) }] }) }),
      oneStack({ Rule: rule({ Targets: [{ Id: 1 }, { Id: 1 }] }) }),
    ],
    accepted: [oneStack({ Rule: rule({ Targets: times(5, {}).map((_none, Id) => ({ Id, Input: 'x'.repeat(8192) })) }) })],
  },
  {
    name: 'names, descriptions and rates of rules are within their bounds',
    source: 'EventBridge API, PutRule: Name (64), Description (512), ScheduleExpression (256); rates are of at least one minute, and singular where they are of one',
    check: (assembly) => placed(assembly, RULE).flatMap(({ id, properties, stack }) => {
      const { Description, Name, ScheduleExpression } = properties;
      const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(ScheduleExpression ?? '');
      const holds: Record<string, boolean> = {
        Name: Name === undefined || /^[.\w-]{1,64}$/.test(deployedText(assembly, stack, Name)),
        Description: deployedText(assembly, stack, Description ?? '').length <= 512,
        ScheduleExpression: !String(ScheduleExpression).startsWith('rate') || (rate !== null && Number(rate[1]) > 0 && (rate[1] === '1') === (rate[3] === '')),
      };
      return Object.keys(holds).filter((name) => !holds[name]).map((name) => `${id}: ${name}`);
    }),
    refused: [{ Name: 'x'.repeat(65) }, { Description: 'x'.repeat(513) }, { ScheduleExpression: 'rate(1 minutes)' }, { ScheduleExpression: 'rate(30 seconds)' }]
      .map((properties) => oneStack({ Rule: rule(properties) })),
    accepted: [oneStack({ Rule: rule({ Name: 'x'.repeat(64), Description: 'x'.repeat(512), ScheduleExpression: 'rate(4 minutes)' }) })],
  },
];
