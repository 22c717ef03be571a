import { readFileSync } from 'node:fs';
import { AddressInfo, createServer, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { Connections } from '../../../../src/runtime/aws/http/connections';

const FOREVER = 30_000;
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const END_OF_REQUEST = 'END';

let server: Server;
let connections: Connections | undefined;
let sockets: Socket[] = [];
/** Requests by connection, in the order in which both came. */
let received: string[][] = [];

type OnRequest = (socket: Socket, connection: number) => void;

function receive(onRequest: OnRequest): (socket: Socket) => void {
  return (socket) => {
    const connection = sockets.push(socket) - 1;
    received[connection] = [];
    let text = '';
    socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf(END_OF_REQUEST); end >= 0; end = text.indexOf(END_OF_REQUEST)) {
        received[connection].push(text.slice(0, end));
        text = text.slice(end + END_OF_REQUEST.length);
        onRequest(socket, connection);
      }
    });
  };
}

async function start(onRequest: OnRequest, millis = FOREVER): Promise<Connections> {
  server = createServer(receive(onRequest));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (connections = new Connections(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, millis));
}

const post = (text = '') => connections!.post('host: local\r\n', [Buffer.from(text), Buffer.from(END_OF_REQUEST)]);
/** The newest connection is given up. */
const given = () => new Promise((closed) => (sockets.at(-1)!.closed ? closed(undefined) : sockets.at(-1)!.once('close', closed)));

afterEach(async () => {
  connections?.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((stopped) => server.close(stopped));
  [sockets, received, connections] = [[], [], undefined];
});

test('the parts of a body follow its head, with their length', async () => {
  await start((socket) => socket.write(ANSWER));
  expect(await post('body ')).toMatchObject({ status: 200, text: 'ok' });
  expect(received).toEqual([['POST / HTTP/1.1\r\nhost: local\r\ncontent-length: 8\r\n\r\nbody ']]);
});

test('a request keeps its process until it is answered; a connection that rests does not', async () => {
  const keeping = (kind: string) => process.getActiveResourcesInfo().filter((resource) => resource === kind).length;
  await start((socket) => setImmediate(() => socket.unref().write(ANSWER)));
  await post();
  await new Promise(setImmediate);
  expect(keeping('TCPSocketWrap')).toBe(0);
  const timers = keeping('Timeout');
  const answer = post();
  expect(keeping('Timeout')).toBe(timers + 1);
  await answer;
  expect(keeping('TCPSocketWrap')).toBe(0);
});

test('more requests than there may be connections wait for each other, and all are answered', async () => {
  const texts = Array.from({ length: 400 }, (_, index) => String(index));
  await start((socket) => setImmediate(() => socket.write(ANSWER)));
  const answers = await Promise.all(texts.map((text) => post(text)));
  expect(answers.map(({ text }) => text)).toEqual(texts.map(() => 'ok'));
  expect(sockets).toHaveLength(128);
  expect(received.flat().map((request) => request.split('\r\n\r\n')[1]).sort()).toEqual([...texts].sort());
});

test.each<[string, OnRequest]>([
  ['sends what nobody asked for with its answer', (socket) => socket.write(ANSWER + ANSWER)],
  ['sends what nobody asked for after its answer', (socket) => socket.write(ANSWER, () => setImmediate(() => socket.write(ANSWER)))],
  ['ends after its answer without having said so', (socket) => socket.end(ANSWER)],
  ['says that it ends', (socket) => socket.write(ANSWER.replace('\r\n', '\r\nconnection: close\r\n'))],
  ['answers until it ends', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nok')],
])('a connection that %s is not used again, and its answer counts', async (_what, onRequest) => {
  await start(onRequest);
  for (let count = 0; count < 3; count += 1) {
    expect((await post(String(count))).text).toBe('ok');
    await given();
  }
  expect(received.map((requests) => requests.length)).toEqual([1, 1, 1]);
});

test('an answer that is no HTTP fails its request alone', async () => {
  await start((socket, connection) => socket.write(connection === 0 ? 'nonsense\r\n\r\n' : ANSWER));
  await expect(post()).rejects.toThrow('the answer does not begin like one');
  expect((await post()).text).toBe('ok');
});

test('a request that comes before another one\'s answer goes over another connection', async () => {
  await start((_socket, connection) => connection === 1 && sockets.forEach((one) => one.write(ANSWER)));
  await Promise.all([post('a'), post('b')]);
  expect(received.map((requests) => requests.length)).toEqual([1, 1]);
});

describe('over TLS', () => {
  const file = (name: string) => readFileSync(join(__dirname, 'tls', name), 'utf8');

  async function startTls(host: string, ca?: string): Promise<boolean[]> {
    const resumed: boolean[] = [];
    const onSocket = receive((socket) => socket.end(ANSWER));
    server = createTlsServer({ key: file('key.pem'), cert: file('certificate.pem') }, (socket: TLSSocket) => {
      resumed.push(socket.isSessionReused());
      onSocket(socket);
    }).on('tlsClientError', () => undefined);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    connections = new Connections(`https://${host}:${(server.address() as AddressInfo).port}`, FOREVER, Date.now, ca);
    return resumed;
  }

  test('a service is known by its name, and a later connection resumes its session', async () => {
    const resumed = await startTls('localhost', file('certificate.pem'));
    for (let count = 0; count < 2; count += 1) {
      expect((await post()).text).toBe('ok');
      await given();
    }
    expect(resumed).toEqual([false, true]);
  });

  test.each([
    ['another name', '127.0.0.1', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['a certificate of an authority that nobody knows', 'localhost', false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('a service with %s gets no request', async (_what, host, isKnown, code) => {
    await startTls(host, isKnown ? file('certificate.pem') : undefined);
    await expect(post()).rejects.toMatchObject({ code });
    expect(received.flat()).toEqual([]);
  });
});
