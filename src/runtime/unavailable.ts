/**
 * Tells an answer that says "not now" from one that says "never", whoever gives it: a `fetch` response, an error of an AWS SDK, of `fetch` itself, or
 * of a client that puts status and headers on its errors as most do.
 *
 * | what is seen | taken for |
 * |---|---|
 * | status 408, 425, 429, or from 500 on but 501 and 505 | not now |
 * | an error that an AWS SDK marks as retryable, or that bears the name of a throttle | not now |
 * | AbortError, TimeoutError | not now: the call outlived its signal |
 * | a connection that was refused, reset, closed or not made in time; a name that is not resolved | not now |
 * | any other status, any other error | the caller's own concern |
 *
 * What `retry-after-ms` or `Retry-After` asks for, in seconds or as a date, is waited at least.
 */

import { errorKind, RetryLaterError } from './errors';
import { isThrottle } from './throttles';

const WAITING_STATUS = new Set([408, 425, 429]);
const HOPELESS_STATUS = new Set([501, 505]);
const OUT_OF_TIME = new Set(['AbortError', 'TimeoutError', 'RequestTimeout', 'RequestTimeoutException']);
const NO_CONNECTION = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_SOCKET',
]);
/** An error wraps another, as fetch does; more than this are no wrappers. */
const CAUSES = 5;

/** A response or an error, as far as it is looked at. */
interface Answer {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly cause?: unknown;
  readonly response?: { readonly status?: unknown; readonly headers?: unknown };
  readonly $metadata?: { readonly httpStatusCode?: unknown };
  readonly $response?: { readonly headers?: unknown };
  readonly $retryable?: unknown;
}

/** Why to try again later, if the answer says so. */
export function unavailability(answer: unknown): RetryLaterError | undefined {
  let one = answer;
  for (let depth = 0; depth < CAUSES && typeof one === 'object' && one !== null; depth += 1) {
    const reason = reasonOf(one as Answer);
    // The answer of a client may quote the change; the error made here does not.
    if (reason !== undefined) return new RetryLaterError(reason, { after: askedFor(one as Answer), cause: answer });
    one = (one as Answer).cause;
  }
  return undefined;
}

/**
 * Waits for a call and lets pass what it answers, unless the answer says that the other side cannot be reached now or refuses for now: then it throws a
 * RetryLaterError, and the change is tried again later at no cost of attempts. Other errors are thrown on as they are.
 *
 * @param call a promise, such as `fetch(url, { signal: context.signal })` or `client.send(command, { abortSignal: context.signal })`, or its result
 * @throws RetryLaterError for status 408, 425, 429 and 5xx except 501 and 505, throttles and what an AWS SDK calls retryable, time-outs, aborts, and connections that fail
 */
export async function retryLaterIfUnavailable<T>(call: T | Promise<T>): Promise<T> {
  let answer: T;
  try {
    answer = await call;
  } catch (error) {
    throw errorKind(error) === undefined ? unavailability(error) ?? error : error;
  }
  const unavailable = isResponse(answer) ? unavailability(answer) : undefined;
  if (unavailable !== undefined) throw unavailable;
  return answer;
}

/** What `fetch` resolves to; a result of another client may have a member `status` of its own. */
function isResponse(answer: unknown): boolean {
  const { ok, status, headers } = (answer ?? {}) as { ok?: unknown; status?: unknown; headers?: { get?: unknown } };
  return typeof ok === 'boolean' && typeof status === 'number' && typeof headers?.get === 'function';
}

function reasonOf(answer: Answer): string | undefined {
  const status = statusOf(answer);
  if (status !== undefined && (WAITING_STATUS.has(status) || (status >= 500 && !HOPELESS_STATUS.has(status)))) return `answered with status ${status}`;
  const name = typeof answer.name === 'string' ? answer.name : '';
  if (isThrottle(name)) return `throttled: ${name}`;
  if (OUT_OF_TIME.has(name)) return `no answer in time: ${name}`;
  if (answer.$retryable !== undefined && answer.$retryable !== null) return `may be tried again: ${name}`;
  return typeof answer.code === 'string' && NO_CONNECTION.has(answer.code) ? `not reached: ${answer.code}` : undefined;
}

function statusOf({ $metadata, status, statusCode, response }: Answer): number | undefined {
  return [$metadata?.httpStatusCode, status, statusCode, response?.status].find((one): one is number => typeof one === 'number');
}

/** Milliseconds the other side asks to wait. */
function askedFor({ headers, $response, response }: Answer): number | undefined {
  for (const some of [headers, $response?.headers, response?.headers]) {
    const millis = header(some, 'retry-after-ms');
    if (millis !== undefined && /^\d+$/.test(millis)) return Number(millis);
    const text = header(some, 'retry-after');
    if (text === undefined) continue;
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
    // An HTTP date begins with its weekday; Date.parse takes much else for a date.
    const date = /^[A-Z]/i.test(text) ? Date.parse(text) : NaN;
    if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  }
  return undefined;
}

/** From `Headers`, or from an object whose names are spelled in any case. */
function header(headers: unknown, wanted: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  if (typeof (headers as Headers).get === 'function') return (headers as Headers).get(wanted)?.trim();
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1] as unknown;
  return typeof found === 'string' || typeof found === 'number' ? String(found).trim() : undefined;
}
