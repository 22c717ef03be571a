import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** How a table's relay works; see `Relay.of`. */
export interface RelayOptions {
  /**
   * Where in the stream the relay starts when it is first deployed: TRIM_HORIZON or LATEST, which misses what is written while the mapping is made.
   * A subscriber that is added later receives what is relayed from then on. Changing it replaces the mapping, which Lambda refuses while the old one is there.
   *
   * @default lambda.StartingPosition.TRIM_HORIZON
   */
  readonly startingPosition?: lambda.StartingPosition;

  /**
   * Changes an invocation receives at most, 1 to 10,000 (Lambda's bounds).
   *
   * @default 100
   */
  readonly batchSize?: number;

  /**
   * Batches of one shard that are relayed at once, 1 to 10 (Lambda's bounds). More than one splits a partition key's items, so no subscriber may then order by it.
   *
   * @default 1
   */
  readonly parallelizationFactor?: number;

  /**
   * Memory in MiB, 128 to 10,240 (Lambda's quota): the relay's processor grows with it.
   *
   * @default 1024
   */
  readonly memorySize?: number;

  /**
   * What every alarm of the relay does. It goes before what a `CdcAlarms` policy says.
   *
   * @default - what the policy says; without one the alarms only show
   */
  readonly alarmAction?: cloudwatch.IAlarmAction;
}
