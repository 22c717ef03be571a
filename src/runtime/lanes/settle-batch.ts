import { Admission } from './admission';
import { ItemClaim } from './claim';
import { Lane } from './lane';
import { MarkWriter } from './mark-writer';
import { parseStreamArn, position, sequenceNumberFault } from '../../contract/position';
import type { CommitWrite } from '../change/context';
import { StreamRecord } from '../change/record';
import { Deadline } from '../deadline';
import { LaneRecord, Run, RuntimePorts } from './run';
import { giveUpLane, settleLane } from './settle-lane';
import { FencedLedger } from '../ledger/fenced-ledger';
import { healthKey, itemKey, KeyScope, unreadableItemKey } from '../ledger/item-key';
import { Ledger } from '../ledger/ledger';
import { StoreUnavailableError } from '../ledger/store-retry';
import { Counts, writeMetrics } from '../observe/metrics';
import { Invocation } from '../ports';
import { errorName } from '../thrown';
import { within } from '../within';

/** A record cannot be acknowledged one by one, so none of its batch can be. */
export class UnidentifiableRecordError extends Error {
  public override readonly name = 'UnidentifiableRecordError';
}

/** Marks are stored in less, usually. */
const TAKE_BACK_AFTER_MILLIS = 250;

export interface SettleOptions {
  /** Whether one of the records may be what ended the process before. @default - a batch of one in a fresh process */
  readonly suspicious?: boolean;
  /** Claims the item first; then all records must be of one. @default - nothing is claimed */
  readonly claim?: ItemClaim;
  /** Records that a mapping gave up, and a redrive has sent. @default - none */
  readonly givenUp?: ReadonlySet<StreamRecord>;
}

/**
 * Settles a batch of one shard as far as it can be now. Returns the lanes; the batch is settled when none has an unsettled record.
 * Throws when a record cannot be identified, the ledger cannot be read, or a store refuses for good: then the whole batch counts as failed.
 */
export async function settleBatch(
  ports: RuntimePorts, records: readonly StreamRecord[], invocation: Invocation, options: SettleOptions = {},
): Promise<readonly Lane[]> {
  if (records.length === 0) return [];
  const { streamArn, scope, label } = identify(ports, records);
  const deadline = new Deadline(ports.clock, invocation, ports.settings.longWork?.workMillis);
  const suspicious = options.suspicious ?? (records.length === 1 && !ports.memory.finishedInvocation);
  const { claim } = options;
  const run = startRun(ports, { scope, streamArn, deadline, suspicious, claim });
  claim?.lost.addEventListener('abort', () => deadline.cut(claim.lost.reason), { once: true });
  run.counts.records = records.length;
  try {
    const lanes = sortIntoLanes(run, label, records, options.givenUp);
    if (lanes.length > 0) await readRows(run, lanes);
    const errors = await settleLanes(run, lanes);
    errors.push(...await finish(run, lanes));
    report(run, lanes, records);
    ports.memory.finishedInvocation = true;
    const refusal = errors.find((error) => !(error instanceof StoreUnavailableError));
    if (refusal !== undefined) throw refusal;
    return lanes;
  } finally {
    run.open = false;
    deadline.finish();
  }
}

function identify(ports: RuntimePorts, records: readonly StreamRecord[]): { streamArn: string; scope: KeyScope; label: string } {
  for (const [index, record] of records.entries()) {
    const fault = sequenceNumberFault(record?.dynamodb?.SequenceNumber);
    if (fault !== undefined) throw new UnidentifiableRecordError(`record ${index} of ${records.length} ${fault}; the whole batch fails`);
  }
  const streamArn = records[0].eventSourceARN ?? '';
  const identity = parseStreamArn(streamArn);
  if (!identity) throw new UnidentifiableRecordError('the batch does not come from a DynamoDB stream: its eventSourceARN is not that of one');
  return { streamArn, scope: { subscriber: ports.settings.subscriber, table: identity.tableName }, label: identity.label };
}

