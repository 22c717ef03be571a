import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

/** From this notice on the receiver asks a worker, once, to end itself between effect and mark. */
const END_WORKER_AT = 40;

/** The purchasing service: receives notices and knows a repeated one by its idempotency key. */
export class Notices {
  public received = 0;
  public repeated = 0;
  private readonly keys = new Set<string>();
  private readonly server = createServer((request, response) => void this.receive(request, response));

  public get distinct(): number {
    return this.keys.size;
  }

  /** Returns the address to post to. */
  public async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/notices`;
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
    response.writeHead(204, this.received === END_WORKER_AT ? { 'x-demo': 'end-yourself' } : {}).end();
  }
}
