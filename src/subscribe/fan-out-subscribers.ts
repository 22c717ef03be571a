import { Construct } from 'constructs';
import { QueuedSubscriber } from './queued-subscriber';
import { QueuedSubscriberOptions } from './queued-subscriber-props';
import { FAN_OUT_SUBSCRIBERS, NAME, SUBSCRIBER } from './subscriber-shapes';
import { Relay } from '../broker/relay';
import { SUBSCRIBER_NAME } from '../contract/settings';
import { IChangeSource } from '../publish/change-source';
import { checkPattern } from '../validate/checks';
import { describeInvalid, invalid } from '../validate/invalid';
import { check, checkArguments } from '../validate/shape';

/** One of FanOutSubscribers. */
export interface FanOutSubscriberOptions extends QueuedSubscriberOptions {}

/** Properties of FanOutSubscribers. */
export interface FanOutSubscribersProps {
  /** The table whose changes are wanted. */
  readonly source: IChangeSource;

  /**
   * Subscribers by name: a letter, then letters, digits, `_` and `-`, at most 64, unique for the table. In Python give each as
   * `FanOutSubscriberOptions(...)`: of a plain dict jsii drops what it does not know, such as `max_attempts`, without a word.
   *
   * @default - none; add them with `addSubscriber`
   */
  readonly subscribers?: { [name: string]: FanOutSubscriberOptions };
}

/**
 * Subscribes any number of independent handlers to a table, which reads its stream once for all of them. Each has a queue, a filter, a pace, failures and
 * alarms of its own; what one of them does concerns no other.
 *
 * @example
 * const notify = new FanOutSubscribers(this, 'Notify', {
 *   source: orders,
 *   subscribers: {
 *     email: { handler: ChangeHandler.fromEntry('src/email.ts') },
 *     sms: { handler: ChangeHandler.fromDirectory('dist/sms', 'index.onChange'), filter: ChangeFilter.inserts() },
 *   },
 * });
 * notify.addSubscriber('audit', { handler: ChangeHandler.fromEntry('src/audit.ts') });
 */
export class FanOutSubscribers extends Construct {
  /** The table whose changes they receive. */
  public readonly source: IChangeSource;
  private readonly byName = new Map<string, QueuedSubscriber>();

  /** Makes what `subscribers` lists, in the order of their names. Fails as a QueuedSubscriber does, and at synth when there is none. */
  constructor(scope: Construct, id: string, props: FanOutSubscribersProps) {
    checkArguments(scope, id, props, FAN_OUT_SUBSCRIBERS);
    super(scope, id);
    this.source = props.source;
    // Java's maps have no order, so names give it.
    for (const name of Object.keys(props.subscribers ?? {}).sort()) this.addSubscriber(name, props.subscribers![name]);
    this.node.addValidation({
      validate: () => this.byName.size > 0 ? [] : [describeInvalid('subscribers', 'none', 'at least one', 'Call addSubscriber, or leave the construct out')],
    });
  }

  /** The table's relay, which fills the queues. */
  public get relay(): Relay {
    return Relay.of(this.source);
  }

  /** Their names, sorted. */
  public get subscriberNames(): string[] {
    return [...this.byName.keys()].sort();
  }

  /**
   * Adds a subscriber, and changes nothing of the others. It receives what is relayed from its deployment on.
   *
   * Fails for a name that is illegal or taken, for options without a handler, and as a QueuedSubscriber does.
   *
   * @param name its name: a letter, then letters, digits, `_` and `-`, at most 64, unique for the table
   * @param options what it does
   */
  public addSubscriber(name: string, options: FanOutSubscriberOptions): QueuedSubscriber {
    check(this.node.path, 'subscribers', name, NAME);
    checkPattern(this, 'subscribers', name, SUBSCRIBER_NAME, 'a letter, then letters, digits, _ and -, at most 64 characters');
    // The name is also the construct's id, and CDK takes a child of such a name for one that exists.
    if (name in Object.prototype) throw invalid(this, 'subscribers', name, 'a name that JavaScript objects do not have as a member', `Use another name, such as ${name}-changes`);
    if (this.byName.has(name)) throw invalid(this, 'subscribers', name, 'each name once');
    check(this.node.path, `subscribers.${name}`, options ?? {}, SUBSCRIBER);
    const subscriber = new QueuedSubscriber(this, name, { ...options, source: this.source });
    this.byName.set(name, subscriber);
    return subscriber;
  }

  /**
   * One of them, to grant it something or to see its queue. Fails for a name that none of them has.
   *
   * @param name its name
   */
  public subscriber(name: string): QueuedSubscriber {
    const found = this.byName.get(name);
    if (!found) throw invalid(this, 'subscriber', name, `one of ${this.subscriberNames.join(', ')}`);
    return found;
  }
}