interface RunParts {
  readonly scope: KeyScope;
  readonly streamArn: string;
  readonly deadline: Deadline;
  readonly suspicious: boolean;
  readonly claim?: ItemClaim;
}

function startRun(ports: RuntimePorts, { scope, streamArn, deadline, suspicious, claim }: RunParts): Run {
  const { settings, clock, random, memory } = ports;
  const ledgerOptions = { client: ports.client, table: ports.ledgerTable, subscriber: settings.subscriber, clock, random };
  const ledger = claim ? new FencedLedger(ledgerOptions, claim) : new Ledger(ledgerOptions);
  const counts = new Counts();
  // Each needs the other: marks make room, and too little room asks for marks.
  const admission: Admission = new Admission({
    concurrency: settings.concurrency,
    // Work that takes long is marked before the next begins, and is given the time that is stated for it.
    window: settings.longWork ? 1 : settings.flushSize + settings.concurrency,
    clock,
    random,
    signal: deadline.handlerSignal,
    tooLate: () => settings.longWork ? counts.calls > 0 && !deadline.isUnhurried() : deadline.isTooLateFor(memory.pace.millis),
    windowFull: () => marks.hurry(),
  });
  const marks: MarkWriter = new MarkWriter({
    flushSize: settings.flushSize,
    write: (some) => ledger.writeMarks(some, deadline.storeSignal),
    release: (count) => admission.release(count),
    refused: () => admission.close(),
  });
  let healthLoaded: Promise<void> | undefined;
  return {
    ...ports,
    scope,
    streamArn,
    ledger,
    deadline,
    admission,
    marks,
    counts,
    suspicious,
    claim,
    open: true,
    onCommit: (writes) => warnOfLoop(ports, scope.table, writes),
    loadHealth: () => (healthLoaded ??= ledger.read([healthKey(scope)], deadline.storeSignal).then((rows) => {
      const outage = rows.get(healthKey(scope))?.outage;
      memory.health.remember(outage);
      memory.postponed.remember(outage);
    })),
  };
}

/** One lane an item, in the order of their first records; what the filter does not want is settled here. */
function sortIntoLanes(run: Run, label: string, records: readonly StreamRecord[], givenUp?: ReadonlySet<StreamRecord>): Lane[] {
  const { settings, scope } = run;
  const partitionKey = settings.orderBy === 'PARTITION_KEY' ? settings.partitionKey : undefined;
  const lanes = new Map<string, Lane>();
  // A queue may hold changes of the stream before this one: their labels differ.
  const labelOf = (record: StreamRecord) => record.eventSourceARN === run.streamArn ? label : parseStreamArn(record.eventSourceARN ?? '')?.label;
  for (const record of records) {
    let defect: unknown;
    try {
      if (run.filter !== undefined && !run.filter(record)) {
        run.counts.filtered += 1;
        continue;
      }
    } catch (error) {
      defect = error;
    }
    const sequenceNumber = record.dynamodb!.SequenceNumber!;
    const at = position(labelOf(record) ?? label, sequenceNumber);
    const readable = itemKey(scope, record.dynamodb!.Keys, partitionKey);
    const pk = readable ?? unreadableItemKey(scope, at);
    const entry: LaneRecord = {
      record,
      sequenceNumber,
      at,
      defect: readable === undefined ? new TypeError('the keys cannot be read') : defect,
      loose: readable === undefined,
      givenUp: givenUp?.has(record) ?? false,
    };
    const lane = lanes.get(pk);
    if (lane) lane.push(entry);
    else lanes.set(pk, new Lane(pk, run, entry));
  }
  return [...lanes.values()];
}

