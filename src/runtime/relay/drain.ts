import { Line, packSpilled } from './messages';
import { PreparedChange } from './prepared-change';
import { RelayRun } from './relay-run';
import { FilterFailingError, select, WantedChange } from './select';
import { eachOf, sendLines } from './send';
import { Target } from './target';
import { parseStreamArn, position } from '../../contract/position';
import { behindSpillGroup, SPILL_VERSION, SpilledChanges, spillPrefix } from '../../contract/spill';
import { StreamRecord } from '../change/record';
import { retryStore } from '../ledger/store-retry';
import { errorName } from '../thrown';
import { within } from '../within';

/** Of one round, whose objects are held in memory: no more are fetched when so much is there. */
const OBJECTS_A_ROUND = 50;
const BYTES_A_ROUND = 8 * 1024 * 1024;
const OBJECTS_AT_ONCE = 20;
/** Targets whose spills may drain at once in a process. */
export const TARGETS_AT_ONCE = 5;

/**
 * What a round of draining came to: `closed` when the spill is empty and the target takes changes directly again, `more` when there is more
 * to try, `stuck` when what is left has to wait.
 */
export type DrainVerdict = 'closed' | 'more' | 'stuck';

/**
 * Sends the first objects of a target's spill, in order per item, and deletes what is acknowledged. Any number may drain at once: an object goes
 * only when the queue has its changes, and what is sent twice is known by its deduplication id or by the subscriber's marks.
 */
export async function drainRound(run: RelayRun, target: Target): Promise<DrainVerdict> {
  // The version is read before the list: whoever spills after the list also changes the version.
  const before = (await run.state.read()).get(target.name);
  if (before === undefined) return 'closed';
  if (!before.answers) await findQueueAgain(run);
  const after = run.memory.passed.get(target.name);
  const keys = await retryStore(run.retry, () => run.objects.list(spillPrefix(target.name), OBJECTS_A_ROUND, after));
  if (keys.length === 0 && after !== undefined) {
    // All others are sent: the next round begins with those that could not be.
    run.memory.passed.delete(target.name);
    return 'stuck';
  }
  if (keys.length === 0) {
    if (!(await run.state.close(target.name, before.version))) return 'more';
    run.open.delete(target.name);
    run.logger.warn('the spill is empty: the target takes changes directly again', { target: target.name, openMillis: run.clock.now() - before.since });
    return 'closed';
  }
  const { lines, unwanted, failing } = await readLines(run, target, keys);
  const result = await sendLines(run, target, lines, run.deadline.handlerSignal);
  const done = [...unwanted, ...acknowledged(lines)];
  if (done.length > 0) await retryStore(run.retry, () => run.objects.remove(done));
  for (const line of lines) for (const { changes } of line.messages.slice(0, line.sent)) run.counts.drained += changes.length;
  const answers = result.answered ?? (failing === undefined ? undefined : false);
  if (answers !== undefined && answers !== before.answers) await run.state.answers(target.name, answers);
  if (answers === true) run.memory.answered(target.name);
  const stuck = result.left.map(({ group }) => group).sort().pop();
  if (stuck !== undefined || failing !== undefined) run.logger.error('the spill does not drain', { target: target.name, error: result.error ?? failing });
  if (answers === false) return 'stuck';
  // Items that cannot be sent while the queue takes others, for want of a permission on S3 say, hold back nobody else's.
  if (stuck !== undefined) run.memory.passed.set(target.name, behindSpillGroup(target.name, stuck));
  return 'more';
}

/** A target may fail because its queue was replaced, or is named only since this process started: while subscribers are deployed both happen. */
export async function findQueueAgain(run: RelayRun): Promise<void> {
  try {
    await within(run.retry.signal, run.queues.refresh());
  } catch (error) {
    run.logger.warn('the queues\' URLs could not be read again: those known are used', { error: { name: errorName(error) } });
  }
}

interface SpilledLines {
  readonly lines: readonly Line[];
  /** Objects without anything the target wants. */
  readonly unwanted: readonly string[];
  /** Why some objects cannot be decided on. */
  readonly failing?: string;
}

/** The objects' changes as messages, those of one group in one line, in order. */
async function readLines(run: RelayRun, target: Target, keys: readonly string[]): Promise<SpilledLines> {
  const contents = new Map<string, SpilledChanges>();
  let bytes = 0;
  await eachOf(keys, OBJECTS_AT_ONCE, async (key) => {
    // Those fetched are the first of the list, so each group's are the oldest it has.
    if (bytes >= BYTES_A_ROUND) return;
    const text = await retryStore(run.retry, () => run.objects.get(key));
    // Another drain was faster: its changes are acknowledged.
    if (text === undefined) return;
    bytes += text.length;
    contents.set(key, readSpilled(key, text));
  });
  // Keys are sorted, and so are the objects of each group.
  const spilled = keys.flatMap((key) => {
    const content = contents.get(key);
    return content ? [{ key, content, changes: content.changes.map((record) => preparedAgain(run, record as StreamRecord)) }] : [];
  });
  const { wanted, failing } = evaluate(target, spilled.filter(({ content }) => !content.filtered).flatMap(({ changes }) => changes));
  const lines = new Map<string, Line>();
  const held = new Set<string>();
  const unwanted: string[] = [];
  for (const { key, content, changes } of spilled) {
    if (!content.filtered && failing !== undefined) held.add(content.group);
    if (held.has(content.group)) continue;
    const some = content.filtered ? changes.map((change) => ({ change })) : changes.flatMap((change) => wanted.get(change) ?? []);
    if (some.length === 0) unwanted.push(key);
    const messages = packSpilled(key, content.group, some, { objects: run.objects, changesAMessage: target.changesAMessage });
    const line = lines.get(content.group);
    if (line) line.messages.push(...messages);
    else lines.set(content.group, new Line(content.group, messages));
  }
  return { lines: [...lines.values()], unwanted, failing };
}

function evaluate(target: Target, changes: readonly PreparedChange[]): { wanted: Map<PreparedChange, WantedChange>; failing?: string } {
  try {
    return { wanted: new Map(select(target, changes).map((one) => [one.change, one])) };
  } catch (error) {
    if (!(error instanceof FilterFailingError)) throw error;
    return { wanted: new Map(), failing: error.message };
  }
}

function preparedAgain(run: RelayRun, record: StreamRecord): PreparedChange {
  const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
  const label = parseStreamArn(record.eventSourceARN ?? '')?.label ?? '';
  return new PreparedChange(record, sequenceNumber, position(label, sequenceNumber), { table: run.table, partitionKey: run.partitionKey });
}

function readSpilled(key: string, text: string): SpilledChanges {
  let content: SpilledChanges;
  try {
    content = JSON.parse(text) as SpilledChanges;
  } catch {
    // The parser's own message would quote the changes.
    throw new Error(`spilled object ${key} is not in JSON`);
  }
  if (content.formatVersion !== SPILL_VERSION) {
    throw new Error(`spilled object ${key} has format version ${String(content.formatVersion)}, this library understands ${SPILL_VERSION}: upgrade cdk-dynamodb-cdc`);
  }
  return content;
}

/** Objects all of whose messages are acknowledged. */
function acknowledged(lines: readonly Line[]): string[] {
  return lines.flatMap((line) => {
    const waiting = new Set(line.left.map(({ spilled }) => spilled));
    return [...new Set(line.messages.map(({ spilled }) => spilled!))].filter((key) => !waiting.has(key));
  });
}
