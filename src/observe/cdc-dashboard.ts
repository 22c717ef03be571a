import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FlowWidget } from './flow-widget';
import { Observed, observedOf } from './observed';
import { readerWidgets } from './reader-widgets';
import { runbookAddress } from './runbook';
import { shortenBody } from './short-body';
import { mayRefer } from './stack-reach';
import { ALARM_WIDGET_ALARMS, DASHBOARD_WIDGETS } from '../contract/limits';
import { IChangeSource } from '../publish/change-source';
import { SOURCE } from '../publish/source-shapes';
import { describeInvalid } from '../validate/invalid';
import { withoutPlaceholders } from '../validate/placeholders';
import { DURATION, listOf, TEXT } from '../validate/rules';
import { checkArguments, Shape } from '../validate/shape';

/** Properties of a CdcDashboard. */
export interface CdcDashboardProps {
  /** The table whose changes are shown. */
  readonly source: IChangeSource;

  /**
   * Name of the dashboard: letters, digits, `-` and `_`.
   *
   * @default - CloudFormation makes one
   */
  readonly dashboardName?: string;

  /**
   * Names of the subscribers to show, as where a table has more than fit one dashboard. The table's writes and its relay are always there.
   *
   * @default - all, also those that are made later
   */
  readonly subscribers?: string[];

  /**
   * How much of the past is shown when it is opened.
   *
   * @default - 3 hours
   */
  readonly defaultInterval?: Duration;
}

const CDC_DASHBOARD: Shape<CdcDashboardProps> = { source: SOURCE, dashboardName: TEXT, subscribers: listOf(TEXT), defaultInterval: DURATION };

const INTERVAL = Duration.hours(3);
const HEIGHT = 5;
const PERIOD = Duration.minutes(5);

/**
 * One page for a table, in flow order: writes, then what reads the stream, then what the relay feeds; of each its lag, throughput, failures, what is kept aside, and what it
 * costs. On top are the alarms.
 *
 * Put it into a stack of its own, or into that of the subscribers. In the table's stack it cannot refer to subscribers of other stacks, which depend on that stack:
 * of these it shows what can be named without their functions, and neither their lag on the stream nor their alarms.
 *
 * It shows metrics that are there anyway. AWS bills a dashboard itself, 3 USD a month beyond the first three of an account.
 *
 * @example
 * new CdcDashboard(this, 'Dashboard', { source: orders });
 */
export class CdcDashboard extends Construct {
  /** The dashboard, to add to it or to change it. */
  public readonly dashboard: cloudwatch.Dashboard;

  private readonly source: IChangeSource;
  private readonly names?: readonly string[];

  /** Makes the dashboard. Fails at synth for a name that no subscriber has, and for more subscribers than CloudWatch shows on one. */
  constructor(scope: Construct, id: string, props: CdcDashboardProps) {
    checkArguments(scope, id, props, CDC_DASHBOARD);
    super(scope, id);
    this.source = props.source;
    this.names = props.subscribers;
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: withoutPlaceholders(this, props).defaultInterval ?? INTERVAL,
    });
    this.dashboard.addWidgets(new FlowWidget(() => this.widgets()));
    shortenBody(this.dashboard.node.defaultChild as cloudwatch.CfnDashboard);
    this.node.addValidation({ validate: () => this.validateReaders() });
  }

  private widgets(): cloudwatch.IWidget[] {
    const shown = this.shown();
    const { tableName } = this.source.sourceTable;
    const within = shown.filter((reader) => this.reaches(reader));
    return [
      new cloudwatch.TextWidget({ markdown: `# Changes of ${tableName}\nFrom writes to each subscriber. What to do is in the [runbook](${runbookAddress()}).`, width: 24, height: 2 }),
      ...alarmWidgets(within.flatMap(({ alarms }) => alarms.node.children.filter((child) => child instanceof cloudwatch.Alarm))),
      new cloudwatch.Row(this.writes(), this.throttles(), this.state()),
      ...shown.flatMap((reader) => readerWidgets(reader, this.reaches(reader))),
    ];
  }

  private reaches({ alarms }: Observed): boolean {
    return mayRefer(this, alarms, this.source);
  }

  private shown(): readonly Observed[] {
    const { names } = this;
    return observedOf(this.source).filter(({ kind, name }) => kind === 'RELAY' || !names || names.includes(name));
  }

  private validateReaders(): string[] {
    const there = observedOf(this.source).map(({ name }) => name);
    const unknown = this.names?.find((name) => !there.includes(name));
    if (unknown !== undefined) return [describeInvalid('subscribers', unknown, `names of the table's subscribers: ${there.join(', ') || 'it has none'}`)];
    const count = this.widgets().flatMap((widget) => widget.toJson()).length;
    if (count <= DASHBOARD_WIDGETS) return [];
    return [describeInvalid('subscribers', `${this.shown().length} readers, shown in ${count} widgets`, `${DASHBOARD_WIDGETS} widgets on one dashboard`,
      'Share them out over several with `subscribers`')];
  }

  private writes(): cloudwatch.GraphWidget {
    return graph('Writes: capacity units', [this.metric('ConsumedWriteCapacityUnits', this.source.sourceTable.tableName, 'Table')]);
  }

  private throttles(): cloudwatch.GraphWidget {
    return graph('Throttled requests', [
      this.metric('WriteThrottleEvents', this.source.sourceTable.tableName, 'Writes of the table'),
      this.metric('WriteThrottleEvents', this.source.ledger.tableName, 'Writes of the ledger'),
      this.metric('ReadThrottleEvents', this.source.ledger.tableName, 'Reads of the ledger'),
    ]);
  }

  /** The ledger's units are, beside Lambda, what keeping each promise costs. */
  private state(): cloudwatch.GraphWidget {
    return graph('What the ledger costs: capacity units', [
      this.metric('ConsumedWriteCapacityUnits', this.source.ledger.tableName, 'Writes'),
      this.metric('ConsumedReadCapacityUnits', this.source.ledger.tableName, 'Reads'),
    ]);
  }

  private metric(metricName: string, tableName: string, label: string): cloudwatch.Metric {
    const dimensionsMap = { TableName: tableName };
    return new cloudwatch.Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, label, statistic: cloudwatch.Stats.SUM, period: PERIOD });
  }
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, width: 8, height: HEIGHT, left, leftYAxis: { min: 0, showUnits: false }, liveData: true });
}

const ALARMS_A_ROW = 6;

/** As many alarms to a widget as CloudWatch takes. */
function alarmWidgets(alarms: cloudwatch.Alarm[]): cloudwatch.AlarmStatusWidget[] {
  const parts = Math.ceil(alarms.length / ALARM_WIDGET_ALARMS);
  return Array.from({ length: parts }, (_none, index) => {
    const some = alarms.slice(index * ALARM_WIDGET_ALARMS, (index + 1) * ALARM_WIDGET_ALARMS);
    const title = parts === 1 ? 'Alarms' : `Alarms (${index + 1} of ${parts})`;
    return new cloudwatch.AlarmStatusWidget({ title, width: 24, height: 2 + Math.ceil(some.length / ALARMS_A_ROW), alarms: some });
  });
}
