import { Command, InvalidArgumentError } from 'commander';
import { discard, DiscardChoices } from './discard';
import { endWith, EXIT_INTERRUPTED } from './exit-status';
import { listFailures } from './list';
import { adopt, discardOrphan, orphanedSubscriber } from './orphans';
import { inWords } from './progress';
import { forecast, RedriveChoices, redriveSubscriber } from './redrive';
import { discardRelay, redriveRelay } from './relay';
import { showFailures } from './show';
import { onClosedOutput } from '../closed-output';
import { counted } from '../counted';
import { DeployedSubscriber, subscribersOf } from './subscribers';
import { Summary } from '../../../runtime/redriver/summary';
import { OperateClients } from '../../operate/clients';
import { choose, ReaderChoice } from '../../operate/find-readers';
import { orphansOf } from '../../operate/orphans';
import { print, withChoice, withReaders } from '../operate/options';
import { UsageError } from '../usage-error';


/** Adds `failures list`, `show`, `redrive` and `discard`: what could not be applied, why, and once more. */
export function registerFailures(program: Command): void {
  const failures = program.command('failures').description('Show, replay or discard the changes that the subscribers of a deployed stack could not apply').exitOverride();
  withChoice(failures.command('list'))
    .description('A line for each item with stored changes')
    .option('--json', 'a line of JSON for each')
    .action((options: ReaderChoice & { json?: boolean }) => (
      withSubscribers(options, (clients, subscribers) => listFailures(clients, subscribers, options.json === true, print))));
  withChoice(failures.command('show <id>'))
    .description('Stored changes, whole: one (item/sequence), or all of an item')
    .action((id: string, options: ReaderChoice) => (
      withSubscribers(options, (clients, subscribers) => showFailures(clients, subscribers, id, print))));
  withChoice(failures.command('redrive'))
    .description('Replay stored changes in order through the deployed function; status 0 when none is left, 1 when some are')
    .option('--item <key>', 'only this item: its hash, the beginning of it, or its key as JSON')
    .option('--since <time>', 'only items of which something was stored since: a time, or 90m, 12h, 3d', time)
    .option('--rate <number>', 'changes a second, at most', positive)
    .option('--dry-run', 'only count what would be replayed')
    .option('--resume', 'go on where the last one was interrupted, without trying again what failed before')
    .option('--out-of-order', 'apply changes also where their item has gone on without them')
    .option('--apply-unknown', 'apply changes also where nobody can tell whether they have been applied, or whether it is their turn')
    .option('--json', 'a line of JSON for each change')
    .option('--to <subscriber>', 'with --subscriber, where that is no subscriber any more: the one that takes its changes over')
    .action((options: ReaderChoice & RedriveChoices & { to?: string }) => (
      withSubscribers(options, (clients, subscribers, all) => {
        const { to } = options;
        return to === undefined ? redriveAll(clients, subscribers, options) : redriveTo(clients, subscribers, all, { ...options, to });
      })));
  withChoice(failures.command('discard'))
    .description('Take stored changes off without applying them; who did it and why is kept beside them')
    .requiredOption('--reason <text>', 'why')
    .option('--item <key>', 'only this item: its hash, the beginning of it, or its key as JSON')
    .option('--first', 'with --item, only the change that comes first: what is behind it can then be redriven')
    .option('--all', 'everything stored for the subscriber')
    .option('--yes', 'do not ask')
    .option('--json', 'a line of JSON for each change')
    .action((options: ReaderChoice & DiscardChoices) => (
      withSubscribers(options, (clients, subscribers) => discardSome(clients, subscribers, options))));
}

/** @param all the subscribers of the stack, whoever is chosen */
type Work = (clients: OperateClients, subscribers: readonly DeployedSubscriber[], all: readonly DeployedSubscriber[]) => Promise<void>;

/** Those that are chosen, and orphans behind them: of a name that is given, or all. */
function withSubscribers(choice: ReaderChoice, run: Work): Promise<void> {
  return withReaders({ ...choice, subscriber: undefined }, async (clients, readers) => {
    const isReader = choice.subscriber === undefined || readers.some(({ name }) => name === choice.subscriber);
    const orphans = isReader && choice.subscriber !== undefined ? [] : await orphansOf(clients, readers);
    const chosen = orphans.filter(({ name }) => choice.subscriber === undefined || name === choice.subscriber).map(orphanedSubscriber);
    await run(clients, [...(isReader || chosen.length === 0 ? subscribersOf(choose(readers, choice)) : []), ...chosen], subscribersOf(readers));
  });
}

async function redriveAll(clients: OperateClients, subscribers: readonly DeployedSubscriber[], choices: RedriveChoices): Promise<void> {
  const stop = stopOnInterrupt();
  for (const subscriber of subscribers) {
    if (stop.aborted) return;
    if (subscriber.isOrphan) {
      endWith({ isIncomplete: true, interrupted: false });
      if (!choices.json) print(`${subscriber.name}: left alone, because nothing in this stack has that name: redrive it to another subscriber with --to, or discard it.`);
      continue;
    }
    if (subscriber.isRelay) {
      await redriveRelay(clients, subscriber, choices, stop, print);
      continue;
    }
    if (choices.dryRun) {
      await redriveDry(clients, subscriber, choices);
      continue;
    }
    conclude(subscriber, await redriveSubscriber(clients, subscriber, choices, stop), choices.json === true);
  }
}

