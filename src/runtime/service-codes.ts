import { REFUSALS } from './refusals';
import { THROTTLES } from './throttles';

/** Codes of AWS services that are not in the form of an error's name, and are told apart by the runtime. */
const OTHERS = [
  'ConditionalCheckFailed', 'DuplicateItem', 'EntityTooLarge', 'InternalFailure', 'InternalServer', 'InvalidBucketName', 'ItemCollectionSizeLimitExceeded',
  'KMS.DisabledException', 'NoSuchBucket', 'NoSuchKey', 'OperationAborted', 'PreconditionFailed', 'QueueDoesNotExist', 'ProvisionedThroughputExceeded', 'RequestTimeTooSkewed',
  'RequestTimeout', 'ResourceNotFound', 'ServiceUnavailable', 'TransactionConflict', 'UnprocessedKeys',
] as const;

/** Names that come from a service's answer whoever bears them, so that they may be logged. */
export const SERVICE_CODES: ReadonlySet<string> = new Set([...REFUSALS, ...THROTTLES, ...OTHERS]);
