import { PersistedClaim } from './persisted-claim';
import { LongWorkerPorts } from './ports';
import { LONG_WORK_MARGIN_SECONDS } from '../../contract/settings';
import { StreamRecord } from '../change/record';
import { Invocation } from '../ports';
import { QueueRecord } from '../queue/message';
import { Entry, inTime, invisibleFor, isSuspicious, pauseAfter, readEntry, receivesOf, settleEntries, unsettledRecords } from '../queue/settle-messages';
import { errorName } from '../thrown';

/** What became of a message: settled, or due again at a time if that is known, or none of this delivery's concern any more. */
type Verdict = 'settled' | 'lost' | Due;

interface Due {
  readonly resumeAt?: number;
  /** The delivery had the item to itself. */
  readonly claimed: boolean;
}

/**
 * Settles messages whose work takes long, each change under a claim of its item. Returns the ids of those to be delivered again. The mapping hands over one at a
 * time; what is behind one that is not settled waits with it.
 */
export async function settleWork(ports: LongWorkerPorts, records: readonly QueueRecord[], invocation: Invocation): Promise<readonly string[]> {
  for (const [index, record] of records.entries()) {
    const verdict = await settleMessage(ports, record, invocation);
    if (verdict === 'settled') continue;
    if (verdict !== 'lost') await postpone(ports, record, verdict, invocation);
    return records.slice(index).map(({ messageId }) => messageId);
  }
  return [];
}

async function settleMessage(ports: LongWorkerPorts, record: QueueRecord, invocation: Invocation): Promise<Verdict> {
  const entry = await readEntry(ports, record, invocation);
  if (entry.message === undefined) return { claimed: false };
  const delivery = { owner: ports.newOwner(), messageId: record.messageId, receiptHandle: record.receiptHandle, receives: receivesOf(record) };
  const suspicious = isSuspicious(ports, [record]);
  let claimed = false;
  for (const [index, changes] of partsOf(ports, entry.message.changes).entries()) {
    // Each is given the time that is stated for it, or waits for an invocation that has it.
    if (index > 0 && !hasTime(ports, invocation)) return { resumeAt: ports.clock.now(), claimed };
    const claim = new PersistedClaim(ports, delivery);
    const verdict = await settlePart(ports, { record, message: { ...entry.message, changes } }, invocation, { suspicious, claim });
    if (verdict !== 'settled') return verdict;
    claimed ||= claim.held !== undefined;
  }
  return 'settled';
}

interface PartOptions {
  readonly suspicious: boolean;
  readonly claim: PersistedClaim;
}

async function settlePart(ports: LongWorkerPorts, entry: Entry, invocation: Invocation, options: PartOptions): Promise<Verdict> {
  const { claim } = options;
  try {
    const [lane] = await settleEntries(ports, [entry], invocation, options);
    const open = unsettledRecords([lane]);
    if (open.size === 0) return 'settled';
    return claim.lost.aborted ? 'lost' : { resumeAt: [...open.values()][0], claimed: claim.held !== undefined };
  } catch (error) {
    const name = errorName(error);
    ports.logger.warn('not settled: delivered again', { messageId: entry.record.messageId, error: { name } });
    if (claim.lost.aborted || name === 'ClaimHeldError' || name === 'ClaimLostError') return 'lost';
    return { claimed: claim.held !== undefined };
  } finally {
    claim.end();
  }
}

/**
 * Changes that may share a claim. Each that is worked on gets one of its own; of those of one item that may be superseded the last is worked on. The relay sends them so; messages
 * that it sent for another kind of subscriber of this name hold others.
 */
function partsOf({ settings: { longWork } }: LongWorkerPorts, changes: readonly StreamRecord[]): StreamRecord[][] {
  const parts: StreamRecord[][] = [];
  let item: string | undefined;
  for (const change of changes) {
    const next = JSON.stringify(change.dynamodb?.Keys);
    if (longWork!.onNewerChange === 'PROCESS_EACH' || next !== item || parts.length === 0) parts.push([]);
    parts[parts.length - 1].push(change);
    item = next;
  }
  return parts;
}

function hasTime({ settings: { longWork } }: LongWorkerPorts, invocation: Invocation): boolean {
  return invocation.remainingMillis() >= longWork!.workMillis + (LONG_WORK_MARGIN_SECONDS * 1000) / 2;
}

/**
 * Says when the message is due, and what is behind it in its group. Full jitter, so that what failed together is not tried again together. Who had no claim leaves
 * the message a lease at least: it may have been handed out twice at once, and is then not taken from the one that works on it.
 */
async function postpone(ports: LongWorkerPorts, record: QueueRecord, { resumeAt, claimed }: Due, invocation: Invocation): Promise<void> {
  const { clock, logger, random, settings, visibility } = ports;
  const due = resumeAt === undefined ? 0 : (resumeAt - clock.now()) / 1000;
  const least = claimed ? 0 : settings.longWork!.leaseSeconds;
  const seconds = invisibleFor(Math.max(least, due, random() * pauseAfter(ports, record)));
  try {
    await inTime(ports, invocation, visibility.change([{ receiptHandle: record.receiptHandle, seconds }]));
  } catch (error) {
    logger.warn('visibility not changed: the message comes back when it ends', { messageId: record.messageId, error: { name: errorName(error) } });
  }
}
