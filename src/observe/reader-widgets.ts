import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Observed } from './observed';
import { METRIC } from '../contract/metrics';

const PERIOD = Duration.minutes(5);
const HEIGHT = 5;
const WIDE = 5;
const NARROW = 4;

const HEADINGS = {
  STREAM: 'reads the stream itself',
  RELAY: 'reads the stream once for every subscriber with a queue',
  QUEUE: 'has a queue',
} as const;

const ELSEWHERE = 'its stack depends on this one, so the metrics of its function are on a dashboard there';

/**
 * One reader's part: a heading, and a row of graphs from lag to what it costs. Of a reader whose function cannot be referred to,
 * the graphs show what the runtime and the queue measure, since both go by names that are known here.
 */
export function readerWidgets(reader: Observed, reachable: boolean): cloudwatch.IWidget[] {
  const name = reader.kind === 'RELAY' ? 'Relay' : reader.name;
  const says = reachable ? HEADINGS[reader.kind] : `${HEADINGS[reader.kind]}; ${ELSEWHERE}`;
  return [
    new cloudwatch.TextWidget({ markdown: `## ${name}\n${says}`, width: 24, height: 2 }),
    new cloudwatch.Row(
      ...(reachable || reader.queue ? [lag(reader, name)] : []),
      ...graphOfAny(`${name}: throughput`, WIDE, throughput(reader, reachable)),
      ...graphOfAny(`${name}: failures`, WIDE, failures(reader, reachable)),
      ...graphOfAny(`${name}: kept aside`, NARROW, keptAside(reader, reachable)),
      ...(reachable ? [cost(reader, name)] : []),
    ),
  ];
}

function graph(title: string, width: number, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({
    title, width, height: HEIGHT, left, right, leftYAxis: { min: 0, showUnits: false }, rightYAxis: { min: 0, showUnits: false }, liveData: true,
  });
}

/** CloudWatch refuses a graph without metrics, as of a raw function that cannot be referred to. */
function graphOfAny(title: string, width: number, metrics: cloudwatch.IMetric[]): cloudwatch.GraphWidget[] {
  return metrics.length > 0 ? [graph(title, width, metrics)] : [];
}

/** Seconds, whatever the metric's own unit. */
function lag({ kind, metrics, queue }: Observed, name: string): cloudwatch.GraphWidget {
  const title = `${name}: lag in seconds`;
  if (kind === 'QUEUE' && queue) return graph(title, WIDE, [oldest(queue)]);
  return graph(title, WIDE, [new cloudwatch.MathExpression({ label: 'Lag', expression: 'lag / 1000', usingMetrics: { lag: metrics.lag() }, period: PERIOD })]);
}

function throughput({ kind, metrics, queue, hasRuntime }: Observed, reachable: boolean): cloudwatch.IMetric[] {
  if (kind === 'RELAY') return [metrics.runtime(METRIC.RELAYED, { label: 'Relayed' })];
  return [
    ...(hasRuntime ? [metrics.runtime(METRIC.APPLIED, { label: 'Applied' }), metrics.runtime(METRIC.FILTERED, { label: 'Filtered by the runtime' })] : []),
    ...(kind === 'STREAM' && reachable ? [metrics.mapping('PolledEventCount', { label: 'Polled' }), metrics.mapping('FilteredOutEventCount', { label: 'Filtered by the mapping' })] : []),
    ...(queue ? [queue.metricNumberOfMessagesReceived({ label: 'Messages', statistic: cloudwatch.Stats.SUM, period: PERIOD })] : []),
  ];
}

function failures({ kind, metrics, hasRuntime }: Observed, reachable: boolean): cloudwatch.IMetric[] {
  const runtime = kind !== 'RELAY' && hasRuntime;
  return [
    ...(runtime ? [metrics.runtime(METRIC.FAILED_ATTEMPTS, { label: 'Failed attempts' }), metrics.runtime(METRIC.OUTAGE, { label: 'Outages' })] : []),
    ...(reachable ? [metrics.fn('Errors', { label: 'Crashes and timeouts' }), metrics.fn('Throttles', { label: 'Throttles' })] : []),
    ...(kind === 'QUEUE' || !reachable ? [] : [metrics.mapping('DroppedEventCount', { label: 'Dropped' })]),
  ];
}

/** What waits in the failure store or the queue, rather than being lost. */
function keptAside({ kind, metrics, queue, hasRuntime }: Observed, reachable: boolean): cloudwatch.IMetric[] {
  if (kind === 'RELAY') {
    return [
      metrics.runtime(METRIC.SPILLED, { label: 'Spilled' }),
      metrics.runtime(METRIC.OPEN_TARGETS, { label: 'Failing queues', statistic: cloudwatch.Stats.MAXIMUM }),
    ];
  }
  const waiting = { label: 'Waiting', statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD };
  return [
    ...(hasRuntime ? [metrics.runtime(METRIC.STORED, { label: 'Stored' })] : []),
    ...(hasRuntime || reachable ? [metrics.parked({ label: 'Parked items' })] : []),
    ...(kind === 'STREAM' && reachable ? [metrics.mapping('OnFailureDestinationDeliveredEventCount', { label: 'Given up by the mapping' })] : []),
    ...(queue ? [queue.metricApproximateNumberOfMessagesVisible(waiting)] : []),
  ];
}

/** Invocations and how long they take are what Lambda bills; requests are what SQS bills. */
function cost({ metrics, queue }: Observed, name: string): cloudwatch.GraphWidget {
  return graph(`${name}: what it costs`, WIDE, [
    metrics.fn('Invocations', { label: 'Invocations' }),
    ...(queue ? [queue.metricNumberOfMessagesSent({ label: 'Messages sent', statistic: cloudwatch.Stats.SUM, period: PERIOD })] : []),
  ], [metrics.fn('Duration', { label: 'Milliseconds, all together' })]);
}

function oldest(queue: sqs.IQueue): cloudwatch.Metric {
  return queue.metricApproximateAgeOfOldestMessage({ label: 'Age of the oldest message', statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD });
}
