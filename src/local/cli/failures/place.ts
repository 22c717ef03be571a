import { keptKey } from '../../../contract/failure-record';
import { StoredObjects } from '../../../runtime/redriver/ports';

/** How far a redrive of a subscriber has come, kept in the failure store for the one that goes on with --resume. */
export class RedrivePlace {
  private readonly key: string;

  constructor(private readonly store: StoredObjects, subscriber: string) {
    this.key = keptKey('redrives', subscriber, 'progress.json');
  }

  /** Where to begin: behind what an interrupted redrive has dealt with; at the start otherwise, and then what an earlier one has left of itself is over. */
  async begin(resume: boolean): Promise<string | undefined> {
    const text = await this.store.get(this.key);
    if (text === undefined || resume) return text && readPlace(text);
    await this.forget();
    return undefined;
  }

  async note(after: string): Promise<void> {
    await this.store.put(this.key, JSON.stringify({ after }));
  }

  async forget(): Promise<void> {
    await this.store.remove([this.key]);
  }
}

/** Where it cannot be read the redrive begins at the start, which only takes longer. */
function readPlace(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { after?: string }).after;
  } catch {
    return undefined;
  }
}
