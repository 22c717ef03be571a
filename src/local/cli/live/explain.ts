import { UserError } from '../../emulator';
import { isForeignAnswer } from '../../operate/refusals';

const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException)$/;
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN|TimeoutError)$/;

/** Whatever went wrong with the emulator, as one sentence with a next step. What is a fault of this program stays as it is. */
export function explainLocal(error: unknown, endpoint: string | undefined): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const { name, message, code = '', $metadata } = error as Error & { code?: string; $metadata?: object };
  const where = endpoint === undefined ? 'The emulator' : `The emulator at ${endpoint}`;
  const reason = sentence(message);
  if (DENIED.test(name)) {
    return said(error, `${where} denied access: ${reason} What the app needs there belongs to another account, or the emulator enforces permissions: `
      + 'start it anew without AUTH=true, or leave --endpoint-url out to have one started.');
  }
  if (UNREACHABLE.test(code) || UNREACHABLE.test(name)) {
    return said(error, `${where} does not answer (${code || name}): see that it still runs, and run the command again.`);
  }
  if (isForeignAnswer(error)) return said(error, `${where} gives an answer that is not one of AWS: ${reason} Check --endpoint-url.`);
  if ($metadata !== undefined) {
    return said(error, `${where} refused a request (${name}): ${reason} If it is not the emulator of docs/local.md, leave --endpoint-url out to have that one started.`);
  }
  return error;
}

function said(cause: unknown, message: string): UserError {
  return new UserError(message, { cause });
}

function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/Deserialization error: to see the raw response.*$/i, '').trim().slice(0, 300);
  return /[.!?]$/.test(line) ? line : `${line || 'no reason given'}.`;
}
