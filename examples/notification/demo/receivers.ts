import { once } from 'node:events';
import { createServer as createHttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo, createServer as createTcpServer, Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A notification that arrived. */
export interface Arrival {
  readonly channel: 'email' | 'sms' | 'push';
  readonly user: string;
  readonly interactionId: string;
  readonly at: number;
}

const SLOW_MILLIS = 40;

/** A mail server and the providers of SMS and push, on loopback. SMS can be down; push is always slow. */
export class Receivers {
  public smsIsDown = false;
  public refusedSms = 0;
  public repeated = 0;
  /** In the order in which they arrived; what came again under the same key is counted only. */
  public readonly arrivals: Arrival[] = [];
  private readonly keys = new Set<string>();
  private readonly http = createHttpServer((request, response) => void this.provider(request, response));
  private readonly smtp = createTcpServer((socket) => {
    // A function that is ended hangs up without a word.
    this.mail(socket).catch(() => socket.destroy());
  });

  /** @param refusedAddress the mail server knows nobody there */
  public constructor(private readonly refusedAddress: string) {}

  public async listen(): Promise<{ providersUrl: string; smtpAddress: string }> {
    this.http.listen(0, '127.0.0.1');
    this.smtp.listen(0, '127.0.0.1');
    await Promise.all([once(this.http, 'listening'), once(this.smtp, 'listening')]);
    const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
    return { providersUrl: `http://127.0.0.1:${port(this.http)}`, smtpAddress: `127.0.0.1:${port(this.smtp)}` };
  }

  public async close(): Promise<void> {
    this.http.closeAllConnections();
    await Promise.all([this.http, this.smtp].map((server) => new Promise((done) => server.close(done))));
  }

  private arrived(key: string, arrival: Omit<Arrival, 'at'>): void {
    if (this.keys.has(key)) this.repeated += 1;
    else this.arrivals.push({ ...arrival, at: Date.now() });
    this.keys.add(key);
  }

  private async provider(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const channel = request.url === '/sms' ? 'sms' : 'push';
    if (channel === 'sms' && this.smsIsDown) {
      this.refusedSms += 1;
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    if (channel === 'push') await new Promise((done) => setTimeout(done, SLOW_MILLIS));
    const { userId, interactionId } = JSON.parse(Buffer.concat(chunks).toString()) as { userId: string; interactionId: string };
    this.arrived(`${channel} ${String(request.headers['idempotency-key'])}`, { channel, user: userId, interactionId });
    response.writeHead(204).end();
  }

  /** As much of SMTP as the example speaks. */
  private async mail(socket: Socket): Promise<void> {
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 mail.example.com');
    let [to, key, subject, inData] = ['', '', '', false];
    for await (const line of createInterface({ input: socket })) {
      if (inData && line === '.') {
        inData = false;
        this.arrived(`email ${key}`, { channel: 'email', user: to.split('@')[0], interactionId: /\[(.*)\]/.exec(subject)![1] });
        say('250 taken');
      } else if (inData) {
        if (line.startsWith('Message-ID: ')) key = line;
        if (line.startsWith('Subject: ')) subject = line;
      } else if (line.startsWith('RCPT TO:')) {
        to = line.slice('RCPT TO:<'.length, -1);
        say(to === this.refusedAddress ? '550 nobody there' : '250 ok');
      } else if (line === 'DATA') {
        inData = true;
        say('354 go on');
      } else if (line === 'QUIT') {
        say('221 bye');
      } else {
        say('250 ok');
      }
    }
  }
}
