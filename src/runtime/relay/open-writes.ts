import { LEDGER, LEDGER_VERSION } from '../../contract/ledger';
import { RELAY_ROW } from '../../contract/spill';
import { DocumentClient } from '../ports';

/** What a target that is opened writes into the relay's row. */
export interface Opening {
  /** Whether its queue takes messages; undefined where that was not seen. */
  readonly answers?: boolean;
  /** Epoch milliseconds. */
  readonly since: number;
}

type Update = Omit<Parameters<DocumentClient['update']>[0], 'TableName' | 'Key'>;

/** Targets of one write: an update expression has 4 KB, and a target takes up to 90 characters of it. */
export const TARGETS_A_WRITE = 40;

interface Gathered {
  readonly targets: Map<string, Opening>;
  readonly written: Promise<void>;
}

/**
 * Gathers targets that are opened while a write is under way, and writes them together in the next one. All of them share one row: a write each
 * would throttle that row as soon as many fail, and with it the targets that work.
 */
export class OpenWrites {
  private gathered?: Gathered;
  private last: Promise<unknown> = Promise.resolve();

  public constructor(private readonly write: (update: Update) => Promise<unknown>) {}

  /** Resolves when a write that began after this call is done. */
  public async add(target: string, opening: Opening): Promise<void> {
    if (this.gathered === undefined || this.gathered.targets.size === TARGETS_A_WRITE) this.gathered = this.next();
    const { targets, written } = this.gathered;
    targets.set(target, opening);
    await written;
  }

  private next(): Gathered {
    const targets = new Map<string, Opening>();
    const written = this.last.then(async () => {
      if (this.gathered?.targets === targets) this.gathered = undefined;
      await this.write(openAll(targets));
    });
    this.last = written.catch(() => undefined);
    return { targets, written };
  }
}

/** Opens targets, or says that their spills have grown. One that is open already keeps what it has where `answers` is undefined. */
function openAll(targets: ReadonlyMap<string, Opening>): Update {
  const clauses = ['#f=:f'];
  const names: Record<string, string> = { '#f': LEDGER.VERSION };
  const values: Record<string, unknown> = { ':f': LEDGER_VERSION, ':z': 0, ':i': 1 };
  for (const [index, [name, { answers, since }]] of [...targets].entries()) {
    const known = answers === false ? ':n' : ':y';
    names[`#o${index}`] = RELAY_ROW.OPEN + name;
    names[`#v${index}`] = RELAY_ROW.VERSION + name;
    names[`#a${index}`] = RELAY_ROW.ANSWERS + name;
    values[known] = answers ?? true;
    values[`:s${index}`] = since;
    clauses.push(
      `#o${index}=if_not_exists(#o${index},:s${index})`,
      `#v${index}=if_not_exists(#v${index},:z)+:i`,
      `#a${index}=${answers === undefined ? `if_not_exists(#a${index},${known})` : known}`,
    );
  }
  return { UpdateExpression: `SET ${clauses.join(',')}`, ExpressionAttributeNames: names, ExpressionAttributeValues: values };
}
