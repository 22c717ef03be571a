import { connect as connectTcp, isIP, Socket } from 'node:net';
import { connect as connectTls, createSecureContext, SecureContext, TLSSocket } from 'node:tls';
import { Answer, ResponseReader } from './response';

const CONNECT_MILLIS = 1_000;
/** All connections read into these bytes, one at a time: otherwise Node makes as many anew for each read, and throws them away. What is needed for longer is copied. */
const READ_INTO = Buffer.allocUnsafeSlow(64 * 1024);

/** The connection ended, or never began, before the answer was complete. */
export class ConnectionError extends Error {
  /** The same that Node says of sockets. */
  public readonly code: string;

  public constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ConnectionError';
    this.code = code;
  }
}

/** A request on its way. */
export interface Exchange {
  readonly head: string;
  readonly body: readonly Buffer[];
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Whom a connection tells what became of it. */
export interface ConnectionOwner {
  /** It has answered and may be used again. */
  onReusable(connection: Connection): void;
  onEnded(connection: Connection): void;
}

/** Where to connect to; what its connections share. */
export class Origin {
  private readonly isSecure: boolean;
  private readonly host: string;
  private readonly port: number;
  private context?: SecureContext;
  private session?: Buffer;

  /** `ca` in PEM. @default - the authorities that Node trusts */
  public constructor(url: string, private readonly ca?: string) {
    const { hostname, port, protocol } = new URL(url);
    this.isSecure = protocol === 'https:';
    this.host = hostname.replace(/^\[|\]$/g, '');
    this.port = Number(port) || (this.isSecure ? 443 : 80);
  }

  /** Calls back when the first bytes may be written, and with what is read, which is valid until the call returns. */
  public connect(ready: () => void, read: (bytes: Buffer) => void): Socket {
    const { host, port } = this;
    const onread = {
      buffer: READ_INTO,
      callback: (length: number) => {
        read(READ_INTO.subarray(0, length));
        return true;
      },
    };
    if (!this.isSecure) return connectTcp({ host, port, onread, noDelay: true, keepAlive: true }, ready);
    this.context ??= createSecureContext({ ca: this.ca });
    // Node's types do not know `onread` here; its documentation does.
    const options = {
      host, port, onread, secureContext: this.context, session: this.session, ALPNProtocols: ['http/1.1'], ...(isIP(host) === 0 && { servername: host }),
    };
    const socket: TLSSocket = connectTls(options, ready);
    socket.setNoDelay(true).setKeepAlive(true);
    return socket.on('session', (session) => { this.session = session; });
  }
}

/** One connection: one request at a time, each with an answer of its own. */
export class Connection {
  /** When it last became free, by its owner's clock. */
  public restsSince = 0;
  private readonly socket: Socket;
  private readonly connecting: NodeJS.Timeout;
  private exchange?: Exchange;
  private reader?: ResponseReader;
  private error?: Error;

  /** `generation` is its owner's. */
  public constructor(origin: Origin, private readonly owner: ConnectionOwner, public readonly generation: number) {
    this.connecting = setTimeout(() => this.end(new ConnectionError(`no connection within ${CONNECT_MILLIS} ms`, 'ETIMEDOUT')), CONNECT_MILLIS);
    // A process may end while it rests; while one is on its way, the request's own timer keeps the process.
    this.socket = origin.connect(() => clearTimeout(this.connecting), (bytes) => this.onData(bytes)).unref()
      .on('end', () => this.onEnd())
      .on('error', (error: Error) => { this.error ??= error; })
      .on('close', () => this.onClose());
  }

  public send(exchange: Exchange): void {
    const { socket } = this;
    this.exchange = exchange;
    this.reader = new ResponseReader();
    socket.cork();
    socket.write(exchange.head, 'latin1');
    for (const part of exchange.body) socket.write(part);
    socket.uncork();
  }

  public end(error?: Error): void {
    this.error ??= error;
    this.socket.destroy();
  }

  public get isOver(): boolean {
    return this.socket.destroyed;
  }

  private onData(bytes: Buffer): void {
    // What nobody asked for must not be taken for an answer to what is asked next.
    if (this.exchange === undefined) return this.end();
    try {
      const answer = this.reader!.read(bytes);
      if (answer !== undefined) this.settle(answer);
    } catch (error) {
      this.end(error as Error);
    }
  }

  private settle(answer: Answer): void {
    const { exchange, reader, socket } = this;
    this.exchange = undefined;
    exchange!.resolve(answer);
    // Who answers before it has read the whole request does not read the rest of it as another one.
    if (reader!.isReusable && socket.writableLength === 0 && !socket.destroyed) this.owner.onReusable(this);
    else this.end();
  }

  private onEnd(): void {
    const answer = this.exchange && this.reader!.end();
    if (answer !== undefined) this.settle(answer);
    else this.end();
  }

  private onClose(): void {
    clearTimeout(this.connecting);
    const { exchange, error } = this;
    this.exchange = undefined;
    exchange?.reject(error ?? new ConnectionError('the connection was closed before it answered', 'ECONNRESET'));
    this.owner.onEnded(this);
  }
}
