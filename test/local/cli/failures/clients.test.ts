import { AddressInfo, createServer, Server, Socket } from 'node:net';
import { functionOf } from '../../../../src/local/cli/failures/clients';
import { OperateClients } from '../../../../src/local/operate/clients';

const VARIABLES = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_MAX_ATTEMPTS: '1' };
const before = { ...process.env };
const sockets: Socket[] = [];
let server: Server;

beforeEach(async () => {
  // GIVEN a connection whose other end is gone without a word
  server = createServer((socket) => void sockets.push(socket.on('error', () => undefined).resume()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  Object.assign(process.env, VARIABLES, { AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

afterEach(async () => {
  process.env = before;
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((stopped) => server.close(stopped));
});

test('a function that does not answer is waited for as long as it may run and a little more, not for ever', async () => {
  const { fn, close } = functionOf({ region: 'us-east-1' } as OperateClients, {
    name: 'email', isRelay: false, functionName: 'email', timeoutMillis: -9_900, bucket: 'failures', mappings: [],
  });
  await expect(fn.invoke('{}')).rejects.toMatchObject({ name: 'TimeoutError' });
  close();
});
