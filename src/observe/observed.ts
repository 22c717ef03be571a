import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { SubscriberMetrics } from './subscriber-metrics';

/** What reads a table's changes, as a dashboard shows it. */
export interface Observed {
  readonly kind: 'STREAM' | 'QUEUE' | 'RELAY';
  readonly name: string;
  readonly metrics: SubscriberMetrics;
  /** Of a subscriber that has one. */
  readonly queue?: sqs.IQueue;
  /** Children of it are the alarms that are there. */
  readonly alarms: Construct;
  /** False for a raw function, which writes none of the runtime's metrics. */
  readonly hasRuntime: boolean;
}

const readers = new WeakMap<IConstruct, Observed[]>();

/** Called by each subscriber and relay, so that a dashboard shows those that are made after it too. */
export function observe(source: IConstruct, observed: Observed): void {
  readers.set(source, [...readers.get(source) ?? [], observed]);
}

const ORDER = ['STREAM', 'RELAY', 'QUEUE'];

/** In flow order: direct subscribers, then the relay, then those it feeds; each by name, so that the order of the code changes nothing. */
export function observedOf(source: IConstruct): readonly Observed[] {
  const place = ({ kind, name }: Observed) => `${ORDER.indexOf(kind)} ${name}`;
  return [...readers.get(source) ?? []].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}
