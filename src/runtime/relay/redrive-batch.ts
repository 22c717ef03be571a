import { inRun, prepareAll } from './begin-run';
import { findQueueAgain } from './drain';
import { pack } from './messages';
import { RelayPorts } from './ports';
import { PreparedChange } from './prepared-change';
import { writeRelayMetrics } from './relay-metrics';
import { RelayRun } from './relay-run';
import { FilterFailingError, select, WantedChange } from './select';
import { sendLines } from './send';
import { Target } from './target';
import { hasAll, RELAY_REDRIVE_VERSION, RelayRedriveAnswer, RelayRedriveRequest, RelayRedriveResult, SPILLING } from '../../contract/relay-redrive';
import { StreamRecord } from '../change/record';
import { Invocation } from '../ports';
import { errorName } from '../thrown';

/** The request is of another version: nothing of it is touched. */
export class RelayRedriveRequestError extends Error {
  public override readonly name = 'RelayRedriveRequestError';
}

/**
 * Sends changes that the mapping gave up to the queues of those who want them. Through the queue, because it hands out whatever it holds of an item first: what was sent
 * before these is applied before they come. Never into a spill, which holds changes of an item in the stream's order. What a queue has not taken stays where it is, in
 * the batch that whoever redrives has read; nothing else of the relay is touched.
 */
export async function redriveBatch(ports: RelayPorts, request: RelayRedriveRequest, invocation: Invocation): Promise<RelayRedriveAnswer> {
  const { cdcRelayRedrive, changes: records, except, generation } = request;
  if (cdcRelayRedrive !== RELAY_REDRIVE_VERSION) {
    throw new RelayRedriveRequestError(
      `the redrive has version ${String(cdcRelayRedrive)}, this relay understands ${RELAY_REDRIVE_VERSION}: use the command of the version that is deployed`,
    );
  }
  const { table, changes } = prepareAll(ports, records as readonly StreamRecord[], generation);
  return inRun(ports, table, invocation, async (run) => {
    run.counts.records = records.length;
    const open = await run.state.read();
    for (const { name } of ports.targets) if (open.has(name)) run.open.add(name);
    const targets = ports.targets.filter(({ name }) => !except.includes(name));
    const results = await Promise.all(targets.map((target) => redriveTarget(run, target, changes)));
    writeRelayMetrics(run, []);
    return { cdcRelayRedrive: RELAY_REDRIVE_VERSION, results };
  });
}

async function redriveTarget(run: RelayRun, target: Target, changes: readonly PreparedChange[]): Promise<RelayRedriveResult> {
  const { name } = target;
  const chosen = wantedBy(target, changes);
  if ('error' in chosen) return { name, sent: 0, error: chosen.error };
  const wanted = chosen.wanted.length;
  run.counts.filterErrors += chosen.wanted.filter(({ filterError }) => filterError !== undefined).length;
  if (wanted === 0) return { name, wanted, sent: 0 };
  if (run.open.has(name)) return { name, wanted, sent: 0, error: SPILLING };
  const lines = pack(chosen.wanted, { orderBy: target.orderBy, objects: run.objects, changesAMessage: target.changesAMessage });
  const { error } = await sendLines(run, target, lines, run.deadline.handlerSignal);
  const sent = lines.flatMap((line) => line.messages.slice(0, line.sent)).reduce((sum, message) => sum + message.changes.length, 0);
  run.counts.sent += sent;
  const result = { name, wanted, sent };
  if (hasAll(result)) return result;
  // For the next time: its queue may be another one by now.
  await findQueueAgain(run);
  run.logger.error('the target does not take what is redriven', { target: name, error });
  return { ...result, error: error ?? 'NoTime' };
}

/** A filter that cannot be evaluated fails its own target alone. */
function wantedBy(target: Target, changes: readonly PreparedChange[]): { readonly wanted: readonly WantedChange[] } | { readonly error: string } {
  try {
    return { wanted: select(target, changes) };
  } catch (error) {
    if (!(error instanceof FilterFailingError)) throw error;
    return { error: errorName(error) };
  }
}
