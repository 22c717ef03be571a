import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { OrderBy } from './enums';
import { SubscriberOptions } from './subscriber-options';
import { IChangeSource } from '../publish/change-source';

/** Properties of a StreamSubscriber. */
export interface StreamSubscriberProps extends SubscriberOptions {
  /** The table whose changes are wanted. */
  readonly source: IChangeSource;

  /**
   * Name of the subscriber: a letter, then letters, digits, `_` and `-`, at most 64, unique for the table. The ledger and the failure
   * store know the subscriber by it: under a new name it starts without memory, and repeats what is still in the stream.
   *
   * @default - the construct id
   */
  readonly subscriberName?: string;

  /**
   * Changes an invocation receives at most, 1 to 10,000 (Lambda's bounds). Six megabytes close a batch too.
   *
   * @default 100
   */
  readonly batchSize?: number;

  /**
   * How long changes are gathered to fill a batch, 0 to 300 seconds.
   *
   * @default - not at all
   */
  readonly maxBatchingWindow?: Duration;

  /**
   * Batches of one shard that are worked on at once, 1 to 10 (Lambda's bounds); the order of an item's changes is kept. With `OrderBy.PARTITION_KEY` it must be 1.
   *
   * @default 1
   */
  readonly parallelizationFactor?: number;

  /**
   * Items of one batch that are worked on at once, 1 to 1,000.
   *
   * @default 100
   */
  readonly concurrency?: number;

  /**
   * Changes that are settled before the ledger is written, 1 to 1,000. A crash repeats at most this many and the
   * items that were being worked on.
   *
   * @default 150
   */
  readonly flushSize?: number;

  /**
   * Between which changes order is kept. `OrderBy.PARTITION_KEY` needs a table whose partition key is known.
   *
   * @default OrderBy.ITEM
   */
  readonly orderBy?: OrderBy;

  /**
   * Age at which a change goes to the failure store, however it stands: 60 seconds to 23 hours, since the stream
   * forgets after 24.
   *
   * @default - 12 hours
   */
  readonly maxRecordAge?: Duration;

  /**
   * Where in the stream the subscriber starts: TRIM_HORIZON or LATEST, which misses what is written while the mapping
   * is made. Changing it replaces the mapping, which Lambda refuses while the old one is there.
   *
   * @default lambda.StartingPosition.TRIM_HORIZON
   */
  readonly startingPosition?: lambda.StartingPosition;

  /**
   * Whether the stream is read. One that is switched off goes on where it stopped, if that is within 24 hours.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Filter patterns the mapping may have, 1 to 10: AWS allows 5, and up to 10 on request. A filter that needs more is
   * evaluated in part by the runtime.
   *
   * @default 5
   */
  readonly maxFilterPatterns?: number;

  /**
   * How far the subscriber may lag behind before the alarm: 1 second to less than `maxRecordAge`.
   *
   * @default - the `lagShare` of a `CdcAlarms` policy, else 1 hour, or half of a `maxRecordAge` that is shorter than two hours
   */
  readonly lagAlarmThreshold?: Duration;
}
