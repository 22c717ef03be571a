import { OfferedRecord } from './types';

/** The parts of a stream record that the model itself looks at. */
interface StreamRecordParts {
  readonly dynamodb?: {
    readonly SequenceNumber?: string;
    /** Epoch seconds in Lambda's event. */
    readonly ApproximateCreationDateTime?: number;
    readonly Keys?: Record<string, unknown>;
  };
}

/** A record in the shape of Lambda's event, measured for the model. */
export function offeredRecord(record: unknown, arrivedAt?: number): OfferedRecord {
  const parts = (record as StreamRecordParts).dynamodb ?? {};
  return {
    sequenceNumber: parts.SequenceNumber ?? '',
    arrivedAt: arrivedAt ?? (parts.ApproximateCreationDateTime ?? 0) * 1000,
    bytes: Buffer.byteLength(JSON.stringify(record)),
    key: itemKey(parts.Keys ?? {}),
    record,
  };
}

/** The same text for the same item, whatever order its key attributes are listed in. */
function itemKey(keys: Record<string, unknown>): string {
  return JSON.stringify(Object.keys(keys).sort().map(name => [name, keys[name]]));
}

/** What the function is invoked with. */
export function lambdaEvent(records: readonly OfferedRecord[]): { Records: unknown[] } {
  return { Records: records.map(({ record }) => record) };
}
