import { Duration } from 'aws-cdk-lib';
import { NewerChangePolicy } from './enums';
import { SubscriberQueueOptions } from './queued-subscriber-props';
import { SubscriberBaseOptions } from './subscriber-options';
import { IChangeSource } from '../publish/change-source';

/** Properties of a LongRunningSubscriber. */
export interface LongRunningSubscriberProps extends SubscriberBaseOptions, SubscriberQueueOptions {
  /** The table whose changes are wanted. */
  readonly source: IChangeSource;

  /**
   * Name of the subscriber: a letter, then letters, digits, `_` and `-`, at most 64, unique for the table. Its queue, the ledger and the failure
   * store know the subscriber by it: a new name is a new subscriber.
   *
   * @default - the construct id
   */
  readonly subscriberName?: string;

  /**
   * What the work on one change may take: whole seconds from 1 to 890 (Lambda's 15 minutes less ten seconds), known when synthesized. Then `context.signal` is aborted, and the change is tried again
   * later at no cost of attempts. The function is given ten seconds more, to claim the change before and to settle it afterwards.
   *
   * @default - 5 minutes
   */
  readonly timeout?: Duration;

  /**
   * Changes that are worked on at once, each in an invocation of its own, 2 to 1,000 (Lambda's bounds): no more calls than this reach what the handler calls.
   *
   * @default 10
   */
  readonly maxConcurrency?: number;

  /**
   * How long an item waits after its worker has died, 10 to 900 seconds. A worker that lives says so every third of it.
   *
   * @default - 1 minute
   */
  readonly lease?: Duration;

  /**
   * Age at which a change that still cannot be worked on goes to the failure store: at least 60 seconds, and less than `queueRetention`. An outage of what the handler
   * calls that is shorter than nine tenths of it leaves nothing there.
   *
   * @default - 1 day, or half of a `queueRetention` that is shorter than 2 days
   */
  readonly maxRecordAge?: Duration;

  /**
   * What becomes of a change that waits while a newer one of its item is already on its way.
   *
   * @default NewerChangePolicy.PROCESS_EACH
   */
  readonly onNewerChange?: NewerChangePolicy;

  /**
   * How long a message stays invisible until the runtime has started and shortened this to the lease: from `lease`, and from `timeout` and ten seconds, to 12 hours. It matters
   * where the function never gets to run, as when it is throttled or its code does not load.
   *
   * @default - six times the function's timeout, as AWS advises
   */
  readonly visibilityTimeout?: Duration;
}
