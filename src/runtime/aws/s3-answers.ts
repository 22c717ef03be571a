/** S3 answered, but not everything that it announced arrived. Nothing may be concluded from such an answer. */
export class PartialAnswerError extends Error {
  public override readonly name = 'PartialAnswerError';
}

interface ObjectAnswer {
  readonly Body?: { transformToByteArray(): Promise<Uint8Array> };
  readonly ContentLength?: number;
}

/** The whole text of an object. @throws PartialAnswerError when less of it arrived than S3 announced */
export async function textOf({ Body, ContentLength }: ObjectAnswer): Promise<string> {
  if (Body === undefined) throw new PartialAnswerError('S3 answered in part: an object without its content');
  const bytes = await Body.transformToByteArray();
  if (ContentLength !== undefined && bytes.length !== ContentLength) {
    throw new PartialAnswerError(`S3 answered in part: ${bytes.length} of ${ContentLength} bytes of an object`);
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

interface ListAnswer {
  readonly IsTruncated?: boolean;
  readonly NextContinuationToken?: string;
}

/** Where a list continues; undefined behind its last page. @throws PartialAnswerError when S3 does not say where */
export function nextOf({ IsTruncated, NextContinuationToken }: ListAnswer): string | undefined {
  if (IsTruncated === true && NextContinuationToken === undefined) {
    throw new PartialAnswerError('S3 answered in part: a list that does not report where it continues');
  }
  return NextContinuationToken;
}
