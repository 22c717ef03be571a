import { Command } from 'commander';
import { createProgram } from '../../src/local/cli/program';

/** The command line's own parser, in which nothing is done. */
export function parseCommand(args: readonly string[]): void {
  const program = createProgram();
  const idle = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(idle);
  };
  idle(program);
  program.parse(args, { from: 'user' });
}
