import { RedriveStoppedError } from '../../runtime/redriver/ports';
import { UserError } from '../emulator';

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError'];
const NO_CREDENTIALS = [
  'CredentialsProviderError', 'ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId', 'UnrecognizedClientException', 'SignatureDoesNotMatch',
];
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', 'TimeoutError'];

/** What AWS or the network refuses, as a sentence with a next step; anything else as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof RedriveStoppedError) return say(error, error.message);
  const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
  if (DENIED.includes(name)) return say(error, `Access was denied: ${sentence(message)} Use credentials with the permissions that docs/operate.md and docs/redrive.md list.`);
  if (NO_CREDENTIALS.includes(name)) return say(error, 'There are no valid credentials: sign in, or set AWS_PROFILE.');
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
