import { Connection, ConnectionOwner, Origin } from './connection';
import { Request } from './request';
import { Answer } from './response';

/** Resting longer than this, a connection may have been closed at the other end without a word; well below what load balancers allow. */
const IDLE_MILLIS = 20_000;
/** Beyond this, requests wait for each other: more would cost handshakes, and one process cannot keep as many busy. */
const CONNECTIONS = 128;
/** The other end closed the connection before it answered. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Requests to one origin, over connections that are kept open. Lambda freezes a process between invocations: timers stand still meanwhile, and what the other
 * end closed is noticed only when it is used. So connections that rested for long by the clock are given up, and a request that met a closed one is sent once more,
 * which for the same reason must be harmless for every request made here.
 */
export class Connections implements ConnectionOwner {
  private readonly origin: Origin;
  private readonly all = new Set<Connection>();
  /** Those that rest, the longest first. */
  private resting: Connection[] = [];
  /** Those that have answered in this turn of the event loop. */
  private answered: Connection[] = [];
  private waiting: Request[] = [];
  /** Grows when a connection was found closed: those of before are given up. */
  private generation = 0;
  private isClosed = false;

  public constructor(origin: string, private readonly timeoutMillis: number, private readonly now: () => number = Date.now, ca?: string) {
    this.origin = new Origin(origin, ca);
  }

  /** `headers` are lines, each with its end; the length is added. */
  public post(headers: string, body: readonly Buffer[]): Promise<Answer> {
    let length = 0;
    for (const part of body) length += part.length;
    const head = `POST / HTTP/1.1\r\n${headers}content-length: ${length}\r\n\r\n`;
    const request = this.start(head, body);
    return request.answer.catch((error: { code?: string }) => {
      if (!CLOSED.has(error.code ?? '')) throw error;
      this.renew(request.generation);
      return this.start(head, body).answer;
    });
  }

  /** Ends what rests at once, and the others when they have answered. */
  public close(): void {
    this.isClosed = true;
    this.release();
  }

  /**
   * A whole turn of the event loop passes before it is used again, so that its end, or bytes that belong to no request, are seen first where they are there already.
   */
  public onReusable(connection: Connection): void {
    if (this.answered.push(connection) === 1) setImmediate(() => this.release());
  }

  public onEnded(connection: Connection): void {
    this.all.delete(connection);
    const at = this.resting.indexOf(connection);
    if (at >= 0) this.resting.splice(at, 1);
    this.serve();
  }

  private start(head: string, body: readonly Buffer[]): Request {
    const request = new Request(head, body, this.timeoutMillis);
    const connection = this.free();
    if (connection) request.goOver(connection);
    else this.waiting.push(request);
    return request;
  }

  /** A connection that rests, else a new one, if there may be one more. */
  private free(): Connection | undefined {
    const now = this.now();
    while (this.resting.length > 0 && now - this.resting[0].restsSince > IDLE_MILLIS) this.resting.shift()!.end();
    for (let connection = this.resting.pop(); connection; connection = this.resting.pop()) if (!connection.isOver) return connection;
    if (this.all.size >= CONNECTIONS) return undefined;
    const made = new Connection(this.origin, this, this.generation);
    this.all.add(made);
    return made;
  }

  /** Lets rest what has answered, and gives it to those that wait. */
  private release(): void {
    const { answered } = this;
    this.answered = [];
    for (const connection of [...answered, ...(this.isClosed ? this.resting.splice(0) : [])]) {
      if (this.isClosed || connection.generation !== this.generation) {
        connection.end();
      } else if (!connection.isOver) {
        connection.restsSince = this.now();
        this.resting.push(connection);
      }
    }
    this.serve();
  }

  private serve(): void {
    while (this.waiting.length > 0) {
      const connection = this.waiting[0].isOver ? undefined : this.free();
      if (connection === undefined && !this.waiting[0].isOver) return;
      const request = this.waiting.shift()!;
      if (connection) request.goOver(connection);
    }
  }

  /** Gives up the connections of a generation, unless another request has done so. */
  private renew(generation: number | undefined): void {
    if (this.generation !== generation) return;
    this.generation += 1;
    for (const connection of this.resting.splice(0)) connection.end();
  }
}
