import { RelayRun } from './relay-run';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../../contract/metrics';
import { RELAY_NAME } from '../../contract/routes';
import { StreamRecord } from '../change/record';

/** One line an invocation, like a subscriber's: metrics only where an alarm needs them. */
export function writeRelayMetrics(run: RelayRun, records: readonly StreamRecord[]): void {
  const { counts } = run;
  const now = run.clock.now();
  const oldest = (records[0]?.dynamodb?.ApproximateCreationDateTime ?? now / 1000) * 1000;
  const values: { [name: string]: number } = { [METRIC.RELAYED]: counts.sent + counts.drained };
  if (counts.spilled > 0) values[METRIC.SPILLED] = counts.spilled;
  if (run.open.size > 0) values[METRIC.OPEN_TARGETS] = run.open.size;
  run.writeLine(JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{
        Namespace: METRIC_NAMESPACE,
        Dimensions: [[DIMENSION.TABLE, DIMENSION.SUBSCRIBER]],
        Metrics: Object.keys(values).map((Name) => ({ Name, Unit: 'Count' })),
      }],
    },
    [DIMENSION.TABLE]: run.table,
    [DIMENSION.SUBSCRIBER]: RELAY_NAME,
    ...values,
    records: counts.records,
    sent: counts.sent,
    drained: counts.drained,
    filterErrors: counts.filterErrors,
    unsettled: counts.unsettled,
    openTargets: [...run.open].sort(),
    lagMillis: Math.max(0, now - oldest),
  }));
}
