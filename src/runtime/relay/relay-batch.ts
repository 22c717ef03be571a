import { compareSequenceNumbers } from '../../contract/position';
import { StreamRecord } from '../change/record';
import { Invocation } from '../ports';
import { inRun, prepareAll } from './begin-run';
import { drainRound, TARGETS_AT_ONCE } from './drain';
import { RelayPorts } from './ports';
import { PreparedChange } from './prepared-change';
import { writeRelayMetrics } from './relay-metrics';
import { RelayRun } from './relay-run';
import { eachOf } from './send';
import { settleTarget } from './settle-target';
import { Target } from './target';
import { errorName } from '../thrown';

/**
 * Brings a batch of one shard to all targets. Returns the sequence number from which the mapping is to deliver again, if any: the lowest that some
 * target neither has nor will get from its spill. What others already have they know again.
 */
export async function relayBatch(ports: RelayPorts, records: readonly StreamRecord[], invocation: Invocation): Promise<string | undefined> {
  if (records.length === 0) return undefined;
  const { table, changes } = prepareAll(ports, records);
  return inRun(ports, table, invocation, async (run) => {
    run.counts.records = records.length;
    const open = await run.state.read();
    for (const { name } of ports.targets) if (open.has(name)) run.open.add(name);
    const unsettled = (await Promise.all(ports.targets.map((target) => settleTarget(run, target, changes, open.get(target.name))))).flat();
    run.counts.unsettled = new Set(unsettled).size;
    writeRelayMetrics(run, records);
    return lowest(unsettled);
  });
}

/** Drains all spills as far as there is time, so that they do so also when nothing is written to the table. */
export async function drainAll(ports: RelayPorts, table: string, invocation: Invocation): Promise<void> {
  await inRun(ports, table, invocation, async (run) => {
    const open = await run.state.read();
    const targets = ports.targets.filter(({ name }) => open.has(name));
    for (const { name } of targets) run.open.add(name);
    if (targets.length === 0) return;
    const failure = await drainInTurns(run, targets);
    writeRelayMetrics(run, []);
    if (failure) throw failure.error;
  });
}

/** Round by round, so that none waits for another's spill to be empty; one that cannot be read concerns no other. */
async function drainInTurns(run: RelayRun, targets: readonly Target[]): Promise<{ readonly error: unknown } | undefined> {
  let failure: { readonly error: unknown } | undefined;
  for (let left = targets; left.length > 0 && !run.deadline.handlerSignal.aborted;) {
    const more: Target[] = [];
    await eachOf(left, TARGETS_AT_ONCE, async (target) => {
      if (run.deadline.handlerSignal.aborted) return;
      try {
        if (await drainRound(run, target) === 'more') more.push(target);
      } catch (error) {
        failure ??= { error };
        run.logger.error('the spill cannot be drained', { target: target.name, error: { name: errorName(error) } });
      }
    });
    left = more;
  }
  return failure;
}

function lowest(changes: readonly PreparedChange[]): string | undefined {
  let found: string | undefined;
  for (const { sequenceNumber } of changes) {
    if (found === undefined || compareSequenceNumbers(sequenceNumber, found) < 0) found = sequenceNumber;
  }
  return found;
}
