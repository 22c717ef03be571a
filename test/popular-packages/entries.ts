import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** An entry as users of a package write it. `compute` is what its handler works out, and `expected` the result. */
export interface PackageEntry {
  readonly package: string;
  readonly file: 'cjs.js' | 'ts';
  readonly head: string;
  readonly compute: string;
  readonly expected: unknown;
  /** @default - CommonJS */
  readonly format?: OutputFormat;
}

const commonJs = (name: string, head: string, compute: string, expected: unknown): PackageEntry => ({ package: name, file: 'cjs.js', head, compute, expected });
const esModule = (name: string, head: string, compute: string, expected: unknown): PackageEntry => ({ package: name, file: 'ts', head, compute, expected });

/** What the test's server answers under /echo. */
export const ECHO = { echo: 'GET' };
const URL = 'process.env.SERVER_URL';

/** CommonJS, ES modules only, both; conditional exports; JSON inside; optional and native peers; dynamic `require`. */
export const ENTRIES: readonly PackageEntry[] = [
  commonJs('node-fetch 2', "const fetch = require('node-fetch-2');", `await (await fetch(${URL} + '/echo')).json()`, ECHO),
  esModule('node-fetch 2, imported', "import fetch from 'node-fetch-2';", `await (await fetch(${URL} + '/echo')).json()`, ECHO),
  esModule('node-fetch 3', "import fetch, { FetchError } from 'node-fetch';", `[await (await fetch(${URL} + '/echo')).json(), typeof FetchError]`, [ECHO, 'function']),
  commonJs('axios', "const axios = require('axios');", `(await axios.get(${URL} + '/echo')).data`, ECHO),
  esModule('axios, imported', "import axios, { AxiosError } from 'axios';", `[(await axios.get(${URL} + '/echo')).data, typeof AxiosError]`, [ECHO, 'function']),
  esModule('got', "import got from 'got';", `await got(${URL} + '/echo').json()`, ECHO),
  esModule('undici', "import { request } from 'undici';", `await (await request(${URL} + '/echo')).body.json()`, ECHO),
  esModule('uuid', "import { v5 } from 'uuid';", "v5('order', v5.URL)", 'b6a05639-b896-51e7-b6e0-8d475e0fc0c4'),
  commonJs('lodash', "const _ = require('lodash');", '_.chunk([1, 2, 3], 2)', [[1, 2], [3]]),
  esModule('lodash-es', "import { chunk } from 'lodash-es';", 'chunk([1, 2, 3], 2)', [[1, 2], [3]]),
  esModule('zod', "import { z } from 'zod';", 'z.object({ id: z.string() }).safeParse(change.keys).success', true),
  commonJs('ajv', "const Ajv = require('ajv'); const validate = new Ajv().compile({ type: 'object', required: ['other'] });", 'validate(change.keys)', false),
  commonJs('pino', "const pino = require('pino'); const lines = []; const log = pino({ base: null, timestamp: false }, { write: (line) => lines.push(line) });", "(log.info('hello'), lines)", ['{"level":30,"msg":"hello"}\n']),
  commonJs('winston', "const winston = require('winston'); const { PassThrough } = require('stream');", `await new Promise((done) => {
    const stream = new PassThrough();
    stream.on('data', (line) => done(String(line).trim()));
    winston.createLogger({ transports: [new winston.transports.Stream({ stream })] }).info('hello');
  })`, '{"level":"info","message":"hello"}'),
  esModule('openai', "import OpenAI from 'openai';", `(await new OpenAI({ apiKey: 'k', baseURL: ${URL} }).models.retrieve('echo')).echo`, 'GET'),
  esModule('@anthropic-ai/sdk', "import Anthropic from '@anthropic-ai/sdk';", `(await new Anthropic({ apiKey: 'k', baseURL: ${URL} }).models.retrieve('echo')).echo`, 'GET'),
  esModule('date-fns', "import { addDays, formatISO } from 'date-fns';", "formatISO(addDays(new Date(2026, 0, 31), 1), { representation: 'date' })", '2026-02-01'),
  esModule('nanoid', "import { customAlphabet } from 'nanoid';", "customAlphabet('a', 5)()", 'aaaaa'),
  commonJs('jsonwebtoken', "const jwt = require('jsonwebtoken');", "jwt.verify(jwt.sign(change.keys, 'secret', { noTimestamp: true }), 'secret')", { id: 'o-1' }),
  commonJs('aws-xray-sdk-core', "const xray = require('aws-xray-sdk-core');", "new xray.Segment('orders').name", 'orders'),
  commonJs('stripe', "const Stripe = require('stripe'); const stripe = new Stripe('sk_test_1');", `(({ webhooks }, payload) =>
    webhooks.constructEvent(payload, webhooks.generateTestHeaderString({ payload, secret: 's' }), 's').id)(stripe, '{"id":"evt_1","object":"event"}')`, 'evt_1'),
  commonJs('pg', "const { Client, types } = require('pg');", "[new Client('postgres://me@db.example/shop').database, types.getTypeParser(23)('42')]", ['shop', 42]),
  commonJs('ioredis', "const Redis = require('ioredis').default ?? require('ioredis');", "new Redis('redis://cache.example:7000', { lazyConnect: true }).options.port", 7000),
  esModule('@aws-sdk/client-eventbridge', "import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';",
    "(await new EventBridgeClient({}).send(new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 't', Detail: '{}' }] }))).FailedEntryCount", 0),
  commonJs('__dirname and a built-in by name', "const path = require('path'); const name = ['o', 's'].join('');", '[path.join(__dirname, path.basename(__filename)) === __filename, typeof require(name).EOL]', [true, 'string']),
  esModule('JSON', "import table from './table.json';", 'table.vat', 19),
];

/** What plain NodejsFunction leaves undefined. */
export const META: PackageEntry = esModule('import.meta',
  "import { createRequire } from 'node:module'; import { dirname } from 'node:path'; import { fileURLToPath } from 'node:url'; const require2 = createRequire(import.meta.url);",
  '[typeof require2(\'node:os\').EOL, dirname(fileURLToPath(import.meta.url)) === import.meta.dirname, fileURLToPath(import.meta.url) === import.meta.filename]', ['string', true, true]);

/** What only an ES module can do, with packages that are CommonJS and use `__dirname` and `require` of built-ins. */
export const TOP_LEVEL_AWAIT: PackageEntry = {
  format: OutputFormat.ESM,
  ...esModule(
    'top-level await',
    `import fetch from 'node-fetch-2'; import winston from 'winston'; import jwt from 'jsonwebtoken'; const answer = await (await fetch(${URL} + '/echo')).json();`,
    '[answer, typeof winston.createLogger, typeof jwt.sign, typeof __dirname]',
    [ECHO, 'function', 'function', 'string'],
  ),
};
