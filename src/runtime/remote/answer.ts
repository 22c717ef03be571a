/** A response or an error of a client, as far as it is looked at. */
export interface Answer {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly error?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly requestID?: unknown;
  readonly originalStatusCode?: unknown;
  readonly response?: { readonly status?: unknown; readonly statusCode?: unknown; readonly headers?: unknown };
  readonly $metadata?: { readonly httpStatusCode?: unknown };
  readonly $response?: { readonly headers?: unknown };
  readonly $retryable?: unknown;
}

export function statusOf({ $metadata, status, statusCode, response }: Answer): number | undefined {
  return [$metadata?.httpStatusCode, status, statusCode, response?.status, response?.statusCode].find((one): one is number => typeof one === 'number');
}

/**
 * What `fetch`, axios, got and undici resolve to. A result of another client may have a `status` of its own, but hardly headers and a body beside it.
 */
export function isResponse(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const { headers } = answer as Answer;
  const status = statusOf(answer as Answer);
  return status !== undefined && status >= 100 && status < 600 && typeof headers === 'object' && headers !== null && ('body' in answer || 'data' in answer);
}
