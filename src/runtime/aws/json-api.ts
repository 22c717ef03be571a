import { environmentCredentials, sdkCredentials } from './credentials';
import { endpointOf, Service } from './endpoint';
import { Connections } from './http/connections';
import { Answer } from './http/response';
import { Credentials, Headers, sha256, Signer } from './signature';
import { SIGNATURE_SECONDS } from '../../contract/limits';
import { required } from '../settings';

const CONTENT_TYPES: { readonly [service in Service]: string } = {
  dynamodb: 'application/x-amz-json-1.0', sqs: 'application/x-amz-json-1.0', ssm: 'application/x-amz-json-1.1',
};
/** A request without an answer for this long has failed; what became of it nobody knows. */
const REQUEST_MILLIS = { dynamodb: 3_000, sqs: 1_500, ssm: 1_500 } as const;

/** What services say when a request's time is too far from theirs, or may be. */
const SKEWED = new Set(['InvalidSignatureException', 'RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed', 'SignatureDoesNotMatch']);
/** Closer than this the clock is not to blame; a little less than what is taken, because requests travel. */
const SKEW_MILLIS = SIGNATURE_SECONDS * 1000 * 0.8;

/** What AWS refused, by the name it gives. */
export class ApiError extends Error {
  /** As the SDK says whose fault it is, so that both are told alike. */
  public readonly $fault: 'client' | 'server';
  public readonly $metadata?: { readonly httpStatusCode: number };

  public constructor(name: string, message: string, status?: number) {
    super(message);
    this.name = name;
    this.$fault = status !== undefined && status >= 500 ? 'server' : 'client';
    if (status !== undefined) this.$metadata = { httpStatusCode: status };
  }
}

/** A body, in parts that may be shared, with its hash in hexadecimal as signatures need it. */
export interface HashedBody {
  readonly parts: readonly Buffer[];
  readonly sha256: string;
}

export interface JsonApiOptions {
  readonly service: Service;
  readonly region: string;
  /** Such as `https://sqs.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
  /** Epoch milliseconds. @default - the machine's clock */
  readonly now?: () => number;
}

/**
 * An AWS service that speaks JSON, for requests that are many and may be sent twice. Retries are the caller's, who knows better; but a closed connection
 * and a wrong clock are met here, once, because they say nothing about the request.
 */
export class JsonApi {
  private readonly connections: Connections;
  private readonly host: string;
  private readonly now: () => number;
  /** Those that all requests of a target begin with. */
  private readonly headers = new Map<string, Headers>();
  private signer?: { readonly credentials: Credentials; readonly signer: Signer };
  /** What the service's clock is ahead of ours. */
  private skewMillis = 0;

  public constructor(private readonly options: JsonApiOptions) {
    const url = new URL(options.endpoint);
    this.host = url.host;
    this.now = options.now ?? Date.now;
    this.connections = new Connections(url.origin, REQUEST_MILLIS[options.service], this.now);
  }

  /** Calls an action, such as `AmazonSQS.SendMessageBatch`, with a body in JSON, and reads its answer. */
  public async call<T>(target: string, json: string | HashedBody, read: (text: string) => T = JSON.parse): Promise<T> {
    const body = typeof json === 'string' ? hashed(Buffer.from(json)) : json;
    const { skewMillis } = this;
    let answer = await this.send(target, body);
    if (answer.status !== 200 && this.correctClock(answer, skewMillis)) answer = await this.send(target, body);
    if (answer.status !== 200) throw refusal(answer);
    return read(answer.text);
  }

  public close(): void {
    this.connections.close();
  }

  private send(target: string, body: HashedBody): Promise<Answer> {
    const credentials = environmentCredentials();
    return credentials ? this.post(target, body, credentials) : sdkCredentials().then((found) => this.post(target, body, found));
  }

  private post(target: string, body: HashedBody, credentials: Credentials): Promise<Answer> {
    const headers = this.signerFor(credentials).sign(this.headersOf(target), body.sha256, this.now() + this.skewMillis);
    return this.connections.post(headers, body.parts);
  }

  private headersOf(target: string): Headers {
    let headers = this.headers.get(target);
    if (headers === undefined) {
      headers = { 'host': this.host, 'content-type': CONTENT_TYPES[this.options.service], 'x-amz-target': target };
      this.headers.set(target, headers);
    }
    return headers;
  }

  private signerFor(credentials: Credentials): Signer {
    if (this.signer === undefined || !isSame(this.signer.credentials, credentials)) {
      this.signer = { credentials, signer: new Signer(this.options.region, this.options.service, credentials) };
    }
    return this.signer.signer;
  }

  /**
   * Takes over the service's time where the refusal may come from ours. False: our clock was right enough, with what was added to it when the request was sent;
   * another's refusal may have corrected it meanwhile.
   */
  private correctClock({ status, text, date }: Answer, addedMillis: number): boolean {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs) || !SKEWED.has(refusal({ status, text }).name)) return false;
    const skew = theirs - this.now();
    if (Math.abs(skew - addedMillis) < SKEW_MILLIS) return false;
    this.skewMillis = skew;
    return true;
  }
}

function hashed(bytes: Buffer): HashedBody {
  return { parts: [bytes], sha256: sha256(bytes) };
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one.accessKeyId === other.accessKeyId && one.secretAccessKey === other.secretAccessKey && one.sessionToken === other.sessionToken;
}

/** The service in the function's region, or where an emulator listens. */
export function jsonApi(service: Service, queueUrl?: string): JsonApi {
  return new JsonApi({ service, region: required('AWS_REGION'), endpoint: endpointOf(service, queueUrl) });
}

/** Of a name such as `com.amazonaws.sqs#QueueDoesNotExist:http://...` the middle is what AWS documents. */
function refusal({ status, text }: Answer): ApiError {
  try {
    const { __type: type, message, Message = message } = JSON.parse(text) as { __type?: string; message?: string; Message?: string };
    return new ApiError(type?.replace(/^.*#/, '').replace(/[:,].*$/, '') || `Status${status}`, Message ?? '', status);
  } catch {
    return new ApiError(`Status${status}`, '', status);
  }
}
