import { Dispatcher, Pool } from 'undici';

/** Resting longer than this, a connection may have been closed at the other end without a word; well below what load balancers allow. */
const IDLE_MILLIS = 20_000;
const CONNECT_MILLIS = 1_000;
/** Beyond this, requests wait for each other: more would cost handshakes, and one process cannot keep as many busy. */
const CONNECTIONS = 128;
/** The other end closed the connection before it answered. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export interface Answer {
  readonly status: number;
  /** As the other end's clock has it. */
  readonly date?: string;
  readonly text: string;
}

/** No answer came in time; what became of the request nobody knows. */
export class RequestTimeoutError extends Error {
  public constructor(millis: number) {
    super(`no answer within ${millis} ms`);
    this.name = 'TimeoutError';
  }
}

/**
 * Requests to one origin, over connections that are kept open. Lambda freezes a process between invocations: timers stand still meanwhile, and what the other
 * end closed is noticed only when it is used. So connections that rested for long by the clock are given up, and a request that met a closed one is sent once more,
 * which for the same reason must be harmless for every request made here.
 */
export class Connections {
  private pool: Pool;
  private usedAt = 0;

  public constructor(private readonly origin: string, private readonly timeoutMillis: number, private readonly now: () => number = Date.now) {
    this.pool = this.open();
  }

  public async post(headers: Readonly<Record<string, string>>, body: Buffer): Promise<Answer> {
    const start = this.now();
    if (start - this.usedAt > IDLE_MILLIS) this.renew(this.pool);
    this.usedAt = start;
    const { pool } = this;
    try {
      return await send(pool, headers, body, this.timeoutMillis);
    } catch (error) {
      if (!CLOSED.has((error as { code?: string }).code ?? '')) throw error;
      this.renew(pool);
      return await send(this.pool, headers, body, this.timeoutMillis);
    } finally {
      this.usedAt = this.now();
    }
  }

  /** Ends what rests and lets what is under way come to its end. */
  public close(): Promise<void> {
    return this.pool.close();
  }

  /** Opens new connections in place of these, unless another request has done so. */
  private renew(used: Pool): void {
    if (this.pool !== used) return;
    this.pool = this.open();
    used.close().catch(() => undefined);
  }

  private open(): Pool {
    return new Pool(this.origin, {
      connections: CONNECTIONS,
      connect: { timeout: CONNECT_MILLIS },
      keepAliveTimeout: IDLE_MILLIS,
      keepAliveMaxTimeout: IDLE_MILLIS,
      // `send` has its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}

/** One request. The time-out is our own: it covers connecting, waiting and reading, to the millisecond. */
function send(pool: Pool, headers: Readonly<Record<string, string>>, body: Buffer, timeoutMillis: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    pool.dispatch({ path: '/', method: 'POST', headers, body }, new Exchange(timeoutMillis, resolve, reject));
  });
}

/** What undici tells of a request, as an answer. A class, because functions made for each request would cost more than what they do. */
class Exchange implements Dispatcher.DispatchHandler {
  private readonly timer: NodeJS.Timeout;
  private late?: RequestTimeoutError;
  private controller?: Dispatcher.DispatchController;
  private status = 0;
  private date?: string;
  private readonly chunks: Buffer[] = [];

  public constructor(millis: number, private readonly resolve: (answer: Answer) => void, private readonly reject: (error: Error) => void) {
    this.timer = setTimeout(expire, millis, this, millis);
  }

  public expire(millis: number): void {
    this.late = new RequestTimeoutError(millis);
    this.controller?.abort(this.late);
    this.reject(this.late);
  }

  public onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Its turn came after its time.
    if (this.late) controller.abort(this.late);
  }

  public onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: { readonly [name: string]: unknown }): void {
    this.status = status;
    this.date = headers.date as string | undefined;
  }

  public onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  public onResponseEnd(): void {
    clearTimeout(this.timer);
    const { status, date, chunks } = this;
    this.resolve({ status, date, text: (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString() });
  }

  public onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.timer);
    this.reject(error);
  }
}

function expire(exchange: Exchange, millis: number): void {
  exchange.expire(millis);
}
