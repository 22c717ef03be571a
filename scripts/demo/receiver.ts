import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

export interface ReceiverOptions {
  /** Asks the worker that sends this request, once, to end itself between effect and mark. @default - none */
  readonly endWorkerAt?: number;
}

/** A service that handlers call: it knows a repeated request by its idempotency key. */
export class Receiver {
  public received = 0;
  public repeated = 0;
  private readonly keys = new Set<string>();
  private readonly server = createServer((request, response) => void this.receive(request, response));

  constructor(private readonly options: ReceiverOptions = {}) {}

  public get distinct(): number {
    return this.keys.size;
  }

  /** Returns the address to post to. */
  public async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for await (const _chunk of request);
    const key = String(request.headers['idempotency-key']);
    this.received += 1;
    if (this.keys.has(key)) this.repeated += 1;
    this.keys.add(key);
    response.writeHead(204, this.received === this.options.endWorkerAt ? { 'x-demo': 'end-yourself' } : {}).end();
  }
}
