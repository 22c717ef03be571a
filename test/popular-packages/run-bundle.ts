import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ECHO } from './entries';
import { ASSET_FILES } from '../../src/contract/settings';
import { record } from '../runtime/harness';

/** Calls the exported function itself, as whoever bundles with plain NodejsFunction does in a handler of their own. */
const PLAIN = `
const { pathToFileURL } = require('node:url');
const [directory, event] = process.argv.slice(1);
(async () => {
  const { onChange } = await import(pathToFileURL(directory + '/index.js').href);
  await onChange({ keys: { id: JSON.parse(event).Records[0].dynamodb.Keys.id.S } });
  process.stdout.write(JSON.stringify(globalThis.computed));
})();
`;
/** Hands a batch to the runtime as Lambda does. */
const WITH_RUNTIME = `
const { pathToFileURL } = require('node:url');
const [directory, event] = process.argv.slice(1);
(async () => {
  const { handler } = await import(pathToFileURL(directory + '/${ASSET_FILES.BOOTSTRAP}').href);
  const { batchItemFailures } = await handler(JSON.parse(event), { awsRequestId: 'r', getRemainingTimeInMillis: () => 5000 });
  process.stderr.write(JSON.stringify({ computed: globalThis.computed, failed: batchItemFailures.length }));
})();
`;

export interface Server {
  readonly url: string;
  close(): void;
}

/** The ledger, one of EventBridge's operations, and /echo. */
export async function startServer(): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    const answers: { [operation: string]: () => object } = {
      BatchGetItem: () => ({ Responses: { Ledger: [] }, UnprocessedKeys: {} }),
      BatchExecuteStatement: () => ({ Responses: JSON.parse(body).Statements.map(() => ({ TableName: 'Ledger' })) }),
      PutEvents: () => ({ FailedEntryCount: 0, Entries: [] }),
    };
    response.writeHead(200, { 'content-type': operation?.startsWith('Batch') ? 'application/x-amz-json-1.0' : 'application/json' });
    response.end(JSON.stringify(answers[operation]?.() ?? ECHO));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

interface Invocation {
  readonly node: string;
  readonly directory: string;
  readonly server: Server;
  /** What the function is deployed with. */
  readonly environment?: { readonly [name: string]: unknown };
}

/** Runs a bundle on Lambda's Node.js, away from installed packages, with one change; resolves to what its handler computed. */
export async function runBundle({ node, directory, server, environment }: Invocation): Promise<unknown> {
  const texts = Object.entries(environment ?? {}).map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : name.includes('TABLE') ? 'Ledger' : 'failures']);
  const { stdout, stderr } = await promisify(execFile)(node, ['-e', environment ? WITH_RUNTIME : PLAIN, '--', directory, JSON.stringify({ Records: [record('o-1')] })], {
    cwd: join(directory),
    env: {
      ...Object.fromEntries(texts),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: server.url,
      SERVER_URL: server.url,
      NODE_NO_WARNINGS: '1',
    },
    timeout: 20_000,
  });
  if (!environment) return JSON.parse(stdout);
  const { computed, failed } = JSON.parse(stderr) as { computed: unknown; failed: number };
  if (failed > 0) throw new Error(`the runtime answered with a failure: ${stdout}`);
  return computed;
}
