/**
 * A position says where in a table's history a change stands, as a string whose order is time order:
 * the stream's label (a timestamp, so that a re-created stream sorts after its predecessor), `#`, and the
 * sequence number padded to its largest width.
 */

import { SEQUENCE_NUMBER_DIGITS } from './limits';

const STREAM_ARN = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\/(.+)$/;
const SEQUENCE_NUMBER = /^\d{1,40}$/;

export interface StreamIdentity {
  readonly tableName: string;
  /** Compact form of the stream label: separators removed, order kept. */
  readonly label: string;
}

/** Undefined when the text is not the ARN of a DynamoDB stream. */
export function parseStreamArn(arn: string): StreamIdentity | undefined {
  const match = STREAM_ARN.exec(arn);
  return match ? { tableName: match[1], label: match[2].replace(/[-:]/g, '') } : undefined;
}

export function isSequenceNumber(value: unknown): value is string {
  return typeof value === 'string' && SEQUENCE_NUMBER.test(value);
}

/** Orders sequence numbers, which are wider than JavaScript's numbers. */
export function compareSequenceNumbers(a: string, b: string): number {
  const left = a.padStart(SEQUENCE_NUMBER_DIGITS, '0');
  const right = b.padStart(SEQUENCE_NUMBER_DIGITS, '0');
  return left < right ? -1 : left > right ? 1 : 0;
}

export function position(label: string, sequenceNumber: string): string {
  return `${label}#${sequenceNumber.padStart(SEQUENCE_NUMBER_DIGITS, '0')}`;
}
