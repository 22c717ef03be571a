import { createHmac, hash } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Of a request, by lower-case name. */
export interface Headers {
  readonly [name: string]: string;
}

/** What requests of one second with the same headers share. */
interface Prepared {
  readonly second: number;
  /** The canonical request up to the body's hash. */
  readonly canonical: string;
  /** What is signed, with room for the canonical request's hash. */
  readonly toSign: KeyedHash;
  /** The header lines up to the signature. */
  readonly lines: string;
}

/** What may not stand in a header. */
const NO_HEADER = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * AWS's Signature Version 4 for POST requests to the root of one service. Own code because the relay signs a request for every ten changes and subscriber, and the
 * SDK's way there costs more than all else the relay does (docs/adr/0006); a test holds it against AWS's own.
 */
export class Signer {
  private day = '';
  private key?: Buffer;
  private scope = '';
  private readonly prepared = new WeakMap<Headers, Prepared>();

  public constructor(private readonly region: string, private readonly service: string, private readonly credentials: Credentials) {}

  /**
   * These headers and those that authenticate a request with them and a body with this hash, as lines that each have their end. `now` is in epoch milliseconds.
   * Who hands in the same object again does not change it meanwhile.
   */
  public sign(headers: Headers, bodyHash: string, now: number): string {
    const second = Math.floor(now / 1000);
    let prepared = this.prepared.get(headers);
    if (prepared?.second !== second) {
      prepared = this.prepare(headers, second);
      this.prepared.set(headers, prepared);
    }
    return `${prepared.lines}${prepared.toSign.withEnd(sha256(prepared.canonical + bodyHash))}\r\n`;
  }

  private prepare(headers: Headers, second: number): Prepared {
    const time = new Date(second * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
    this.keyFor(time.slice(0, 8));
    const { accessKeyId, sessionToken } = this.credentials;
    const all: { [name: string]: string } = { ...headers, 'x-amz-date': time, ...(sessionToken && { 'x-amz-security-token': sessionToken }) };
    const names = Object.keys(all).sort();
    const signedNames = names.join(';');
    let canonical = 'POST\n/\n\n';
    for (const name of names) canonical += `${name}:${all[name].trim()}\n`;
    const authorization = `${ALGORITHM} Credential=${accessKeyId}/${this.scope}, SignedHeaders=${signedNames}, Signature=`;
    let lines = '';
    for (const [name, value] of [...Object.entries(all), ['authorization', authorization]]) {
      // The value may be a secret, so the error does not say it.
      if (NO_HEADER.test(value)) throw new TypeError(`the header ${name} holds a character that none may hold`);
      lines += `${name}: ${value}\r\n`;
    }
    return {
      second,
      canonical: `${canonical}\n${signedNames}\n`,
      toSign: new KeyedHash(this.key!, `${ALGORITHM}\n${time}\n${this.scope}\n`, HASH_DIGITS),
      lines: lines.slice(0, -2),
    };
  }

  /** The signing key holds for a day. */
  private keyFor(day: string): void {
    if (day === this.day) return;
    const chain = [day, this.region, this.service, 'aws4_request'];
    this.key = chain.reduce<Buffer>((one, part) => createHmac('sha256', one).update(part).digest(), Buffer.from(`AWS4${this.credentials.secretAccessKey}`));
    this.scope = chain.join('/');
    this.day = day;
  }
}

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
const HASH_DIGITS = 2 * HASH_BYTES;

/**
 * HMAC-SHA256 (RFC 2104) of texts that differ in their end, all of one length: Node's own prepares the key anew for each, which takes longer than the two hashes. One is made after the
 * other, in the same bytes.
 */
class KeyedHash {
  private readonly inner: Buffer;
  private readonly outer: Buffer;

  /** The key is not longer than a block. */
  public constructor(key: Buffer, begin: string, private readonly endBytes: number) {
    this.inner = Buffer.concat([padded(key, 0x36), Buffer.from(begin), Buffer.alloc(endBytes)]);
    this.outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(HASH_BYTES)]);
  }

  /** In hexadecimal. The end is ASCII. */
  public withEnd(end: string): string {
    this.inner.write(end, this.inner.length - this.endBytes, 'latin1');
    this.outer.set(hash('sha256', this.inner, 'buffer'), BLOCK_BYTES);
    return sha256(this.outer);
  }
}

function padded(key: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  key.copy(block);
  // eslint-disable-next-line no-bitwise
  return block.map((byte) => byte ^ pad) as Buffer;
}

/** In hexadecimal. */
export function sha256(content: string | Buffer): string {
  return hash('sha256', content, 'hex');
}
