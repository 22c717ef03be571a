import { ClaimStore } from './ports';
import { ChangeEnvelope, ENVELOPE_VERSION, FilterError } from '../../contract/envelope';
import { StreamRecord } from '../change/record';
import { errorName } from '../thrown';

/** A message as Lambda hands it over, as far as the worker relies on it. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly eventSourceARN?: string;
  readonly attributes?: {
    readonly ApproximateReceiveCount?: string;
    /** Epoch milliseconds. */
    readonly SentTimestamp?: string;
    readonly MessageGroupId?: string;
  };
}

/** What a message holds. */
export interface ReadMessage {
  readonly changes: readonly StreamRecord[];
  readonly filterError?: FilterError;
  /** The relay's mapping gave the changes up: they may come after later ones of their items. */
  readonly givenUp?: boolean;
}

/** The message is none of the relay's, or of a newer one's: it cannot be acknowledged, and ends in the dead-letter queue if nothing else helps. */
export class UnreadableMessageError extends Error {
  public override readonly name = 'UnreadableMessageError';
}

/** The change that a message points to could not be fetched. */
export class ClaimError extends Error {
  public override readonly name = 'ClaimError';
}

/** Whether the message of an error is the library's own, so that it quotes nothing of a change. */
export function isOfMessage(error: unknown): error is Error {
  return error instanceof UnreadableMessageError || error instanceof ClaimError;
}

export async function readMessage(record: QueueRecord, claims: ClaimStore): Promise<ReadMessage> {
  const envelope = parse(record.body);
  if (envelope.v !== ENVELOPE_VERSION) {
    throw new UnreadableMessageError(`the envelope has version ${String(envelope.v)}, this library understands ${ENVELOPE_VERSION}`);
  }
  const { filterError, givenUp } = envelope;
  if (envelope.claim) return { changes: [await fetchClaim(envelope.claim, claims)], filterError, givenUp };
  if (!Array.isArray(envelope.changes) || envelope.changes.length === 0) throw new UnreadableMessageError('the envelope holds no changes');
  return { changes: envelope.changes as readonly StreamRecord[], filterError, givenUp };
}

function parse(body: string): Partial<ChangeEnvelope> {
  try {
    const envelope = JSON.parse(body) as Partial<ChangeEnvelope> | null;
    if (typeof envelope === 'object' && envelope !== null) return envelope;
  } catch {
    // Told below: the parser's own message would quote the change.
  }
  throw new UnreadableMessageError('the body is not an envelope in JSON');
}

async function fetchClaim({ bucket, key }: { bucket: string; key: string }, claims: ClaimStore): Promise<StreamRecord> {
  const text = await claims.getFrom(bucket, key).catch((cause: unknown) => {
    throw new ClaimError(`s3://${bucket}/${key} cannot be read: ${errorName(cause)}`, { cause });
  });
  if (text === undefined) throw new ClaimError(`s3://${bucket}/${key} is gone`);
  try {
    return JSON.parse(text) as StreamRecord;
  } catch {
    // The parser's own message would quote the change.
    throw new UnreadableMessageError(`s3://${bucket}/${key} is not a change in JSON`);
  }
}
