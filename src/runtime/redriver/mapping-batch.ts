import { isSequenceNumber, parseStreamArn } from '../../contract/position';
import { StreamRecord } from '../change/record';

/** What the mapping stores of a batch that it gave up, as far as a redrive relies on it. */
export interface MappingBatch {
  /** Such as RetryAttemptsExhausted or RecordAgeExceeded. */
  readonly condition: string;
  /** ISO 8601. */
  readonly givenUpAt: string;
  readonly records: readonly StreamRecord[];
  /** The event as the function got it. */
  readonly payload: string;
}

/** Undefined for anything else. Numbers may be printed as 1.789E9, which JSON reads as they are. */
export function readMappingBatch(text: string): MappingBatch | undefined {
  const document = parse(text) as { payload?: unknown; timestamp?: unknown; requestContext?: { condition?: unknown } } | undefined;
  if (typeof document?.payload !== 'string') return undefined;
  const records = (parse(document.payload) as { Records?: unknown } | undefined)?.Records;
  if (!Array.isArray(records) || typeof document.timestamp !== 'string' || Number.isNaN(Date.parse(document.timestamp))) return undefined;
  return {
    condition: String(document.requestContext?.condition ?? ''), givenUpAt: document.timestamp, records: records as StreamRecord[], payload: document.payload,
  };
}

/** It says where it comes from and its place there. */
export function isIdentifiable(record: StreamRecord): boolean {
  return isSequenceNumber(record?.dynamodb?.SequenceNumber) && parseStreamArn(record.eventSourceARN ?? '') !== undefined;
}

function parse(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
