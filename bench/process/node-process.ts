import { ChildProcess, fork, Serializable } from 'node:child_process';

const ANSWER_MILLIS = 120_000;

/** The last of what each process complained of, to be told should it fail. */
const complaints = new WeakMap<ChildProcess, string>();
const COMPLAINT_CHARACTERS = 4_000;

/** The heap that Lambda's start script gives Node.js: a twentieth of the function's memory for each half of the young generation, nine tenths for the old one. */
export function heapOfLambda(memoryMiB: number): string[] {
  return [`--max-semi-space-size=${Math.floor(memoryMiB / 20)}`, `--max-old-space-size=${memoryMiB - Math.floor(memoryMiB / 10)}`];
}

/** Starts a bundle in a Node process of its own. What it prints is dropped. */
export function startNode(file: string, args: string[], env: NodeJS.ProcessEnv, execArgv: string[] = []): ChildProcess {
  const child = fork(file, args, { env, execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  child.stderr!.on('data', (data: Buffer) => complaints.set(child, ((complaints.get(child) ?? '') + data.toString()).slice(-COMPLAINT_CHARACTERS)));
  return child;
}

/** Sends a message, if there is one, and waits for the next answer. Fails when the process ends first or takes too long. */
export function ask<T>(child: ChildProcess, message?: Serializable): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      act();
    };
    const onMessage = (answer: unknown) => settle(() => resolve(answer as T));
    const onExit = (code: number | null, signal: string | null) => settle(() => {
      reject(new ProcessEndedError(signal ?? `exit ${code}`, complaints.get(child)));
    });
    const timer = setTimeout(() => settle(() => {
      child.kill('SIGKILL');
      reject(new Error(`no answer within ${ANSWER_MILLIS} ms`));
    }), ANSWER_MILLIS);
    child.once('message', onMessage);
    child.once('exit', onExit);
    if (message !== undefined) child.send(message);
  });
}

/** The process ended before it answered; where a crash is part of the case, that is the answer. */
export class ProcessEndedError extends Error {
  public override readonly name = 'ProcessEndedError';

  public constructor(how: string, complaint = '') {
    super(`the process ended before it answered: ${how}\n${complaint}`.trimEnd());
  }
}
