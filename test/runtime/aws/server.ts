import { createServer, IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The connection it came over, counted from one. */
  readonly connection: number;
}

export type Respond = (received: Received, response: ServerResponse, socket: Socket) => void;

/** A service on loopback that answers as a test says. */
export class LocalService {
  public static async start(respond: Respond): Promise<LocalService> {
    const service = new LocalService(respond);
    service.server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => void chunks.push(chunk));
      request.on('end', () => {
        const received = {
          target: String(request.headers['x-amz-target']), headers: request.headers, body: Buffer.concat(chunks).toString(), connection: service.sockets.get(request.socket)!,
        };
        service.received.push(received);
        service.respond(received, response, request.socket);
      });
    }).on('connection', (socket) => {
      service.connections += 1;
      service.sockets.set(socket, service.connections);
      socket.on('close', () => service.sockets.delete(socket)).on('error', () => undefined);
    });
    await new Promise<void>((listening) => service.server.listen(0, '127.0.0.1', listening));
    return service;
  }

  public readonly received: Received[] = [];
  public connections = 0;
  private readonly sockets = new Map<Socket, number>();
  private server!: Server;

  private constructor(public respond: Respond) {}

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends all connections, as a load balancer does with those that rest. */
  public dropConnections(): void {
    for (const socket of this.sockets.keys()) socket.resetAndDestroy();
  }

  public async stop(): Promise<void> {
    this.dropConnections();
    await new Promise((stopped) => this.server.close(stopped));
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: object, status = 200, headers: { [name: string]: string } = {}): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(JSON.stringify(body));
}
