import { PartialAnswerError } from '../../runtime/aws/s3-answers';
import { RedriveStoppedError } from '../../runtime/redriver/ports';
import { isThrottle } from '../../runtime/throttles';
import { UserError } from '../emulator';

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError'];
const NO_CREDENTIALS = [
  'CredentialsProviderError', 'ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId', 'UnrecognizedClientException', 'SignatureDoesNotMatch',
];
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', 'TimeoutError'];

const CHANGING = ['ResourceConflictException', 'ResourceNotReadyException', 'EC2ThrottledException'];
const FAILING = ['InternalError', 'InternalFailure', 'InternalServerError', 'ServiceException', 'ServiceUnavailable'];

/** What AWS or the network refuses, as a sentence with a next step; anything else as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof RedriveStoppedError) return say(error, error.message);
  const { name = '', code = '', message = '', $metadata } = error as { name?: string; code?: string; message?: string; $metadata?: { httpStatusCode?: number } };
  if (DENIED.includes(name)) return say(error, `Access was denied: ${sentence(message)} Use credentials with the permissions that docs/operate.md and docs/redrive.md list.`);
  if (NO_CREDENTIALS.includes(name)) return say(error, 'There are no valid credentials: sign in, or set AWS_PROFILE.');
  if (isThrottle(name)) return say(error, `AWS throttled the command (${name}): what it did so far stays done. Run it again in a minute.`);
  if (/^KMS/.test(name)) return say(error, `A function's key cannot be used (${name}): ${sentence(message)} Check the state of the key and its policy.`);
  if (CHANGING.includes(name)) return say(error, `The function is being changed (${name}): wait until the deployment is done, and run the command again.`);
  if (name === 'InvalidObjectState') return say(error, 'An object of the failure store is archived: restore it, and remove the lifecycle rule that archives the objects of this bucket.');
  if (name === 'ParameterNotFound') return say(error, 'A parameter with the queues of a relay is gone: deploy the stack again.');
  if (error instanceof PartialAnswerError) return say(error, `${sentence(message)} Nothing was deleted for it. Run the command again.`);
  if (FAILING.includes(name) || ($metadata?.httpStatusCode ?? 0) >= 500) {
    return say(error, `AWS could not answer (${name}): what the command did so far stays done. Run it again.`);
  }
  if (/region is missing/i.test(message)) return say(error, 'No region is set: set AWS_REGION.');
  if (UNREACHABLE.includes(code) || UNREACHABLE.includes(name)) return say(error, `AWS cannot be reached (${code || name}): check the network and AWS_ENDPOINT_URL.`);
  if (name === 'NoSuchBucket') return say(error, 'The failure store\'s bucket is gone: deploy the stack again.');
  if (/NonExistentQueue|QueueDoesNotExist/.test(name)) return say(error, 'A subscriber\'s queue is gone: deploy the stack again; the relay keeps its changes in the failure store meanwhile.');
  if (name === 'ResourceNotFoundException') return say(error, `${sentence(message)} The stack does not describe what is deployed: deploy it again.`);
  if (isForeignAnswer(error)) return say(error, 'What answers is not AWS: check AWS_ENDPOINT_URL, and proxies on the way.');
  return error;
}

/** The SDK could not read an answer: a web server's page, or a proxy's. */
export function isForeignAnswer(error: unknown): boolean {
  return error instanceof Error && (error instanceof SyntaxError || /Deserialization error|XML parse error|is not valid JSON/i.test(error.message));
}

function say(cause: unknown, message: string): UserError {
  return new UserError(message, { cause });
}

function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line === '' || /[.!?]$/.test(line) ? line : `${line}.`;
}
