/** The store: as much of DynamoDB as the variants use, in a process of its own, answering after a set delay. Forked by store.ts. */

import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { Answer, answer, counts } from './operations';
import { STORE_MILLIS } from '../settings';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    // What is answered is decided at once, so that requests take effect in the order of their arrival.
    void answer(operation, JSON.parse(Buffer.concat(chunks).toString()) as unknown).then(({ status, body }: Answer) => {
      setTimeout(() => {
        const json = JSON.stringify(body);
        // AWS says how long its answers are; without this they would come in chunks.
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'bench', 'content-length': Buffer.byteLength(json) });
        response.end(json);
      }, STORE_MILLIS);
    });
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send!({ counts: counts() }));
process.on('disconnect', () => process.exit());
