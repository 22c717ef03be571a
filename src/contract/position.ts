/**
 * A position says where in a table's history a change stands, as a string whose order is time order:
 * the stream's label (a timestamp, so that a re-created stream sorts after its predecessor), `#`, and the
 * sequence number padded to its largest width on AWS. A longer one, as some emulators have them, follows its length:
 * `x`, which sorts behind every digit, the number of digits in three digits, and the digits.
 */

import { LONGEST_SEQUENCE_NUMBER, SEQUENCE_NUMBER_DIGITS } from './limits';

const STREAM_ARN = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\/(.+)$/;
const SEQUENCE_NUMBER = new RegExp(`^\\d{1,${LONGEST_SEQUENCE_NUMBER}}$`);
const LONG = 'x';
const LENGTH_DIGITS = 3;

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

/** What is wrong with a sequence number, without quoting it; undefined for one that is right. */
export function sequenceNumberFault(value: unknown): string | undefined {
  if (value === undefined || value === null) return 'has no sequence number';
  if (isSequenceNumber(value)) return undefined;
  const what = typeof value === 'string' ? `a text of ${value.length} characters` : `a ${typeof value}, not a text`;
  return `has a sequence number that is not a whole number of 1 to ${LONGEST_SEQUENCE_NUMBER} digits: ${what}`;
}

/** Orders sequence numbers, which are wider than JavaScript's numbers. */
export function compareSequenceNumbers(a: string, b: string): number {
  const left = ordered(a);
  const right = ordered(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function position(label: string, sequenceNumber: string): string {
  return `${label}#${ordered(sequenceNumber)}`;
}

/** The sequence number of a position, without padding. */
export function sequenceNumberOf(at: string): string {
  const text = at.slice(at.indexOf('#') + 1);
  return text.startsWith(LONG) ? text.slice(LONG.length + LENGTH_DIGITS) : text.replace(/^0+(?=\d)/, '');
}

/** Text whose order is that of the numbers. */
function ordered(sequenceNumber: string): string {
  if (sequenceNumber.length <= SEQUENCE_NUMBER_DIGITS) return sequenceNumber.padStart(SEQUENCE_NUMBER_DIGITS, '0');
  const digits = sequenceNumber.replace(/^0+/, '');
  if (digits.length <= SEQUENCE_NUMBER_DIGITS) return digits.padStart(SEQUENCE_NUMBER_DIGITS, '0');
  return `${LONG}${String(digits.length).padStart(LENGTH_DIGITS, '0')}${digits}`;
}
