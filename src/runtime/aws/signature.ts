import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * AWS's Signature Version 4 for POST requests to one service. Own code because the relay signs a request for every ten changes and subscriber, and the
 * SDK's way there costs more than all else the relay does (docs/adr/0022); a test holds it against the SDK's.
 */
export class Signer {
  private day = '';
  private key: Buffer = Buffer.alloc(0);
  private scope = '';

  public constructor(private readonly region: string, private readonly service: string, private readonly credentials: Credentials) {}

  /** The headers that authenticate a request with these headers, whose names are lower-case, and this body. */
  public sign(path: string, headers: { readonly [name: string]: string }, body: Buffer, now: Date): { [name: string]: string } {
    const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
    const { accessKeyId, sessionToken } = this.credentials;
    const signed: { [name: string]: string } = { ...headers, 'x-amz-date': time, ...(sessionToken && { 'x-amz-security-token': sessionToken }) };
    const names = Object.keys(signed).sort();
    const signedNames = names.join(';');
    let canonical = `POST\n${path}\n\n`;
    for (const name of names) canonical += `${name}:${signed[name].trim()}\n`;
    canonical += `\n${signedNames}\n${sha256(body)}`;
    this.keyFor(time.slice(0, 8));
    const signature = createHmac('sha256', this.key).update(`${ALGORITHM}\n${time}\n${this.scope}\n${sha256(canonical)}`).digest('hex');
    return { ...signed, authorization: `${ALGORITHM} Credential=${accessKeyId}/${this.scope}, SignedHeaders=${signedNames}, Signature=${signature}` };
  }

  /** The signing key holds for a day. */
  private keyFor(day: string): void {
    if (day === this.day) return;
    const chain = [day, this.region, this.service, 'aws4_request'];
    this.key = chain.reduce<Buffer>((key, part) => createHmac('sha256', key).update(part).digest(), Buffer.from(`AWS4${this.credentials.secretAccessKey}`));
    this.scope = chain.join('/');
    this.day = day;
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
