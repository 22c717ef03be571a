import { Command } from 'commander';
import { duration } from './durations';
import { print, withChoice, withReaders } from './options';
import { OperateClients } from '../../operate/clients';
import { DeployedReader } from '../../operate/deployed-reader';
import { findReaders, ReaderChoice } from '../../operate/find-readers';
import { measure } from '../../operate/measure';
import { ReaderStatus, readerStatus } from '../../operate/status';
import { switchReader } from '../../operate/switch';
import { UsageError } from '../usage-error';

interface SwitchOptions extends ReaderChoice {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Adds `pause` and `resume`: the mapping of a stream or a queue is switched off and on. */
export function registerPause(program: Command): void {
  registerSwitch(program, 'pause', 'Stop a subscriber; its changes wait in the stream or its queue, and the time they have is told', pause);
  registerSwitch(program, 'resume', 'Let a paused subscriber go on where it stopped', resume);
}

type Work = (clients: OperateClients, reader: DeployedReader, options: SwitchOptions) => Promise<void>;

function registerSwitch(program: Command, name: string, description: string, work: Work): void {
  withChoice(program.command(name))
    .description(description)
    .option('--all', 'every subscriber of the stack, and its relays')
    .option('--json', 'a JSON object a line')
    .action(async (options: SwitchOptions) => {
      if (options.subscriber === undefined && !options.all) throw new UsageError(`Name the subscriber with --subscriber, or ${name} all of the stack with --all.`);
      if (options.subscriber !== undefined && options.all) throw new UsageError('Give --subscriber or --all, not both.');
      await withReaders(options, async (clients, readers) => {
        for (const reader of readers) await work(clients, reader, options);
      });
    });
}

async function pause(clients: OperateClients, reader: DeployedReader, options: SwitchOptions): Promise<void> {
  const changed = await switchReader(clients.lambda, reader, false);
  const changedAt = changed ? Date.now() : reader.changedAt;
  const [seen] = await measure(clients, [reader]);
  const status = readerStatus({ ...reader, state: 'Disabled', changedAt }, seen, Date.now());
  if (options.json) return print(JSON.stringify({ changed, ...status }));
  print(`${reader.name} ${changed ? 'is paused' : 'was paused already'}. ${timeLeft(status)}`);
  if (reader.kind === 'RELAY') print(`With it, nothing new reaches ${await fedBy(clients, reader, options.stack)}.`);
  print(`It goes on with: npx cdk-dynamodb-cdc resume --stack ${options.stack} --subscriber ${reader.name}${options.table === undefined ? '' : ` --table ${options.table}`}`);
}

async function resume(clients: OperateClients, reader: DeployedReader, options: SwitchOptions): Promise<void> {
  const changed = await switchReader(clients.lambda, reader, true);
  if (options.json) return print(JSON.stringify({ changed, name: reader.name, paused: false }));
  print(`${reader.name} ${changed ? 'goes on where it stopped' : 'was running already'}.`);
}

function timeLeft({ kind, secondsLeft }: ReaderStatus): string {
  const what = kind === 'QUEUE' ? 'Its changes wait in its queue' : 'Its changes wait in the stream';
  if (secondsLeft === null) return `${what}; how old the oldest is cannot be seen.`;
  if (secondsLeft === 0) return `${what}, and the oldest are being given up already: resume it now.`;
  const until = new Date(Date.now() + secondsLeft * 1000).toISOString();
  return `${what}; the oldest is given up in at most ${duration(secondsLeft)}, at ${until}.`;
}

/** Subscribers in other stacks are not seen. */
async function fedBy(clients: OperateClients, relay: DeployedReader, stack: string): Promise<string> {
  const fed = (await findReaders(clients, stack)).filter(({ kind, table }) => kind === 'QUEUE' && table === relay.table).map(({ name }) => name);
  return fed.length > 0 ? fed.join(', ') : 'the subscribers of other stacks';
}
