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
    ['a fraction of milliseconds', { 'retry-after-ms': '250.5' }, 250.5],
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

test.each<[string, object]>([
  ['axios', { status: 503, headers: { 'retry-after': '2' }, data: {} }],
  ['got', { statusCode: 503, headers: { 'retry-after': '2' }, body: '' }],
  ['undici', { statusCode: 503, headers: { 'retry-after': '2' }, body: {} }],
])('a response of %s that the client does not throw is tried again later', async (_client, answer) => {
  expect(retryAfter(await thrown(answer))).toBe(2_000);
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
    ['of OpenAI or Anthropic without an answer', error({ status: undefined, headers: undefined, requestID: undefined, error: undefined })],
    ['of OpenAI or Anthropic without a connection', error({ status: undefined, headers: undefined, requestID: undefined, error: undefined, cause: error({ code: 'EAI_AGAIN' }) })],
    ['of Anthropic inside a streamed answer', error({ status: undefined, error: { type: 'error', error: { type: 'overloaded_error' } } })],
    ['of Anthropic inside a streamed answer that has a status', error({ status: 200, error: { type: 'error', error: { type: 'api_error' } } })],
    ['of OpenAI inside a streamed answer', error({ status: undefined, code: 'rate_limit_exceeded', type: 'tokens', error: {} })],
    ['of axios, out of time', error({ code: 'ECONNABORTED' }, 'AxiosError')],
    ['of axios, with a body that was cut', Object.assign(new Error('stream has been aborted'), { code: 'ERR_BAD_RESPONSE', status: 200 })],
    ['of axios, by its signal', error({ code: 'ERR_CANCELED' }, 'CanceledError')],
    ['of got, with an answer', error({ code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 503, headers: {} } }, 'HTTPError')],
    ['of node-fetch, out of time', error({ type: 'request-timeout' }, 'FetchError')],
    ['of Amazon Bedrock inside a streamed answer', error({ $fault: 'server', $metadata: {} }, 'ModelStreamErrorException')],
    ['of Amazon Bedrock, as the stream names it', error({}, 'serviceUnavailableException')],
    ['of Amazon Bedrock, throttled as the stream names it', error({}, 'throttlingException')],
    ['of Amazon Bedrock, whose model answered 503', error({ $metadata: { httpStatusCode: 424 }, originalStatusCode: 503 }, 'ModelErrorException')],
    ['of an AWS SDK, whose stream was cut', new Error('HTTP/2 stream is abnormally aborted in mid-communication with result code 8.')],
    ['of several addresses that were tried', Object.assign(new Error('all failed'), { errors: [error({ code: 'EHOSTUNREACH' })] })],
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
    ['of an AWS SDK that is refused, with an overload in its cause', error({ $metadata: { httpStatusCode: 403 }, cause: error({ status: 503 }) }, 'AccessDeniedException')],
    ['of OpenAI that is refused', error({ status: 401, headers: {}, requestID: 'r', error: {}, code: 'server_error' })],
    ['of OpenAI, whose server has an expired certificate', error({
      status: undefined, headers: undefined, requestID: undefined, error: undefined, cause: Object.assign(new TypeError('fetch failed'), { cause: error({ code: 'CERT_HAS_EXPIRED' }) }),
    })],
    ['of axios, whose server has another name', error({ code: 'ERR_NETWORK', cause: error({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }) }, 'AxiosError')],
    ['of axios, with an answer too large', Object.assign(new Error('maxContentLength size of 5 exceeded'), { code: 'ERR_BAD_RESPONSE' })],
    ['of got, with an answer that it cannot read', error({ code: 'ERR_BODY_PARSE_FAILURE', response: { statusCode: 200, headers: {} } }, 'ParseError')],
    ['of node-fetch, with an answer that it cannot read', error({ type: 'invalid-json' }, 'FetchError')],
    ['of an AWS SDK without credentials', error({}, 'CredentialsProviderError')],
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
    ['of got', { response: { statusCode: 503, headers: { 'retry-after': '3' } } }],
    ['of OpenAI inside a streamed answer', { status: undefined, code: 'server_error', headers: new Headers({ 'retry-after-ms': '3000.0' }) }],
    ['of undici, with a header that came twice', { statusCode: 503, headers: { 'retry-after': ['3', '4'] } }],
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
