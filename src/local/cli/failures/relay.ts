import { functionOf, storeOf } from './clients';
import { caller, confirm, DiscardChoices } from './discard';
import { endWith } from './exit-status';
import { StoredBatch, storedBatches } from './items';
import { RedriveChoices } from './redrive';
import { DeployedSubscriber } from './subscribers';
import { SPILLING } from '../../../contract/relay-redrive';
import { discardRelayBatches, RelayRedriver } from '../../../runtime/redriver/relay-batches';
import { RelaySummary } from '../../../runtime/redriver/relay-summary';
import { systemClock } from '../../../runtime/system';
import { OperateClients } from '../../operate/clients';
import { shown } from '../shown';
import { UsageError } from '../usage-error';

type Line = (text: string) => void;

/** What a relay's mapping gave up, summed up. */
export class RelayBacklog {
  public batches = 0;
  /** Of those batches that can be read. */
  public changes = 0;
  private unreadable = 0;
  private since?: string;
  private readonly conditions = new Set<string>();

  public add({ changes, condition, since }: StoredBatch): void {
    this.batches += 1;
    if (changes === undefined) this.unreadable += 1;
    else this.changes += changes;
    if (condition !== undefined) this.conditions.add(condition);
    if (since !== undefined && (this.since === undefined || since < this.since)) this.since = since;
  }

  /** How much, since when, and why. */
  public get inWords(): string {
    const odd = this.unreadable > 0 ? `, ${this.unreadable} of which cannot be read` : '';
    const reasons = this.since === undefined ? '' : `, the oldest on ${this.since} (${[...this.conditions].sort().join(', ')})`;
    return `${counted(this.batches, 'batch')} of ${counted(this.changes, 'change')}${odd}${reasons}`;
  }
}

async function backlogOf(clients: OperateClients, relay: DeployedSubscriber): Promise<RelayBacklog> {
  const backlog = new RelayBacklog();
  for await (const batch of storedBatches(storeOf(clients, relay), relay.mappings)) backlog.add(batch);
  return backlog;
}

/** `failures redrive` of a relay: its batches go to the queues of those who want them. */
export async function redriveRelay(
  clients: OperateClients, relay: DeployedSubscriber, choices: RedriveChoices, stop: AbortSignal, print: Line,
): Promise<void> {
  const { name } = relay;
  if (choices.item !== undefined || choices.since !== undefined) {
    // Of a batch some changes may not overtake others.
    if (!choices.json) print(`${name}: left alone, because its batches are handed over whole and in order: neither --item nor --since is for them.`);
    return;
  }
  if (choices.dryRun) {
    const { batches, changes } = await backlogOf(clients, relay);
    if (choices.json) print(JSON.stringify({ subscriber: name, items: 0, changes, batches }));
    else print(`${name}: ${counted(batches, 'batch')} of ${counted(changes, 'change')} would be handed to the subscribers' queues`);
    return;
  }
  const { fn, close } = functionOf(clients, relay);
  try {
    const { mappings } = relay;
    const redriver = new RelayRedriver({ store: storeOf(clients, relay), relay: fn, mappings, clock: systemClock, rate: choices.rate, stop });
    conclude(relay, await redriver.run(), choices.json === true, print);
  } finally {
    close();
  }
}

/** `failures discard --all` of a relay. */
export async function discardRelay(
  clients: OperateClients, relay: DeployedSubscriber, choices: DiscardChoices, stop: AbortSignal, print: Line,
): Promise<void> {
  if (choices.item !== undefined) throw new UsageError(`${relay.name} keeps whole batches, not items: discard --all of them, or redrive them and discard what its subscribers store.`);
  const { batches, changes } = await backlogOf(clients, relay);
  await confirm(`Discard ${counted(batches, 'batch')} of ${counted(changes, 'change')}, which no subscriber with a queue may have seen, for good?`, choices.yes);
  const note = { by: await caller(clients), reason: choices.reason, at: new Date().toISOString() };
  conclude(relay, await discardRelayBatches({ store: storeOf(clients, relay), mappings: relay.mappings, stop }, note), choices.json === true, print);
}

function conclude({ name }: DeployedSubscriber, summary: RelaySummary, json: boolean, print: Line): void {
  endWith(summary);
  if (json) return print(JSON.stringify({ subscriber: name, ...summary }));
  print(`${name}: ${inWords(summary)}.`);
  for (const line of advice(name, summary)) print(`  ${line}`);
}

function inWords({ batches, changes, left, sent, discarded, setAside }: RelaySummary): string {
  const takers = Object.entries(sent).map(([subscriber, count]) => `${count} to ${subscriber}`).sort();
  return [
    ...(batches > 0 ? [`${counted(batches, 'batch')} of ${counted(changes, 'change')} relayed`] : []),
    ...(takers.length > 0 ? [`sent ${takers.join(' and ')}`] : []),
    ...(discarded > 0 ? [`${counted(discarded, 'batch')} discarded`] : []),
    ...(left > 0 ? [`${counted(left, 'batch')} left`] : []),
    ...(setAside > 0 ? [`${setAside} set aside`] : []),
  ].join(', ') || 'nothing to do';
}

/** What to do about what is left. */
function* advice(name: string, { sent, refused, ended, setAside, interrupted }: RelaySummary): Generator<string> {
  if (Object.keys(sent).length > 0) yield 'What a subscriber\'s item has gone on without, the subscriber stores: "failures list" shows it when its queue is empty.';
  for (const [subscriber, error] of Object.entries(refused).sort()) {
    yield error === SPILLING
      ? `${subscriber} has a spill, which comes first: run this again when "status" shows none of it.`
      : `The queue of ${subscriber} did not take everything (${shown(error)}): find out why (docs/runbook.md#failing-targets) and run this again; the others get nothing twice.`;
  }
  if (ended !== undefined) yield `The relay ended without an answer (${shown(ended)}), also for a single change: its log says why; deploy what mends it and run this again.`;
  if (setAside > 0) yield '"failures list" names the objects that were set aside.';
  if (interrupted) yield `Interrupted: run "failures redrive --subscriber ${name}" again; nothing is lost.`;
}

function counted(count: number, what: 'batch' | 'change'): string {
  return `${count} ${what}${count === 1 ? '' : what === 'batch' ? 'es' : 's'}`;
}
