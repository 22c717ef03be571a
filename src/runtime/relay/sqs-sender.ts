import * as http from 'node:http';
import * as https from 'node:https';
import type { QueueEntry, QueueSender, SendAnswer } from './ports';
import { Credentials, Signer } from './signature';

/** A request without an answer for this long has failed; whether the queue has its messages, their deduplication ids tell. */
const REQUEST_MILLIS = 1_500;
const SOCKETS = 512;

export interface SqsSenderOptions {
  readonly region: string;
  /** Asked for each request, since they are renewed while a process lives. */
  readonly credentials: () => Credentials;
  /** Where an emulator listens. @default - the host in the queue's URL */
  readonly endpoint?: string;
}

/** What SQS refused, by the name it gives. */
class SqsError extends Error {
  public constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** SendMessageBatch in SQS's JSON protocol, with connections kept open. */
export class SqsSender implements QueueSender {
  private readonly agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: SOCKETS }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: SOCKETS }),
  };
  private readonly places = new Map<string, Place>();
  private signer?: Signer;
  private signerKey = '';

  public constructor(private readonly options: SqsSenderOptions) {}

  public async send(queueUrl: string, entries: readonly QueueEntry[]): Promise<SendAnswer> {
    const place = this.placeOf(queueUrl);
    const body = Buffer.from(requestBody(queueUrl, entries));
    const headers = this.sign(place, body);
    const { status, text } = await post(place, { ...headers, 'content-length': String(body.length) }, body);
    if (status !== 200) throw refusal(status, text);
    const answer = JSON.parse(text) as { Successful?: { Id: string }[]; Failed?: { Id: string; Code?: string }[] };
    return {
      accepted: (answer.Successful ?? []).map(({ Id }) => Id),
      failed: (answer.Failed ?? []).map(({ Id, Code }) => ({ id: Id, code: Code ?? 'Failed' })),
    };
  }

  private sign({ host, path }: Place, body: Buffer): { [name: string]: string } {
    const credentials = this.options.credentials();
    if (this.signer === undefined || this.signerKey !== credentials.accessKeyId) {
      this.signer = new Signer(this.options.region, 'sqs', credentials);
      this.signerKey = credentials.accessKeyId;
    }
    return this.signer.sign(path, { 'host': host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessageBatch' }, body, new Date());
  }

  private placeOf(queueUrl: string): Place {
    let place = this.places.get(queueUrl);
    if (place === undefined) {
      const { protocol, host, hostname, port } = new URL(this.options.endpoint ?? queueUrl);
      const module = protocol === 'http:' ? http : https;
      place = { host, path: '/', request: (headers, done) => module.request({ hostname, port, path: '/', method: 'POST', headers, agent: this.agents[protocol as 'http:'] }, done) };
      this.places.set(queueUrl, place);
    }
    return place;
  }
}

interface Place {
  readonly host: string;
  readonly path: string;
  request(headers: http.OutgoingHttpHeaders, done: (response: http.IncomingMessage) => void): http.ClientRequest;
}

/** Bodies are JSON strings already, made once for all queues. Groups and ids hold nothing that JSON would escape. */
function requestBody(queueUrl: string, entries: readonly QueueEntry[]): string {
  let text = '';
  for (const { id, group, deduplicationId, body } of entries) {
    text += `${text === '' ? '' : ','}{"Id":"${id}","MessageGroupId":"${group}","MessageDeduplicationId":"${deduplicationId}","MessageBody":${body.quoted}}`;
  }
  return `{"QueueUrl":${JSON.stringify(queueUrl)},"Entries":[${text}]}`;
}

function post(place: Place, headers: http.OutgoingHttpHeaders, body: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = place.request(headers, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => request.destroy(new SqsError('TimeoutError', `no answer within ${REQUEST_MILLIS} ms`)), REQUEST_MILLIS);
    request.on('error', fail);
    request.end(body);
  });
}

/** The name after the last # is what AWS documents. */
function refusal(status: number, text: string): SqsError {
  try {
    const { __type, message } = JSON.parse(text) as { __type?: string; message?: string };
    return new SqsError(__type?.replace(/^.*#/, '') ?? `Status${status}`, message ?? '');
  } catch {
    return new SqsError(`Status${status}`, '');
  }
}
