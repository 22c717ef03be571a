import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { LongRunningSubscriberProps } from './long-running-subscriber-props';
import { longWorkSettings, LongWorkProps, queuedProps } from './long-work';
import { QueuedSubscriber } from './queued-subscriber';
import { QueuedSubscriberProps } from './queued-subscriber-props';
import { LONG_RUNNING_SUBSCRIBER } from './subscriber-shapes';
import { METRIC } from '../contract/metrics';
import { LongWorkSettings } from '../contract/settings';
import { withoutPlaceholders } from '../validate/placeholders';
import { checkArguments } from '../validate/shape';

/**
 * Subscribes a handler whose work on a change takes long: a minute, or fifteen, as a call of a language model does. Slow work never touches the stream's pace: each change
 * waits in the subscriber's own queue and is worked on in an invocation of its own, one at a time per item, `maxConcurrency` items at once.
 *
 * A change is claimed before it is worked on. While the work lives the claim is renewed; when its worker dies the item waits for `lease`, and a worker that comes back
 * after that can write nothing: `context.commit` and the ledger refuse it. Hand `context.signal` to whatever the handler awaits, and wrap calls that may be refused for now in
 * `retryLaterIfUnavailable`: throttles, outages and time-outs then cost no attempts.
 *
 * A function of `ChangeHandler.fromFunction` is accepted. It receives one message at a time as the relay sent it, and must do itself what the runtime does: know a change that it has
 * worked on already, since messages come at least once; extend the message's visibility while it works, or live with `visibilityTimeout`; say when a message is due again; and
 * give up at last what cannot be done, before `maxReceiveCount` moves it to the dead-letter queue, out of order.
 *
 * @example
 * new LongRunningSubscriber(this, 'Moderate', {
 *   source: orders,
 *   handler: ChangeHandler.fromEntry('src/moderate.ts'),
 *   timeout: Duration.minutes(1),
 *   maxConcurrency: 20,
 *   onNewerChange: NewerChangePolicy.SKIP_SUPERSEDED,
 * });
 */
export class LongRunningSubscriber extends QueuedSubscriber {
  /**
   * Makes the queue, the function, its role and log, the mapping and the alarms; with the first subscriber with a queue of a table also the table's relay.
   *
   * Fails for any property out of its bounds, times that contradict each other, a handler that is not there, a filter that only AWS can evaluate, and a name that is taken.
   */
  constructor(scope: Construct, id: string, props: LongRunningSubscriberProps) {
    checkArguments(scope, id, props, LONG_RUNNING_SUBSCRIBER);
    super(scope, id, queuedProps(withoutPlaceholders(scope, props)));
  }

  /**
   * Changes that were settled without the handler, since a newer one of their item was on its way; summed over five minutes.
   *
   * @param options changes to the metric
   */
  public metricSuperseded(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.runtime(METRIC.SUPERSEDED, options);
  }

  /** @internal */
  protected override _longWork(props: QueuedSubscriberProps): LongWorkSettings {
    return longWorkSettings(this, props as LongWorkProps);
  }
}
