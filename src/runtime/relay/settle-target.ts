import { drainRound, TARGETS_AT_ONCE } from './drain';
import { Line, pack } from './messages';
import { PreparedChange } from './prepared-change';
import { recordLatest } from './record-latest';
import { RelayRun } from './relay-run';
import { OpenTarget } from './relay-state';
import { FilterFailingError, select, WantedChange } from './select';
import { sendLines } from './send';
import { groupsWithSpill, spill, SpillPart } from './spill';
import { Target } from './target';
import { errorName } from '../thrown';

/**
 * Brings a batch to one target: into its queue, or into its spill. Returns the changes that are in neither, which the mapping must deliver again:
 * none, unless the time is up or the spill fails as well.
 */
export async function settleTarget(
  run: RelayRun, target: Target, changes: readonly PreparedChange[], open: OpenTarget | undefined,
): Promise<readonly PreparedChange[]> {
  let wanted: readonly WantedChange[] = [];
  try {
    wanted = select(target, changes);
    run.counts.filterErrors += wanted.filter(({ filterError }) => filterError !== undefined).length;
    if (target.recordsLatest) await recordLatest(run, target, wanted);
    const drained = open && probe(run, target);
    const unsettled = await sendOrSpill(run, target, wanted, open);
    await drained;
    return unsettled;
  } catch (error) {
    if (!(error instanceof FilterFailingError)) return notKept(run, target, wanted.map(({ change }) => change), error);
    return keep(run, target, partsOf(target, changes), { error: error.message, answers: false });
  }
}

async function sendOrSpill(
  run: RelayRun, target: Target, wanted: readonly WantedChange[], open: OpenTarget | undefined,
): Promise<readonly PreparedChange[]> {
  if (wanted.length === 0) return [];
  const lines = pack(wanted, { orderBy: target.orderBy, objects: run.objects, changesAMessage: target.changesAMessage });
  const part = partOf(wanted);
  if (open && !open.answers) return keep(run, target, lines.map(part));

  const waiting = open ? await groupsWithSpill(run, target.name, lines.map(({ group }) => group)) : new Set<string>();
  const direct = lines.filter(({ group }) => !waiting.has(group));
  const result = await sendLines(run, target, direct, run.deadline.handlerSignal);
  for (const { messages, sent } of direct) for (let index = 0; index < sent; index += 1) run.counts.sent += messages[index].changes.length;
  const left = [...lines.filter(({ group }) => waiting.has(group)), ...result.left];
  if (run.deadline.handlerSignal.aborted) return left.flatMap(changesLeft);
  return keep(run, target, left.map(part), result.left.length > 0 ? { error: result.error, answers: result.answered } : {});
}

interface Failing {
  readonly error?: string;
  /** Whether the queue took at least something; undefined when it was not asked. */
  readonly answers?: boolean;
}

/** Puts parts into the spill. */
async function keep(run: RelayRun, target: Target, parts: readonly SpillPart[], failing: Failing = {}): Promise<readonly PreparedChange[]> {
  if (parts.length === 0) return [];
  try {
    await spill(run, target.name, parts, failing.answers);
  } catch (error) {
    return notKept(run, target, parts.flatMap(({ changes }) => changes), error);
  }
  if (!run.open.has(target.name)) {
    run.logger.error('the target does not take its changes: they go to its spill until it does', { target: target.name, error: failing.error });
    run.memory.probeFailed(target.name, run.clock.now());
  }
  run.open.add(target.name);
  return [];
}

function notKept(run: RelayRun, target: Target, changes: readonly PreparedChange[], error: unknown): readonly PreparedChange[] {
  run.logger.error('neither sent nor spilled: delivered again', { target: target.name, changes: changes.length, error: { name: errorName(error) } });
  return changes;
}

/** Sends a little of the spill beside the batch, unless that failed just now or enough others do so: what they send is held in memory. */
async function probe(run: RelayRun, target: Target): Promise<void> {
  if (!run.memory.mayProbe(target.name, run.clock.now()) || run.counts.draining === TARGETS_AT_ONCE) return;
  run.counts.draining += 1;
  try {
    if (await drainRound(run, target) === 'stuck') run.memory.probeFailed(target.name, run.clock.now());
  } catch (error) {
    // The spill stays as it is; the batch beside it is not concerned.
    run.memory.probeFailed(target.name, run.clock.now());
    run.logger.error('the spill cannot be drained', { target: target.name, error: { name: errorName(error) } });
  }
}

/** A change that its filter failed on is evaluated again when it is drained, so that the error goes with it. */
function partOf(wanted: readonly WantedChange[]): (line: Line) => SpillPart {
  const failed = new Set(wanted.filter(({ filterError }) => filterError).map(({ change }) => change));
  return (line) => {
    const changes = changesLeft(line);
    return { group: line.group, changes, filtered: !changes.some((change) => failed.has(change)) };
  };
}

/** All changes of a batch, by group, for a filter that cannot be evaluated. */
function partsOf(target: Target, changes: readonly PreparedChange[]): SpillPart[] {
  const groups = new Map<string, PreparedChange[]>();
  for (const change of changes) {
    const group = change.group(target.orderBy);
    const others = groups.get(group);
    if (others) others.push(change);
    else groups.set(group, [change]);
  }
  return [...groups].map(([group, some]) => ({ group, changes: some, filtered: false }));
}

function changesLeft(line: Line): PreparedChange[] {
  return line.left.flatMap(({ changes }) => changes);
}
