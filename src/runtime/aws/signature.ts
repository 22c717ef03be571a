import { createHmac, hash } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * AWS's Signature Version 4 for POST requests to one service. Own code because the relay signs a request for every ten changes and subscriber, and the
 * SDK's way there costs more than all else the relay does (docs/adr/0006); a test holds it against AWS's own.
 */
export class Signer {
  private day = '';
  private key?: DayKey;
  private scope = '';

  public constructor(private readonly region: string, private readonly service: string, private readonly credentials: Credentials) {}

  /** The headers that authenticate a request with these headers, whose names are lower-case, and a body with this hash. */
  public sign(path: string, headers: { readonly [name: string]: string }, bodyHash: string, now: Date): { [name: string]: string } {
    const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
    const { accessKeyId, sessionToken } = this.credentials;
    const signed: { [name: string]: string } = { ...headers, 'x-amz-date': time, ...(sessionToken && { 'x-amz-security-token': sessionToken }) };
    const names = Object.keys(signed).sort();
    const signedNames = names.join(';');
    let canonical = `POST\n${path}\n\n`;
    for (const name of names) canonical += `${name}:${signed[name].trim()}\n`;
    canonical += `\n${signedNames}\n${bodyHash}`;
    this.keyFor(time.slice(0, 8));
    const signature = this.key!.sign(`${ALGORITHM}\n${time}\n${this.scope}\n${sha256(canonical)}`);
    return { ...signed, authorization: `${ALGORITHM} Credential=${accessKeyId}/${this.scope}, SignedHeaders=${signedNames}, Signature=${signature}` };
  }

  /** The signing key holds for a day. */
  private keyFor(day: string): void {
    if (day === this.day) return;
    const chain = [day, this.region, this.service, 'aws4_request'];
    const key = chain.reduce<Buffer>((one, part) => createHmac('sha256', one).update(part).digest(), Buffer.from(`AWS4${this.credentials.secretAccessKey}`));
    this.key = new DayKey(key);
    this.scope = chain.join('/');
    this.day = day;
  }
}

const BLOCK_BYTES = 64;

/** HMAC-SHA256 under one key: Node's own prepares the key anew for each signature, which takes longer than the two hashes. */
class DayKey {
  private readonly inner: Buffer;
  private readonly outer: Buffer;

  public constructor(key: Buffer) {
    const padded = Buffer.alloc(BLOCK_BYTES);
    key.copy(padded);
    // eslint-disable-next-line no-bitwise -- RFC 2104
    [this.inner, this.outer] = [0x36, 0x5c].map((pad) => padded.map((byte) => byte ^ pad) as Buffer);
  }

  public sign(text: string): string {
    const inner = hash('sha256', Buffer.concat([this.inner, Buffer.from(text)]), 'buffer');
    return hash('sha256', Buffer.concat([this.outer, inner]), 'hex');
  }
}

/** In hexadecimal. */
export function sha256(content: string | Buffer): string {
  return hash('sha256', content, 'hex');
}
