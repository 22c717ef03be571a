import { compareSequenceNumbers } from '../../contract/position';
import { OfferedRecord, StartingPosition } from '../model';
import { StaleIteratorError, StreamPort } from './ports';

export interface ShardPage {
  /** New ones only: a page that is read again after an iterator expired holds none. */
  readonly records: readonly OfferedRecord[];
  readonly closed: boolean;
}

const NOTHING: ShardPage = { records: [], closed: false };

/** Reads one shard on and on, over iterators that expire. */
export class ShardReader {
  private iterator?: string;
  private last?: string;

  constructor(private readonly stream: StreamPort, readonly shardId: string, private readonly start: StartingPosition) {}

  async read(): Promise<ShardPage> {
    try {
      this.iterator ??= await this.stream.iterator(this.shardId, this.last === undefined ? this.start : { after: this.last });
      if (this.iterator === undefined) return NOTHING;
      const page = await this.stream.page(this.iterator);
      this.iterator = page.next;
      const records = page.records.filter(record => this.last === undefined || compareSequenceNumbers(record.sequenceNumber, this.last) > 0);
      this.last = records[records.length - 1]?.sequenceNumber ?? this.last;
      return { records, closed: page.next === undefined };
    } catch (error) {
      if (!(error instanceof StaleIteratorError)) throw error;
      // What is trimmed can't be read any more; the oldest record that is left comes next.
      this.iterator = error.trimmed ? await this.stream.iterator(this.shardId, 'TRIM_HORIZON') : undefined;
      return NOTHING;
    }
  }
}
