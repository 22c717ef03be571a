import { EsmCase } from './esm-case';
import { scriptedHandler } from './esm-handler';
import { MemoryDriver, MemoryStream, VirtualClock } from '../drive/memory';
import { mappingConfig } from '../model/config';
import { StreamMapping } from '../model/stream-mapping';
import { MappingConfig, OfferedRecord } from '../model/types';

const MAX_INVOCATIONS = 10_000;
const SHARD = 'shardId-00000001785600000000-00000000';
/** Sequence numbers of the stream's usual width. */
const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n;
const DEFAULT_INVOCATION_SECONDS = 0.1;
const MILLIS = 1000;

export interface EsmResult {
  readonly invocations: number[][];
  readonly destination: { readonly condition: string; readonly records: number[]; readonly approximateInvokeCount: number }[];
  readonly dropped: number[];
  truncated?: true;
}

/** Runs a case to its end: every record is acknowledged, at the destination, filtered out or dropped. */
export function runEsmCase(esmCase: EsmCase): EsmResult {
  const result: EsmResult = { invocations: [], destination: [], dropped: [] };
  const lost = new Set<string>();
  const ordinals = new Map<string, number>();
  const ordinalsOf = (records: readonly OfferedRecord[]) => records.map(({ sequenceNumber }) => ordinals.get(sequenceNumber)!);
  const clock = new VirtualClock();
  const stream = new MemoryStream();
  const mapping = new StreamMapping(configOf(esmCase), (record, fate) => {
    if (fate === 'BEFORE_LATEST' || fate === 'RETENTION') lost.add(record.sequenceNumber);
  });
  const handle = scriptedHandler(esmCase);
  const driver = new MemoryDriver(clock, stream, mapping, {
    invoke: ({ records }) => {
      if (result.invocations.length === MAX_INVOCATIONS) {
        result.truncated = true;
        return { kind: 'serviceError' };
      }
      result.invocations.push(ordinalsOf(records));
      return handle(ordinalsOf(records), records);
    },
    invocationMillis: () => toMillis(esmCase.handler.seconds ?? DEFAULT_INVOCATION_SECONDS),
    deliver: ({ condition, records, approximateInvokeCount }) => {
      result.destination.push({ condition, records: ordinalsOf(records), approximateInvokeCount });
      return true;
    },
  });

  stream.openShard(SHARD);
  inStreamOrder(esmCase.records).forEach((given, index) => {
    const record = recordOf(given, (FIRST_SEQUENCE_NUMBER + BigInt(index)).toString());
    ordinals.set(record.sequenceNumber, given.ordinal);
    clock.at(record.arrivedAt, () => stream.append(SHARD, record));
  });
  clock.at(toMillis(esmCase.mapping.enabledAtSeconds ?? 0), () => driver.enable());
  clock.run(() => result.truncated === true);
  for (const [sequenceNumber, ordinal] of ordinals) if (lost.has(sequenceNumber)) result.dropped.push(ordinal);
  return result;
}

function configOf({ mapping }: EsmCase): MappingConfig {
  return mappingConfig({
    ...mapping.batchSize !== undefined && { batchSize: mapping.batchSize },
    ...mapping.windowSeconds !== undefined && { batchingWindowSeconds: mapping.windowSeconds },
    ...mapping.retryAttempts !== undefined && { retryAttempts: mapping.retryAttempts },
    ...mapping.maxRecordAgeSeconds !== undefined && { maxRecordAgeSeconds: mapping.maxRecordAgeSeconds },
    ...mapping.parallelizationFactor !== undefined && { parallelizationFactor: mapping.parallelizationFactor },
    startingPosition: mapping.startingPosition ?? 'TRIM_HORIZON',
    bisectBatchOnFunctionError: mapping.bisect ?? false,
    reportBatchItemFailures: mapping.reportBatchItemFailures ?? false,
    filters: (mapping.filters ?? []).map(pattern => JSON.parse(pattern)),
    onFailure: { type: 'S3', arn: 'arn:aws:s3:::failures' },
  });
}

type CaseRecord = EsmCase['records'][number];

function inStreamOrder(records: readonly CaseRecord[]): CaseRecord[] {
  return [...records].sort((a, b) => a.atSeconds - b.atSeconds);
}

/** What filters see: an INSERT whose item holds the record's own fields, `key` as its key. */
function recordOf({ ordinal, key, atSeconds, bytes }: CaseRecord, sequenceNumber: string): OfferedRecord {
  const keys = { key: { S: key } };
  return {
    sequenceNumber,
    arrivedAt: toMillis(atSeconds),
    bytes,
    key,
    record: {
      eventID: sequenceNumber,
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(atSeconds),
        Keys: keys,
        NewImage: { ...keys, ordinal: { N: String(ordinal) }, atSeconds: { N: String(atSeconds) }, bytes: { N: String(bytes) } },
        SequenceNumber: sequenceNumber,
        SizeBytes: bytes,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    },
  };
}

function toMillis(seconds: number): number {
  return Math.round(seconds * MILLIS);
}