async function redriveDry(clients: OperateClients, subscriber: DeployedSubscriber, choices: RedriveChoices): Promise<void> {
  const { items, changes, batches } = await forecast(clients, subscriber, choices);
  if (choices.json) return print(JSON.stringify({ subscriber: subscriber.name, items, changes, batches }));
  const given = batches > 0 ? `, and ${counted(batches, 'batch', 'batches')} that the mapping gave up,` : '';
  print(`${subscriber.name}: ${counted(changes, 'change')} of ${counted(items, 'item')}${given} would be replayed`);
}

/** `failures redrive --to`: a subscriber takes over what one of another name has stored, and redrives what it has then. */
async function redriveTo(
  clients: OperateClients, subscribers: readonly DeployedSubscriber[], all: readonly DeployedSubscriber[],
  choices: ReaderChoice & RedriveChoices & { to: string },
): Promise<void> {
  const { dryRun, json, to } = choices;
  const [orphan] = subscribers;
  if (choices.subscriber === undefined || !orphan.isOrphan) throw new UsageError('--to is for changes of a name that no subscriber has any more: give that with --subscriber.');
  const by = all.find(({ isRelay, name }) => name === to && !isRelay);
  if (by === undefined) throw new UsageError(`There is no subscriber ${to}: give --to one of ${all.filter(({ isRelay }) => !isRelay).map(({ name }) => name).join(', ')}.`);
  if (dryRun) return redriveDry(clients, orphan, choices);
  const stop = stopOnInterrupt();
  const adopted = await adopt(clients, orphan, by, stop);
  if (adopted.interrupted || adopted.setAside > 0) conclude(orphan, adopted, json === true);
  if (!adopted.interrupted) conclude(by, await redriveSubscriber(clients, by, choices, stop), json === true);
}

async function discardSome(clients: OperateClients, all: readonly DeployedSubscriber[], choices: ReaderChoice & DiscardChoices): Promise<void> {
  // The relay and orphans are meant only where they are named.
  const subscribers = choices.subscriber === undefined && all.length > 1 ? all.filter(({ isOrphan, isRelay }) => !isRelay && !isOrphan) : all;
  if ((choices.item === undefined) === (choices.all !== true)) throw new UsageError('Say what to discard: --item with an item of "failures list", or --all.');
  if (choices.first && choices.item === undefined) throw new UsageError('--first is for one item: give --item with it.');
  if (subscribers.length !== 1) throw new UsageError(`Say whose: --subscriber with one of ${all.map(({ name }) => name).join(', ')}.`);
  const [subscriber] = subscribers;
  if (subscriber.isRelay) return discardRelay(clients, subscriber, choices, stopOnInterrupt(), print);
  const work = subscriber.isOrphan ? discardOrphan : discard;
  conclude(subscriber, await work(clients, subscriber, choices, stopOnInterrupt()), choices.json === true);
}

function conclude({ name }: DeployedSubscriber, summary: Summary, json: boolean): void {
  endWith(summary);
  if (json) return print(JSON.stringify({ subscriber: name, ...summary }));
  print(`${name}: ${inWords(summary)}.`);
  for (const line of advice(summary)) print(`  ${line}`);
}

/** What to do about what is left. */
function* advice(summary: Summary): Generator<string> {
  if (summary.interrupted) yield 'Interrupted: run the same command with --resume to go on.';
  if (summary.leftBefore) yield 'What an earlier redrive could not settle is still stored: redrive without --resume to try it again.';
  if (summary.of('FAILED') > 0) yield 'Failed changes hold back those behind them: fix the handler, deploy, and redrive again ("failures show ID" says why they were stored).';
  if (summary.of('SUPERSEDED') > 0) yield 'Superseded changes are applied with --out-of-order: only for handlers that never overwrite newer state with older.';
  if (summary.of('UNKNOWN') > 0) yield 'Unknown changes are applied with --apply-unknown, or taken off with "failures discard".';
  if (summary.setAside > 0) yield '"failures list" names the objects that were set aside.';
  for (const item of summary.emptied) yield `Item ${item} is parked, but nothing more of it is stored: "failures discard --item ${item}" lets its later changes run.`;
}

/** The first interrupt ends the redrive after the request under way, the second at once. */
function stopOnInterrupt(): AbortSignal {
  const stop = new AbortController();
  // What is under way is finished though nobody sees it.
  onClosedOutput(() => stop.abort());
  process.once('SIGINT', () => {
    process.stderr.write('Stopping after the request under way; interrupt again to end at once.\n');
    stop.abort();
    process.once('SIGINT', () => process.exit(EXIT_INTERRUPTED));
  });
  return stop.signal;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function time(text: string): number {
  const ago = /^(\d+)([mhd])$/.exec(text);
  const at = ago ? Date.now() - Number(ago[1]) * UNITS[ago[2]] : Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give a time such as 2026-11-25T08:00:00Z, or 90m, 12h, 3d.');
  return at;
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('Give a number above 0.');
  return number;
}
