import { Command, InvalidArgumentError } from 'commander';
import { UserError } from '../emulator';
import { LocalOptions } from './live/options';
import { runLocal } from './live/session';
import { UsageError } from './usage-error';
import { runDriverProcess } from '../drive';

/** What the command calls itself with to drive the mappings in a process of its own. */
export const DRIVER_COMMAND = 'local-driver';

export function registerLocal(program: Command): void {
  program.command('local')
    .description('Deploy a synthesized app to a local emulator and run its stream subscribers with the failure behaviour of AWS')
    .option('--app <directory>', 'the synthesized app', 'cdk.out')
    .option('--stack <names...>', 'only these stacks and what they depend on')
    .option('--without <names...>', 'leave out resources, by type, logical id or construct path')
    .option('--endpoint-url <url>', 'an emulator that runs already (default: start one)')
    .option('--port <number>', 'port for the emulator (default: a free one)', port)
    .option('--run <command>', 'shell command to run once the app is deployed, with the endpoint in its environment and the outputs in CDC_OUTPUTS')
    .option('--once', 'end when every change has been dealt with: status 0 if all were applied, 1 if not')
    .option('--limit <seconds>', 'with --once, how long that may take', positive, 300)
    .option('--deploy-limit <seconds>', 'how long the deployment of a stack may take', positive, 120)
    .option('--verbose', 'a line for each change: hash of its key, and sequence number')
    .option('--quiet', 'show neither what functions print nor the messages of their errors, which may quote table data')
    .option('--errors', 'has no effect: what it asked for is the default')
    .action(async (options: LocalOptions) => {
      if (options.endpointUrl !== undefined && options.port !== undefined) throw new UsageError('--port is for the emulator this starts: leave it out with --endpoint-url');
      // The SDK is part of this program: what Node.js its next version needs is no concern of the user's.
      process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
      process.exitCode = await runLocal(options, { program: process.argv[1], args: [DRIVER_COMMAND] }).catch(error => explain(error, options));
    });
  program.command(DRIVER_COMMAND, { hidden: true }).action(runDriverProcess);
}

const UNFORESEEN_STATUS = 1;

function explain(error: unknown, { verbose }: LocalOptions): number {
  if (error instanceof UserError) throw new UsageError(error.message, { cause: error });
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const what = `${name}: ${message.replace(/\s+/g, ' ')}`;
  process.stderr.write(`error: Something unforeseen ended the run (${what}): report it with the output of --verbose.\n${verbose ? `${stack}\n` : ''}`);
  return UNFORESEEN_STATUS;
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw new InvalidArgumentError('Give a number from 1 to 65535.');
  return number;
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('Give a number of seconds above 0.');
  return number;
}
