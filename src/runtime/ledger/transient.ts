import { property } from '../property';
import { isRefusal } from '../refusals';
import { isThrottle } from '../throttles';
import { errorName } from '../thrown';

/** What passes without anybody doing something about it. Throttles are told by their own list. */
const PASSING = new Set([
  'AbortError', 'ConnectionError', 'HttpProtocolError', 'NoAnswerInTimeError', 'TimeoutError', 'RequestTimeout', 'RequestTimeoutException', 'RequestTimeTooSkewed',
  'InternalError', 'InternalFailure', 'InternalServer', 'InternalServerError', 'InternalServerException', 'ServiceUnavailable', 'ServiceUnavailableException',
  'OperationAborted', 'ConditionalRequestConflict', 'TransactionConflict', 'TransactionConflictException', 'TransactionInProgressException', 'TransactionBusyError',
  'ProvisionedThroughputExceeded', 'StatementError', 'UnprocessedKeys',
]);

/** What stays the same however often one asks. */
const FINAL = new Set([
  'UnrecognizedClientException', 'InvalidSignatureException', 'ExpiredTokenException', 'CredentialsProviderError',
  'ResourceNotFoundException', 'ResourceNotFound', 'ValidationException', 'ValidationError', 'NoSuchBucket', 'InvalidBucketName', 'EntityTooLarge',
  'ItemCollectionSizeLimitExceeded', 'ItemCollectionSizeLimitExceededException', 'KMS.DisabledException', 'SerializationException',
  'RangeError', 'TypeError', 'LedgerVersionError',
  'ConditionalCheckFailedException', 'TransactionCanceledException', 'IdempotentParameterMismatchException',
  'AlreadyAppliedError', 'CommitConditionError', 'CommitMisuseError', 'ClaimHeldError', 'ClaimLostError',
]);

const NO_CONNECTION = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
]);
const PASSING_STATUS = new Set([408, 425, 429]);
const FINAL_STATUS = new Set([501, 505]);
/** An error wraps another; more than this are no wrappers. */
const CAUSES = 5;

/** The same of an error of which only the name is known. */
export function isTransientName(name: string): boolean | undefined {
  if (FINAL.has(name) || isRefusal(name)) return false;
  return PASSING.has(name) || isThrottle(name) ? true : undefined;
}

/** Whether the same request may succeed a moment later; undefined where that is not known. */
export function isTransient(error: unknown): boolean | undefined {
  const known = isTransientName(errorName(error));
  if (known !== undefined) return known;
  if (property(error, '$retryable') !== undefined) return true;
  const status = property(property(error, '$metadata'), 'httpStatusCode');
  if (typeof status === 'number') return PASSING_STATUS.has(status) || (status >= 500 && !FINAL_STATUS.has(status));
  return isCutOff(error) ? true : undefined;
}

/** The connection was refused, closed or not made. */
function isCutOff(error: unknown): boolean {
  let one = error;
  for (let depth = 0; depth < CAUSES && one !== undefined; depth += 1) {
    const code = property(one, 'code');
    if (typeof code === 'string' && NO_CONNECTION.has(code)) return true;
    one = property(one, 'cause');
  }
  return false;
}
