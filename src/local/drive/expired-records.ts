import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { S3Client } from '@aws-sdk/client-s3';
import { Target } from '../deploy';
import { ExpiryMarks } from './expiry-marks';

const known = new Map<string, ExpiryMarks>();

/** One for all that read in an account and region: a deletion is an expiry for all of them or for none. */
export function marksOf({ endpoint, account, region }: Target, s3: S3Client): ExpiryMarks {
  const id = `${endpoint} ${account} ${region}`;
  const marks = known.get(id) ?? new ExpiryMarks(s3, account, region);
  known.set(id, marks);
  return marks;
}

/** The record of an item that "expire" deleted, as that of an item whose time to live has ended. */
export async function withIdentity(record: StreamRecord, marks: ExpiryMarks, table: string): Promise<StreamRecord> {
  const { eventName, dynamodb: { Keys, SequenceNumber = '', ApproximateCreationDateTime } = {} } = record;
  if (eventName !== 'REMOVE' || Keys === undefined) return record;
  const isExpiry = await marks.isExpiry(table, Keys, SequenceNumber, ApproximateCreationDateTime?.getTime() ?? Date.now());
  return isExpiry ? { ...record, userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' } } : record;
}
