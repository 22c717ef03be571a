import { createHash } from 'node:crypto';
import { Fate, OfferedRecord } from '../model';
import { MappingStatus, RecordReference } from './driver-events';

const KEY_HASH_LENGTH = 12;

export function reference(record: OfferedRecord): RecordReference {
  return { key: createHash('sha256').update(record.key).digest('hex').slice(0, KEY_HASH_LENGTH), sequenceNumber: record.sequenceNumber };
}

/** Keeps the counts of one mapping. */
export class Tally {
  private read = 0;
  private filteredOut = 0;
  private acknowledged = 0;
  private delivered = 0;
  private dropped = 0;
  private retried = 0;
  private inFlight = 0;
  private invocations = 0;
  private functionErrors = 0;
  private readonly attempts = new Map<string, number>();
  /** In the order in which they were read, so the first is about the oldest. */
  private readonly unsettled = new Map<string, number>();
  private stored = 0;
  private storedBefore?: number;

  /** `keepsRecords` says whether the mapping's destination keeps the record, or only a pointer to it. */
  constructor(private readonly name: string, private enabled: boolean, private readonly keepsRecords: boolean) {}

  switched(enabled: boolean): void {
    this.enabled = enabled;
  }

  offered(records: readonly OfferedRecord[]): void {
    this.read += records.length;
    for (const record of records) this.unsettled.set(record.sequenceNumber, record.arrivedAt);
  }

  invoked(records: readonly OfferedRecord[]): void {
    this.invocations += 1;
    this.inFlight += records.length;
    for (const { sequenceNumber } of records) {
      const attempts = (this.attempts.get(sequenceNumber) ?? 0) + 1;
      this.attempts.set(sequenceNumber, attempts);
      if (attempts > 1) this.retried += 1;
    }
  }

  ended(records: readonly OfferedRecord[], failed: boolean): void {
    this.inFlight -= records.length;
    if (failed) this.functionErrors += 1;
  }

  settled({ sequenceNumber }: OfferedRecord, fate: Fate): void {
    this.attempts.delete(sequenceNumber);
    this.unsettled.delete(sequenceNumber);
    if (fate === 'FILTERED_OUT' || fate === 'BEFORE_LATEST') this.filteredOut += 1;
    else if (fate === 'ACKNOWLEDGED') this.acknowledged += 1;
    else if (fate === 'DELIVERED') this.delivered += 1;
    else this.dropped += 1;
  }

  /** The first count is what was there before this run. */
  storeHolds(objects: number): void {
    this.storedBefore ??= objects;
    this.stored = Math.max(0, objects - this.storedBefore);
  }

  status(now: number): MappingStatus {
    const [oldest] = this.unsettled.values();
    return {
      name: this.name,
      enabled: this.enabled,
      read: this.read,
      filteredOut: this.filteredOut,
      applied: Math.max(0, this.acknowledged - this.stored),
      retried: this.retried,
      failed: this.stored + this.delivered + this.dropped,
      lost: this.dropped + (this.keepsRecords ? 0 : this.delivered),
      atDestination: this.keepsRecords ? 0 : this.delivered,
      inFlight: this.inFlight,
      waiting: this.unsettled.size,
      lagMillis: oldest === undefined ? 0 : Math.max(0, now - oldest),
      failureStore: this.stored + (this.keepsRecords ? this.delivered : 0),
      invocations: this.invocations,
      functionErrors: this.functionErrors,
    };
  }
}
