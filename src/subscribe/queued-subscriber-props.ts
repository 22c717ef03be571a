import { Duration } from 'aws-cdk-lib';
import { OrderBy } from './enums';
import { SubscriberOptions } from './subscriber-options';
import { IChangeSource } from '../publish/change-source';

/** The queue of a subscriber. */
export interface SubscriberQueueOptions {
  /**
   * How often a message may be received before it goes to the dead-letter queue, up to 1,000 (SQS's bound) and more than `maxAttempts`. The runtime counts attempts itself and
   * spaces them so that 100 receives and more last as long as `maxRecordAge`: only what ends the function again and again gets there. With `visibilityTimeout` between them, the receives
   * must fit into `queueRetention`: a message that expires before is lost.
   *
   * @default - 1,000, or as many as take nine tenths of `queueRetention`; 5 with `ChangeHandler.fromFunction`
   */
  readonly maxReceiveCount?: number;

  /**
   * How long the queue keeps a message, 60 seconds to 14 days (SQS's bounds), and longer than `visibilityTimeout`.
   *
   * @default - 14 days
   */
  readonly queueRetention?: Duration;

  /**
   * How old the oldest message may be before the alarm: 1 second to less than `queueRetention`.
   *
   * @default - the `lagShare` of a `CdcAlarms` policy, else 1 hour, or half of a `queueRetention` that is shorter than two hours
   */
  readonly lagAlarmThreshold?: Duration;

  /**
   * Whether the queue is read. One that is switched off goes on where it stopped, if that is within `queueRetention`.
   *
   * @default true
   */
  readonly enabled?: boolean;
}

/** What a subscriber with a queue can be told. */
export interface QueuedSubscriberOptions extends SubscriberOptions, SubscriberQueueOptions {
  /**
   * Between which changes order is kept. Changing it is safe when the queue and the spill are empty: changes that wait there keep the groups they
   * were sent with, so later ones of the same item may overtake them, and then count as applied.
   *
   * @default OrderBy.ITEM
   */
  readonly orderBy?: OrderBy;

  /**
   * Messages an invocation receives at most, 1 to 10 (Lambda's bounds for FIFO queues). A message holds consecutive changes of one item.
   *
   * @default 10
   */
  readonly batchSize?: number;

  /**
   * Concurrent invocations, 2 to 1,000 (Lambda's bounds). Without a bound, Lambda starts one for each item with changes in the queue, until the account has no
   * capacity left for any other function. The default leaves room for others: ten subscribers use at most a fifth of an account's 1,000 concurrent
   * invocations (Lambda's default quota). At 20, a subscriber that takes a second for a batch of ten changes applies 200 changes per second. Raise it when
   * the alarm `backlog` reports that the queue grows.
   *
   * @default 20
   */
  readonly maxConcurrency?: number;

  /**
   * Items of one invocation that are worked on at once, 1 to 1,000.
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
   * Age at which a change that fails goes to the failure store, however it stands: at least 60 seconds, and less than `queueRetention`.
   *
   * @default - 4 days, or half of a `queueRetention` that is shorter than 8 days
   */
  readonly maxRecordAge?: Duration;

  /**
   * How long a message stays invisible while it is worked on: `timeout` to 12 hours (SQS's bound). It matters only when the function crashes, for then its items wait
   * this long.
   *
   * @default - six times the timeout, as AWS advises; with `ChangeHandler.fromFunction` the timeout of the function, if it is part of the app
   */
  readonly visibilityTimeout?: Duration;
}

/** Properties of a QueuedSubscriber. */
export interface QueuedSubscriberProps extends QueuedSubscriberOptions {
  /** The table whose changes are wanted. */
  readonly source: IChangeSource;

  /**
   * Name of the subscriber: a letter, then letters, digits, `_` and `-`, at most 64, unique for the table. Its queue, the ledger and the failure
   * store know the subscriber by it: a new name is a new subscriber, and what waits in the old one's queue goes with that queue.
   *
   * @default - the construct id
   */
  readonly subscriberName?: string;
}
