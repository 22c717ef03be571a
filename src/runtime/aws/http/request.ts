import type { Connection, Exchange } from './connection';
import { Answer } from './response';

/** No answer came in time; what became of the request nobody knows. */
export class RequestTimeoutError extends Error {
  public constructor(millis: number) {
    super(`no answer within ${millis} ms`);
    this.name = 'TimeoutError';
  }
}

/** One request and its time, which covers connecting, waiting for a connection, sending and reading. */
export class Request implements Exchange {
  /** Answered, failed or out of time. */
  public isOver = false;
  public readonly answer: Promise<Answer>;
  private readonly timer: NodeJS.Timeout;
  private connection?: Connection;
  private onAnswer!: (answer: Answer) => void;
  private onError!: (error: Error) => void;

  public constructor(public readonly head: string, public readonly body: readonly Buffer[], millis: number) {
    this.timer = setTimeout(expire, millis, this, millis);
    this.answer = new Promise((resolve, reject) => {
      this.onAnswer = resolve;
      this.onError = reject;
    });
  }

  /** That of the connection it went over. */
  public get generation(): number | undefined {
    return this.connection?.generation;
  }

  public goOver(connection: Connection): void {
    this.connection = connection;
    connection.send(this);
  }

  public resolve(answer: Answer): void {
    this.over();
    this.onAnswer(answer);
  }

  public reject(error: Error): void {
    this.over();
    this.onError(error);
  }

  public expire(millis: number): void {
    const late = new RequestTimeoutError(millis);
    this.reject(late);
    this.connection?.end(late);
  }

  private over(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }
}

/** Not a closure: one would be made for every request. */
function expire(request: Request, millis: number): void {
  request.expire(millis);
}
