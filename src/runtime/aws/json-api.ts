import * as http from 'node:http';
import * as https from 'node:https';
import { required } from '../settings';
import { Signer } from './signature';

/** A request without an answer for this long has failed; what became of it nobody knows. */
const REQUEST_MILLIS = 1_500;
const SOCKETS = 512;
const CONTENT_TYPES = { sqs: 'application/x-amz-json-1.0', ssm: 'application/x-amz-json-1.1' } as const;

/** What AWS refused, by the name it gives. */
export class ApiError extends Error {
  public constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface JsonApiOptions {
  readonly service: keyof typeof CONTENT_TYPES;
  readonly region: string;
  /** Such as `https://sqs.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
}

/**
 * An AWS service that speaks JSON, with connections kept open and no retries: those who call it know better. Credentials are the
 * function's own, from its environment.
 */
export class JsonApi {
  private readonly agent: http.Agent;
  private readonly url: URL;
  private signer?: { readonly accessKeyId: string; readonly signer: Signer };

  public constructor(private readonly options: JsonApiOptions) {
    this.url = new URL(options.endpoint);
    this.agent = new (this.isPlain ? http : https).Agent({ keepAlive: true, maxSockets: SOCKETS });
  }

  /** Calls an action, such as `AmazonSQS.SendMessageBatch`, with a body in JSON. */
  public async call<T>(target: string, json: string): Promise<T> {
    const body = Buffer.from(json);
    const headers = { 'host': this.url.host, 'content-type': CONTENT_TYPES[this.options.service], 'x-amz-target': target };
    const { status, text } = await this.post(this.currentSigner().sign('/', headers, body, new Date()), body);
    if (status !== 200) throw refusal(status, text);
    return JSON.parse(text) as T;
  }

  private get isPlain(): boolean {
    return this.url.protocol === 'http:';
  }

  private currentSigner(): Signer {
    const accessKeyId = required('AWS_ACCESS_KEY_ID');
    if (this.signer?.accessKeyId !== accessKeyId) {
      const credentials = { accessKeyId, secretAccessKey: required('AWS_SECRET_ACCESS_KEY'), sessionToken: process.env.AWS_SESSION_TOKEN };
      this.signer = { accessKeyId, signer: new Signer(this.options.region, this.options.service, credentials) };
    }
    return this.signer.signer;
  }

  private post(headers: { [name: string]: string }, body: Buffer): Promise<{ status: number; text: string }> {
    const { hostname, port } = this.url;
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      const request = (this.isPlain ? http : https).request({
        hostname, port, path: '/', method: 'POST', agent: this.agent, headers: { ...headers, 'content-length': body.length },
      }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      });
      const timer = setTimeout(() => request.destroy(new ApiError('TimeoutError', `no answer within ${REQUEST_MILLIS} ms`)), REQUEST_MILLIS);
      request.on('error', fail);
      request.end(body);
    });
  }
}

/** The service in the function's region, or where an emulator listens. */
export function jsonApi(service: JsonApiOptions['service'], queueUrl?: string): JsonApi {
  const region = required('AWS_REGION');
  const own = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? process.env.AWS_ENDPOINT_URL;
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new JsonApi({ service, region, endpoint: own ?? (queueUrl ? new URL(queueUrl).origin : `https://${service}.${region}.${suffix}`) });
}

/** The name after the last # is what AWS documents. */
function refusal(status: number, text: string): ApiError {
  try {
    const { __type, message } = JSON.parse(text) as { __type?: string; message?: string };
    return new ApiError(__type?.replace(/^.*#/, '') ?? `Status${status}`, message ?? '');
  } catch {
    return new ApiError(`Status${status}`, '');
  }
}
