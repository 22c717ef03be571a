import { RedriveLease } from './lease';
import { StoredObjects, SubscriberFunction } from './ports';
import { Redriver } from './redriver';
import { AUTO_REDRIVE_EVERY_MINUTES, AutoRedriveEvent, AutoRedriveSubscriber } from '../../contract/auto-redrive';
import { Clock, LineWriter } from '../ports';
import { errorName } from '../thrown';
import { atMost } from '../within';

const EVERY_MILLIS = AUTO_REDRIVE_EVERY_MINUTES * 60_000;
/** Kept back of an invocation, so that the request under way can end; one that does not is known by the next redrive. */
const SHARE = 0.5;
/** Of an invocation, what a request under way is waited for: an error says more than a function that ran out of time. */
const LAST_SHARE = 0.95;

export interface AutoRedrivePorts {
  readonly clock: Clock;
  readonly writeLine: LineWriter;
  /** Milliseconds until Lambda ends the process. */
  remainingMillis(): number;
  store(bucket: string): StoredObjects;
  fn(functionName: string): SubscriberFunction;
  lease(ledgerTable: string): Pick<RedriveLease, 'during'>;
}

/** Redrives the due items of all subscribers of the event, concurrently. One that fails holds back none of the others. */
export async function autoRedrive({ bucket, ledger, subscribers }: AutoRedriveEvent, ports: AutoRedrivePorts): Promise<void> {
  const ended = await Promise.allSettled(subscribers.map((each) => alone(ledger, each.subscriber, ports, () => redriveDue(bucket, each, ports))));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}

/** Does the work, unless another invocation is at it for the same subscriber. */
async function alone(ledger: string | undefined, subscriber: string, ports: AutoRedrivePorts, work: () => Promise<void>): Promise<void> {
  if (ledger === undefined) return work();
  if (await ports.lease(ledger).during(subscriber, ports.remainingMillis(), work)) return;
  ports.writeLine(JSON.stringify({ level: 'INFO', message: 'another invocation redrives the items of this subscriber', subscriber }));
}

/** Redrives the items that have become due since the last look: in order, like the command, and without any of its explicit choices. */
async function redriveDue(bucket: string, event: AutoRedriveSubscriber, ports: AutoRedrivePorts): Promise<void> {
  const { clock, writeLine } = ports;
  const now = clock.now();
  const stop = new AbortController();
  const over = new AbortController();
  void clock.sleep(ports.remainingMillis() * SHARE, over.signal).then(() => stop.abort());
  const redriver = new Redriver({
    store: ports.store(bucket),
    fn: ports.fn(event.functionName),
    subscriber: event.subscriber,
    action: 'REDRIVE',
    outOfOrder: false,
    applyUnknown: false,
    clock,
    wants: ({ storedAt }) => isDue(now - storedAt, event),
    stop: stop.signal,
  });
  try {
    const { changes, outcomes, setAside } = await atMost(clock, ports.remainingMillis() * LAST_SHARE, redriver.run());
    if (changes > 0 || setAside > 0) writeLine(JSON.stringify({ level: 'INFO', message: 'redriven', subscriber: event.subscriber, ...outcomes, setAside }));
  } catch (error) {
    writeLine(JSON.stringify({ level: 'ERROR', message: 'not redriven', subscriber: event.subscriber, error: { name: errorName(error) } }));
    throw error;
  } finally {
    over.abort();
  }
}

/**
 * Whether an item whose first change has been stored for so long has become due since the last look. The delays double: due after one first delay, two, four and
 * so on, up to the age at which people must look. Nothing is remembered, so a look that is missed is one attempt less.
 */
export function isDue(ageMillis: number, { firstDelaySeconds, maxAgeSeconds }: Pick<AutoRedriveSubscriber, 'firstDelaySeconds' | 'maxAgeSeconds'>): boolean {
  if (ageMillis > maxAgeSeconds * 1000) return false;
  const times = Math.floor(Math.log2(ageMillis / (firstDelaySeconds * 1000)));
  return times >= 0 && ageMillis - firstDelaySeconds * 1000 * 2 ** times < EVERY_MILLIS;
}
