import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DeployedStack, environmentOf, Target } from '../../deploy';

export interface CommandContext {
  readonly stacks: readonly DeployedStack[];
  /** Where the tables are. */
  readonly target: Target;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Command {
  /** Exit status; that of a signal counts as 1. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

const GRACE_MILLIS = 2000;

/** A user's command that writes to the deployed tables. It is told where they are as the SDKs expect it. */
export function runCommand(line: string, { stacks, target, environment }: CommandContext): Command {
  const child = spawn(line, {
    shell: true,
    // A group of its own, because a shell does not hand signals on.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...environment,
      // A profile would go before the keys.
      AWS_PROFILE: undefined,
      AWS_SESSION_TOKEN: undefined,
      ...environmentOf(target),
      CDC_OUTPUTS: JSON.stringify(Object.fromEntries(stacks.map(stack => [stack.stackName, stack.outputs]))),
    },
  });
  const ended = once(child, 'exit').then(([status]: unknown[]) => typeof status === 'number' ? status : 1);
  const send = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null && child.pid) process.kill(-child.pid, signal);
  };
  return {
    ended,
    stop: async () => {
      send('SIGTERM');
      const killing = setTimeout(() => send('SIGKILL'), GRACE_MILLIS);
      await ended;
      clearTimeout(killing);
    },
  };
}
