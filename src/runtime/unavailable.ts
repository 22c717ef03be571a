/**
 * Tells an answer that says "not now" from one that says "never", whichever client gives it: `fetch`, node-fetch, undici, got, axios, the clients of OpenAI
 * and Anthropic, the AWS SDK with its streams, or another that puts status and headers on its errors as most do.
 *
 * | what is seen | taken for |
 * |---|---|
 * | status 408, 425, 429, or from 500 on but 501 and 505 | not now |
 * | any other status from 400 on, unless an AWS service names a throttle there | the handler's own failure |
 * | an overload or a failure of the server that is reported inside a streamed answer | not now |
 * | an error that an AWS SDK marks as retryable, or whose name is known to pass | not now |
 * | a call that outlived a time-out or its signal | not now; where `context.signal` ended it, the invocation is over and no attempt is counted |
 * | a connection that was refused, reset, cut or not made in time; a name that is not resolved | not now |
 * | a certificate that is refused, any other error | the handler's own failure |
 *
 * What `retry-after-ms` or `Retry-After` asks for, in seconds or as a date, is waited at least.
 */

import { errorKind, markOutOfTime, RetryLaterError } from './errors';
import { Answer, isResponse, statusOf } from './remote/answer';
import { isFinal } from './remote/final';
import { Reason, reasonToWait } from './remote/reason';
import { askedFor } from './remote/retry-after';

/** An error wraps another, as fetch does; more than this are no wrappers. */
const CAUSES = 5;

/** Why to try again later, if the answer says so. */
export function unavailability(answer: unknown): RetryLaterError | undefined {
  const links = chainOf(answer);
  let reason: Reason | undefined;
  let asked: number | undefined;
  for (const link of links) {
    // Whatever wraps it: waiting does not mend a certificate.
    if (isFinal(link)) return undefined;
    if (reason !== undefined) continue;
    reason = reasonToWait(link);
    asked = reason && askedFor(link);
    // A refusal is final, whatever has led to it.
    if (reason === undefined && (statusOf(link) ?? 0) >= 400) return undefined;
  }
  if (reason === undefined) return undefined;
  // The answer of a client may quote the change; the error made here does not.
  const later = new RetryLaterError(reason.text, { after: asked, cause: answer });
  if (reason.outOfTime) markOutOfTime(later);
  return later;
}

/**
 * Waits for a call and returns its result, unless the other side cannot be reached now or refuses for now: then it throws a `RetryLaterError`, and the
 * change is tried again later at no cost of attempts. Other errors are thrown as they are.
 *
 * Some clients end a streamed answer without an error when their signal is aborted. Call `context.signal.throwIfAborted()` after the last part.
 *
 * @param call a promise, such as `fetch(url, { signal: context.signal })` or `client.send(command, { abortSignal: context.signal })`, or its result
 * @throws RetryLaterError for status 408, 425, 429 and 5xx except 501 and 505; for overloads inside a streamed answer; for throttles and what an AWS SDK calls
 * retryable; for time-outs, aborts, and connections that fail, other than by a certificate
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

/** The answer and what it wraps, outermost first. */
function chainOf(answer: unknown): Answer[] {
  const chain: Answer[] = [];
  let link = answer;
  while (chain.length < CAUSES && typeof link === 'object' && link !== null) {
    chain.push(link as Answer);
    const { cause, errors } = link as Answer;
    // Where several addresses were tried, each has failed.
    link = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return chain;
}