async function readRows(run: Run, lanes: readonly Lane[]): Promise<void> {
  if (run.claim) {
    if (lanes.length > 1) throw new RangeError(`${lanes.length} items cannot be claimed at once`);
    const [{ pk, records }] = lanes;
    const { storeSignal } = run.deadline;
    lanes[0].row = await within(storeSignal, run.claim.acquire(pk, records[records.length - 1].at, storeSignal));
    return;
  }
  const rows = await run.ledger.read(lanes.map(({ pk }) => pk), run.deadline.storeSignal);
  for (const lane of lanes) lane.row = rows.get(lane.pk);
}

/** Runs all lanes until they end or the time is up. Returns what the stores refused. */
async function settleLanes(run: Run, lanes: readonly Lane[]): Promise<unknown[]> {
  const errors: unknown[] = [];
  const all = Promise.all(lanes.map((lane) => settleLane(run, lane).catch((error: unknown) => {
    errors.push(error);
    run.logger.error('not settled: a store refused', { keyHash: lane.pk, error: { name: errorName(error) } });
  })));
  await Promise.race([all, run.deadline.givenUp]);
  for (const lane of lanes) giveUpLane(run, lane);
  run.open = false;
  return errors;
}

/** Stores what is still to be stored: marks first, then what the next delivery should know. */
async function finish(run: Run, lanes: readonly Lane[]): Promise<unknown[]> {
  const errors: unknown[] = [];
  const step = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      errors.push(error);
      run.logger.error(`not stored: ${what}`, { error: { name: errorName(error) } });
    }
  };
  const stored = new AbortController();
  const takenBack = step('attempts that were none', () => takeBack(run, lanes, stored.signal));
  await step('marks', () => run.marks.flush());
  stored.abort();
  await takenBack;
  await step('attempts', () => Promise.all(lanes.map((lane) => lane.rememberAttempts())));
  const { health, postponed } = run.memory;
  const now = run.clock.now();
  const news = health.toRemember(run.outageSignature, now) ?? postponed.toRemember(run.outageSignature, now);
  if (news !== undefined) {
    const outage = news === 'over' ? undefined : news;
    await step('outage', async () => {
      await run.ledger.writeOutage(healthKey(run.scope), outage, run.deadline.storeSignal);
      health.remember(outage);
      postponed.remember(outage);
    });
  }
  return errors;
}

/**
 * An attempt that was counted before it was made, and whose handler has succeeded, is taken back where its mark is not stored soon: in fresh processes a change that is
 * applied each time would be parked otherwise. Beside the marks, because these may be waited for until there is no time left.
 */
async function takeBack(run: Run, lanes: readonly Lane[], marksStored: AbortSignal): Promise<void> {
  const owing = lanes.filter(({ owes }) => owes);
  if (owing.length === 0) return;
  await run.clock.sleep(TAKE_BACK_AFTER_MILLIS, marksStored);
  await Promise.all(owing.map((lane) => lane.takeBack()));
}

function report(run: Run, lanes: readonly Lane[], records: readonly StreamRecord[]): void {
  for (const lane of lanes) run.counts.unsettled += lane.records.length - lane.settled;
  const now = run.clock.now();
  const oldest = (records[0].dynamodb?.ApproximateCreationDateTime ?? now / 1000) * 1000;
  writeMetrics(run.writeLine, run.counts, { table: run.scope.table, subscriber: run.settings.subscriber, now, lag: Math.max(0, now - oldest) });
}

/** A handler that writes to the table it listens to answers itself, for ever unless something stops it. */
function warnOfLoop(ports: RuntimePorts, table: string, writes: readonly CommitWrite[]): void {
  if (ports.memory.warnedOfLoop) return;
  const own = (name: string | undefined) => name === table || name?.endsWith(`:table/${table}`) === true;
  if (!writes.some((write) => own((write.Put ?? write.Update ?? write.Delete)?.TableName))) return;
  ports.memory.warnedOfLoop = true;
  ports.logger.warn('a commit writes to the table this subscriber listens to: guard the handler with change.changed() or a filter, or it answers itself');
}
