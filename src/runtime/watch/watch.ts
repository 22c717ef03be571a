import { countStored, FolderLister } from './count-stored';
import { DIMENSION, METRIC, METRIC_NAMESPACE } from '../../contract/metrics';
import { WatchEvent } from '../../contract/watch';
import { LineWriter } from '../ports';

export interface WatchPorts {
  readonly writeLine: LineWriter;
  lister(bucket: string): FolderLister;
  now(): number;
}

/** Looks once. Writes nothing for who has nothing in the store, so that the metric costs nothing then; throws when it cannot look. */
export async function watch({ table, bucket, discardBucket }: WatchEvent, ports: WatchPorts): Promise<void> {
  const counts = await countStored(ports.lister(bucket), discardBucket === undefined ? undefined : ports.lister(discardBucket));
  for (const [subscriber, items] of counts) {
    ports.writeLine(JSON.stringify({
      _aws: {
        Timestamp: ports.now(),
        CloudWatchMetrics: [{
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[DIMENSION.TABLE, DIMENSION.SUBSCRIBER]],
          Metrics: [{ Name: METRIC.PARKED, Unit: 'Count' }],
        }],
      },
      [DIMENSION.TABLE]: table,
      [DIMENSION.SUBSCRIBER]: subscriber,
      [METRIC.PARKED]: items,
    }));
  }
}
