import { createHash } from 'node:crypto';
import { PreparedChange } from './prepared-change';
import { RelayRun } from './relay-run';
import { eachOf } from './send';
import { SPILL_VERSION, SpilledChanges, spillKey, spillPrefix } from '../../contract/spill';
import { retryStore } from '../ledger/store-retry';

/** Consecutive changes of one group that wait for their target. */
export interface SpillPart {
  readonly group: string;
  readonly changes: readonly PreparedChange[];
  /** False when the filter has yet to be evaluated. */
  readonly filtered: boolean;
}

const OBJECTS_AT_ONCE = 20;
const DIGEST_DIGITS = 16;

/**
 * Keeps changes for a target in its spill. The row comes first, so that others soon know and a drain will look; it grows again after the
 * objects, because only then may nobody close the target who has not seen them. Nothing is acknowledged before this returns.
 */
export async function spill(run: RelayRun, target: string, parts: readonly SpillPart[], answers: boolean | undefined): Promise<void> {
  if (parts.length === 0) return;
  const now = run.clock.now();
  await run.state.open(target, answers, now);
  await eachOf(parts, OBJECTS_AT_ONCE, async ({ group, changes, filtered }) => {
    const content: SpilledChanges = {
      formatVersion: SPILL_VERSION,
      subscriber: target,
      table: run.table,
      group,
      filtered,
      storedAt: new Date(now).toISOString(),
      changes: changes.map(({ record }) => record),
    };
    await retryStore(run.retry, () => run.objects.put(spillKey(target, group, changes[0].at, digestOf(changes, filtered)), JSON.stringify(content)));
  });
  await run.state.open(target, answers, now);
  for (const { changes } of parts) run.counts.spilled += changes.length;
}

function digestOf(changes: readonly PreparedChange[], filtered: boolean): string {
  return createHash('sha256').update(`${filtered} ${changes.map(({ sequenceNumber }) => sequenceNumber).join(' ')}`).digest('hex').slice(0, DIGEST_DIGITS);
}

/** Those of the groups that have something in the spill. Only this shard adds to them, so one that has nothing stays so. */
export async function groupsWithSpill(run: RelayRun, target: string, groups: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  await eachOf(groups, OBJECTS_AT_ONCE, async (group) => {
    const keys = await retryStore(run.retry, () => run.objects.list(spillPrefix(target, group), 1));
    if (keys.length > 0) found.add(group);
  });
  return found;
}
