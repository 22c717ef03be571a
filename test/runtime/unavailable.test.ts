import { PermanentError, RetryLaterError, retryLaterIfUnavailable, unavailability } from '../../src/runtime';
import { errorKind, retryAfter } from '../../src/runtime/errors';

const response = (status: number, headers: { [name: string]: string } = {}) => new Response(status === 204 ? null : 'text', { status, headers });
const error = (fields: object, name = 'Error') => Object.assign(new Error('quotes the change'), { name, ...fields });

async function thrown(call: unknown): Promise<unknown> {
  try {
    await retryLaterIfUnavailable(call as Promise<unknown>);
    return undefined;
  } catch (caught) {
    return caught;
  }
}

describe('a response', () => {
  test.each([408, 425, 429, 500, 502, 503, 504, 529])('with status %i is tried again later', async (status) => {
    expect(errorKind(await thrown(Promise.resolve(response(status))))).toBe('RETRY_LATER');
  });

  test.each([200, 204, 400, 401, 403, 404, 409, 422, 501, 505])('with status %i is the caller\'s own concern', async (status) => {
    const answer = response(status);
    expect(await retryLaterIfUnavailable(Promise.resolve(answer))).toBe(answer);
    expect(unavailability(answer)).toBeUndefined();
  });

  test.each<[string, { [name: string]: string }, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a fraction of seconds', { 'Retry-After': '0.5' }, 500],
    ['milliseconds, which are more exact', { 'retry-after-ms': '1234', 'retry-after': '2' }, 1_234],
    ['nothing', {}, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['less than nothing', { 'retry-after': '-3' }, undefined],
  ])('that asks for %s', async (_what, headers, after) => {
    expect(retryAfter(await thrown(response(429, headers)))).toBe(after);
  });

  test('that asks for a date, in the future or in the past', async () => {
    const inOneMinute = new Date(Date.now() + 60_000).toUTCString();
    const after = retryAfter(await thrown(response(503, { 'retry-after': inOneMinute })))!;
    // Dates have whole seconds; the call itself takes part of one at most.
    expect(after).toBeLessThanOrEqual(60_000);
    expect(after).toBeGreaterThan(30_000);
    expect(retryAfter(await thrown(response(503, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' })))).toBe(0);
  });
});

describe('an error', () => {
  test.each<[string, object]>([
    ['of fetch, aborted by its signal', error({}, 'AbortError')],
    ['of fetch, out of time', error({}, 'TimeoutError')],
    ['of fetch, not connected', Object.assign(new TypeError('fetch failed'), { cause: error({ code: 'ECONNREFUSED' }) })],
    ['of fetch, which waited too long', Object.assign(new TypeError('fetch failed'), { cause: error({ code: 'UND_ERR_HEADERS_TIMEOUT' }) })],
    ['of node:http', error({ code: 'ECONNRESET' })],
    ['of an AWS SDK, throttled', error({ $retryable: { throttling: true }, $metadata: { httpStatusCode: 400 } }, 'ModelErrorException')],
    ['of an AWS SDK, by name', error({ $metadata: { httpStatusCode: 400 } }, 'ThrottlingException')],
    ['of an AWS SDK, by status', error({ $metadata: { httpStatusCode: 503 } }, 'ModelNotReadyException')],
    ['of a client with status', error({ status: 529 }, 'APIError')],
    ['of a client with a response', error({ response: { status: 429, headers: {} } }, 'AxiosError')],
    ['that wraps such', new Error('could not judge', { cause: error({ statusCode: 500 }) })],
  ])('%s is tried again later', async (_what, cause) => {
    const later = await thrown(Promise.reject(cause as Error));
    expect(errorKind(later)).toBe('RETRY_LATER');
    expect((later as Error).cause).toBe(cause);
    expect((later as Error).message).not.toContain('quotes the change');
  });

  test.each<[string, unknown]>([
    ['that is the handler\'s own', new Error('no')],
    ['of an AWS SDK that is final', error({ $metadata: { httpStatusCode: 400 } }, 'ValidationException')],
    ['of a client that is refused', error({ status: 400 })],
    ['that is none', 'text'],
    ['that is nothing', undefined],
    ['that already says what to do', new PermanentError('never', { cause: error({ status: 500 }) })],
    ['that already says to wait', new RetryLaterError('busy', { after: 5 })],
  ])('%s is thrown on as it is', async (_what, cause) => {
    await expect(retryLaterIfUnavailable(Promise.reject(cause as Error))).rejects.toBe(cause);
  });

  test.each<[string, object]>([
    ['of an AWS SDK', { $metadata: { httpStatusCode: 429 }, $response: { headers: { 'Retry-After': '3' } } }],
    ['of a client with Headers', { status: 429, headers: new Headers({ 'retry-after': '3' }) }],
    ['of a client with a response', { response: { status: 503, headers: { 'retry-after': 3 } } }],
  ])('%s may ask for a time', async (_what, fields) => {
    expect(retryAfter(await thrown(Promise.reject(error(fields))))).toBe(3_000);
  });

  test('that is its own cause does not hang', async () => {
    const loop: Error = new Error('no');
    loop.cause = loop;
    await expect(retryLaterIfUnavailable(Promise.reject(loop))).rejects.toBe(loop);
  });
});

test('a result that happens to have a status is none of a response\'s', async () => {
  const order = { status: 503, name: 'AbortError' };
  expect(await retryLaterIfUnavailable(Promise.resolve(order))).toBe(order);
});
