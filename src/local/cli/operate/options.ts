import { Command } from 'commander';
import { UserError } from '../../emulator';
import { openClients, OperateClients } from '../../operate/clients';
import { DeployedReader } from '../../operate/deployed-reader';
import { chosenReaders, ReaderChoice } from '../../operate/find-readers';
import { explained } from '../../operate/refusals';
import { shownLines } from '../shown';
import { UsageError } from '../usage-error';

/** How a command finds what it is about. */
export function withChoice(command: Command): Command {
  return command
    .exitOverride()
    .requiredOption('--stack <name>', 'the deployed stack that the subscribers are in')
    .option('--subscriber <name>', 'the subscriber (default: all; the relay is cdc.relay)')
    .option('--table <name>', 'only what reads the changes of this table');
}

/** Does something with what is chosen; what AWS refuses becomes a sentence and exit status 2. */
export async function withReaders(
  choice: ReaderChoice, work: (clients: OperateClients, readers: readonly DeployedReader[]) => Promise<void>,
): Promise<void> {
  // The SDK is part of this program: what Node.js its next version needs is no concern of the user's.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  let clients: OperateClients | undefined;
  try {
    clients = await openClients();
    await work(clients, await chosenReaders(clients, choice));
  } catch (error) {
    const known = explained(error);
    throw known instanceof UserError ? new UsageError(known.message, { cause: error }) : known;
  } finally {
    clients?.close();
  }
}

export function print(line: string): void {
  process.stdout.write(`${shownLines(line)}\n`);
}
