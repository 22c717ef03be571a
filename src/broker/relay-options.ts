import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** How a table's relay works; see `Relay.of`. */
export interface RelayOptions {
  /**
   * Where in the stream the relay starts when it is first deployed: TRIM_HORIZON or LATEST, which misses what is written while the mapping is made.
   * A subscriber that is added later receives what is relayed from then on. Changing it replaces the mapping.
   *
   * @default lambda.StartingPosition.TRIM_HORIZON
   */
  readonly startingPosition?: lambda.StartingPosition;

  /**
   * Changes an invocation receives at most, 1 to 10,000.
   *
   * @default 100
   */
  readonly batchSize?: number;

  /**
   * Batches of one shard that are relayed at once, 1 to 10. More than one splits a partition key's items, so no subscriber may then order by it.
   *
   * @default 1
   */
  readonly parallelizationFactor?: number;

  /**
   * Memory in MiB, 128 to 10,240: the relay's processor grows with it.
   *
   * @default 1024
   */
  readonly memorySize?: number;

  /**
   * What every alarm of the relay does.
   *
   * @default - the alarms only show
   */
  readonly alarmAction?: cloudwatch.IAlarmAction;
}
