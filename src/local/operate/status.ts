import { DeployedReader, ReaderKind } from './deployed-reader';
import { Measurements } from './measure';

/** How one reader stands; null where nobody says. */
export interface ReaderStatus {
  readonly name: string;
  readonly kind: ReaderKind;
  readonly table: string | null;
  readonly paused: boolean;
  /** What Lambda reports of the mapping's last poll or invocation; null for a queue, of which it reports nothing. */
  readonly lastResult: string | null;
  /** Age of the oldest change that waits. Of a paused stream, as long as it has been paused: it is at least that. */
  readonly lagSeconds: number | null;
  /** Until the oldest change that waits is given up: by `maxRecordAge` on a stream, by the queue's retention. At most, of what is paused. */
  readonly secondsLeft: number | null;
  readonly inFlight: number | null;
  readonly waiting: number | null;
  readonly parked: number | null;
  readonly batches: number | null;
  readonly setAside: number | null;
  readonly spilled: number | null;
  /** What should be there and is not. */
  readonly gone: readonly string[];
  /** What AWS did not report although it is there. */
  readonly unseen: readonly string[];
  /** What other tools know it by. */
  readonly functionName: string;
  readonly logGroup: string | null;
  readonly mappingId: string;
  readonly queueUrl: string | null;
  readonly failureBucket: string | null;
  readonly discardBucket: string | null;
}

const ON_THE_WAY_OFF = ['Disabled', 'Disabling'];
/** Of the time there is, what counts as little. */
const LITTLE = 1 / 4;

export function readerStatus(reader: DeployedReader, seen: Measurements, now: number): ReaderStatus {
  const paused = ON_THE_WAY_OFF.includes(reader.state);
  const limit = reader.kind === 'QUEUE' ? seen.queueRetentionSeconds : reader.maxAgeSeconds;
  const lag = lagSeconds(reader, seen, paused, now);
  return {
    name: reader.name,
    kind: reader.kind,
    table: reader.table ?? null,
    paused,
    lastResult: reader.lastResult ?? null,
    lagSeconds: lag,
    secondsLeft: lag === null || limit === undefined ? null : Math.max(0, Math.floor(limit - lag)),
    inFlight: seen.inFlight ?? null,
    waiting: seen.waiting ?? null,
    parked: seen.parked ?? null,
    batches: seen.batches ?? null,
    setAside: seen.setAside ?? null,
    spilled: seen.spilled ?? null,
    gone: seen.gone ?? [],
    unseen: seen.unseen ?? [],
    functionName: reader.functionName,
    logGroup: reader.logGroup ?? null,
    mappingId: reader.mappingId,
    queueUrl: reader.queueUrl ?? null,
    failureBucket: reader.failureBucket ?? null,
    discardBucket: reader.discardBucket ?? null,
  };
}

/** What Lambda calls a poll or an invocation that failed begins so. */
const PROBLEM = /^PROBLEM/i;

/** A paused mapping measures nothing, so the time since it was paused stands in. An empty queue has nothing old. */
function lagSeconds(
  { kind, changedAt }: DeployedReader, { ageSeconds, waiting, inFlight }: Measurements, paused: boolean, now: number,
): number | null {
  if (kind === 'QUEUE' && waiting === 0 && inFlight === 0) return 0;
  const sincePause = paused && changedAt !== undefined ? Math.max(0, Math.round((now - changedAt) / 1000)) : undefined;
  if (ageSeconds === undefined) return sincePause ?? null;
  return Math.max(Math.round(ageSeconds), sincePause ?? 0);
}

/** Why somebody should look; empty when nobody has to. */
export function concerns(status: ReaderStatus): string[] {
  const { name, paused, lastResult, secondsLeft, lagSeconds: lag, parked, batches, setAside, spilled } = status;
  const found: string[] = [];
  for (const what of status.gone) found.push(`${what} of ${name} is gone: deploy the stack again`.replace('its ', 'the '));
  for (const what of status.unseen) found.push(`the ${what} of ${name} cannot be read`);
  if (paused) found.push(`${name} is paused`);
  // Of a paused mapping it is what was before the pause.
  if (!paused && lastResult !== null && PROBLEM.test(lastResult)) found.push(`the mapping of ${name} reports "${lastResult}"`);
  const isLate = secondsLeft !== null && lag !== null && secondsLeft < (secondsLeft + lag) * LITTLE;
  if (isLate) found.push(`${name} has little time left until changes are given up`);
  if (parked) found.push(`${name} has ${items(parked)} in the failure store`);
  if (batches) found.push(`the mapping of ${name} has put changes into the failure store`);
  if (setAside) found.push(`${name} has ${setAside} object${setAside === 1 ? '' : 's'} set aside that cannot be read: "failures list" names them`);
  if (spilled) found.push(`${name} has ${items(spilled)} spilled, because its queue does not take them`);
  return found;
}

function items(count: number): string {
  return `${count} item${count === 1 ? '' : 's'}`;
}
