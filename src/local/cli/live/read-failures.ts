import { setTimeout as sleep } from 'node:timers/promises';
import { requireReachable, UserError } from '../../emulator';

const SAY_AGAIN_MILLIS = 10_000;
/** A restart takes less. */
const GONE_MILLIS = 3000;

/** A stream or queue is read several times a second: the same failure is not shown each time, and an emulator that has gone ends the run. */
export class ReadFailures {
  private readonly shownAt = new Map<string, number>();

  /** `endpoint` is that of an emulator that nobody else watches. */
  constructor(
    private readonly endpoint: string | undefined, private readonly show: (line: string) => void,
    private readonly onGone: (error: UserError) => void,
  ) {}

  public async failed(line: string): Promise<void> {
    if (Date.now() - (this.shownAt.get(line) ?? -Infinity) < SAY_AGAIN_MILLIS) return;
    this.shownAt.set(line, Date.now());
    this.show(line);
    if (this.endpoint === undefined || await isReachable(this.endpoint)) return;
    await sleep(GONE_MILLIS);
    if (await isReachable(this.endpoint)) return;
    this.onGone(new UserError(`The emulator at ${this.endpoint} does not answer any more: start it again, and then this command.`));
  }
}

async function isReachable(endpoint: string): Promise<boolean> {
  return requireReachable(endpoint).then(() => true, () => false);
}
