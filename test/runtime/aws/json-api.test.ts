import { json, LocalService, Respond } from './server';
import { JsonApi } from '../../../src/runtime/aws/json-api';
import { isTransient } from '../../../src/runtime/ledger/transient';

const TARGET = 'AmazonSQS.SendMessageBatch';

jest.mock('../../../src/runtime/aws/load-sdk', () => ({
  // Jest's modules know no dynamic import.
  loadSdk: async () => [jest.requireActual('@aws-sdk/client-dynamodb'), jest.requireActual('@aws-sdk/lib-dynamodb')],
}));

let service: LocalService;
let api: JsonApi;
let now = Date.now();
const before = { ...process.env };

async function start(respond: Respond): Promise<void> {
  service = await LocalService.start(respond);
  api = new JsonApi({ service: 'sqs', region: 'us-east-1', endpoint: service.endpoint, now: () => now });
}

beforeEach(() => {
  now = Date.now();
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'first', AWS_SECRET_ACCESS_KEY: 'secret' });
  delete process.env.AWS_SESSION_TOKEN;
});

afterEach(async () => {
  process.env = { ...before };
  await service?.stop();
  await api?.close();
});

const refused = () => api.call(TARGET, '{}').then(() => undefined, (error: Error) => error);
const keyOf = (header: string | undefined) => /Credential=([^/]+)/.exec(header ?? '')?.[1];

describe('answers', () => {
  test('a large answer in pieces and text beyond ASCII arrive as they were sent', async () => {
    const large = { text: 'd\u00e9j\u00e0 \u{1F600} '.repeat(50_000) };
    await start((_received, response) => json(response, large));
    expect(await api.call(TARGET, JSON.stringify({ text: '\u{1F600}' }))).toEqual(large);
    expect(service.received[0]).toMatchObject({ target: TARGET, body: '{"text":"\u{1F600}"}' });
  });

  test.each<[string, number, string, string, boolean]>([
    ['a throttle', 400, '{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}', 'ThrottlingException', false],
    ['throttled capacity', 400, '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}', 'ProvisionedThroughputExceededException', false],
    ['too many requests', 400, '{"__type":"com.amazonaws.dynamodb.v20120810#RequestLimitExceeded"}', 'RequestLimitExceeded', false],
    ['a failure of the service', 500, '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}', 'InternalServerError', false],
    ['a service that is down', 503, '<html>Service Unavailable</html>', 'Status503', false],
    ['a transaction in the way', 400, '{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException"}', 'TransactionConflictException', false],
    ['missing permission', 400, '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}', 'AccessDeniedException', true],
    ['a missing table', 400, '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}', 'ResourceNotFoundException', true],
    ['a name with an address', 400, '{"__type":"ValidationException:http://internal.amazon.com/"}', 'ValidationException', true],
    ['an expired token', 400, '{"__type":"com.amazon.coral.service#ExpiredTokenException"}', 'ExpiredTokenException', true],
  ])('%s is told by its name, and is final: %#', async (_what, status, body, name, final) => {
    await start((_received, response) => void response.writeHead(status).end(body));
    const error = await refused();
    expect([error?.name, isTransient(error) === false]).toEqual([name, final]);
    expect(service.received).toHaveLength(1);
  });

  test.each(['message', 'Message'])('what a service says in %p is the error\'s message', async (member) => {
    await start((_received, response) => json(response, { __type: 'AccessDeniedException', [member]: 'not yours' }, 400));
    expect((await refused())?.message).toBe('not yours');
  });

  test('an answer that is cut off is an error that can be tried again', async () => {
    await start((_received, response) => void response.writeHead(200, { 'content-length': 100 }).write('{"a":', () => response.destroy()));
    const error = await refused();
    expect([error?.name, isTransient(error) === false]).toEqual(['ConnectionError', false]);
  });

  test('an answer that is no JSON is an error that can be tried again', async () => {
    await start((_received, response) => void response.writeHead(200).end('<html>'));
    const error = await refused();
    expect([error?.name, isTransient(error) === false]).toEqual(['SyntaxError', false]);
  });
});

describe('connections', () => {
  test('one connection serves requests that come one after another', async () => {
    await start((_received, response) => json(response, {}));
    for (let count = 0; count < 20; count += 1) await api.call(TARGET, '{}');
    // The pool may take a second one while it still looks at the end of an answer.
    expect(service.connections).toBeLessThanOrEqual(2);
  });

  test('requests at the same time do not wait for each other', async () => {
    const waiting: (() => void)[] = [];
    await start((_received, response) => {
      waiting.push(() => json(response, {}));
      if (waiting.length === 8) for (const answer of waiting) answer();
    });
    await Promise.all(Array.from({ length: 8 }, () => api.call(TARGET, '{}')));
    expect(service.connections).toBe(8);
  });

  test('a connection closed before it answered costs a second try on another one, and no error', async () => {
    await start(({ connection }, response, socket) => (connection === 1 ? socket.resetAndDestroy() : json(response, { ok: true })));
    expect(await api.call(TARGET, '{}')).toEqual({ ok: true });
    expect(service.received.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  test('connections that were closed while the process was frozen cost no error, however many there were', async () => {
    let parallel: (() => void)[] = [];
    await start((_received, response) => {
      parallel.push(() => json(response, {}));
      if (parallel.length === 6) parallel.forEach((answer) => answer());
    });
    await Promise.all(Array.from({ length: 6 }, () => api.call(TARGET, '{}')));
    parallel = [];
    // WHEN all are gone, without this process having had the time to notice
    service.dropConnections();
    await Promise.all(Array.from({ length: 6 }, () => api.call(TARGET, '{}')));
    // THEN
    expect(service.received).toHaveLength(12);
  });

  test('a connection that rested for long is not used again', async () => {
    await start((_received, response) => json(response, {}));
    for (let count = 0; count < 5; count += 1) await api.call(TARGET, '{}');
    const old = service.connections;
    now += 20_001;
    await api.call(TARGET, '{}');
    expect(service.received.at(-1)!.connection).toBeGreaterThan(old);
  });

  test('a service that closes every connection is an error that can be tried again', async () => {
    await start((_received, _response, socket) => void socket.resetAndDestroy());
    const error = await refused();
    expect(isTransient(error) === false).toBe(false);
    expect(service.received).toHaveLength(2);
  });

  test('a service that is not there is an error that can be tried again', async () => {
    await start((_received, response) => json(response, {}));
    await service.stop();
    const error = await refused();
    expect([error?.name, isTransient(error) === false]).toEqual(['Error', false]);
    await start((_received, response) => json(response, {}));
  });

  test('no answer is a time-out that ends the connection, after which other requests are answered', async () => {
    let ended: Promise<unknown> | undefined;
    await start((_received, response) => {
      if (service.received.length > 1) json(response, {});
      else ended = new Promise((resolve) => response.on('close', resolve));
    });
    const error = await refused();
    expect([error?.name, isTransient(error) === false]).toEqual(['TimeoutError', false]);
    await ended;
    expect(await api.call(TARGET, '{}')).toEqual({});
  });
});

describe('the clock', () => {
  const HOUR = 60 * 60 * 1000;
  const skewed = (name: string): Respond => ({ headers }, response) => {
    const [, y, m, d, h, min, s] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(headers['x-amz-date']))!;
    const apart = Math.abs(Date.parse(`${y}-${m}-${d}T${h}:${min}:${s}Z`) - Date.now());
    if (apart > 5 * 60 * 1000) json(response, { __type: `com.amazon.coral.service#${name}` }, 400);
    else json(response, {});
  };

  test.each(['InvalidSignatureException', 'RequestExpired', 'RequestTimeTooSkewed'])('a clock that is an hour behind is corrected after %s, once for all', async (name) => {
    await start(skewed(name));
    now -= HOUR;
    await api.call(TARGET, '{}');
    await api.call(TARGET, '{}');
    expect(service.received).toHaveLength(3);
  });

  test('a wrong clock costs requests at the same time a second try each, and no error', async () => {
    await start(skewed('RequestExpired'));
    now -= HOUR;
    await Promise.all(Array.from({ length: 10 }, () => api.call(TARGET, '{}')));
    expect(service.received).toHaveLength(20);
  });

  test('a clock that was corrected and then set right is corrected again', async () => {
    await start(skewed('RequestExpired'));
    now += HOUR;
    await api.call(TARGET, '{}');
    now -= HOUR;
    await api.call(TARGET, '{}');
    expect(service.received).toHaveLength(4);
  });

  test('a wrong signature under a right clock is refused at once', async () => {
    await start((_received, response) => json(response, { __type: 'com.amazon.coral.service#InvalidSignatureException' }, 400));
    expect((await refused())?.name).toBe('InvalidSignatureException');
    expect(service.received).toHaveLength(1);
  });

  test('what is refused for another reason is not tried again, whatever the clock says', async () => {
    await start((_received, response) => json(response, { __type: 'com.amazon.coral.service#AccessDeniedException' }, 400));
    now -= HOUR;
    await refused();
    expect(service.received).toHaveLength(1);
  });
});

describe('credentials', () => {
  test('those in the environment are read for each request', async () => {
    await start((_received, response) => json(response, {}));
    await api.call(TARGET, '{}');
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'second', AWS_SESSION_TOKEN: 'token' });
    await api.call(TARGET, '{}');
    process.env.AWS_SESSION_TOKEN = 'renewed';
    await api.call(TARGET, '{}');
    expect(service.received.map(({ headers }) => [keyOf(headers.authorization), headers['x-amz-security-token']])).toEqual([
      ['first', undefined], ['second', 'token'], ['second', 'renewed'],
    ]);
  });

  test('where the environment holds none, the SDK finds them: here a container\'s', async () => {
    await start((_received, response) => json(response, {}));
    const container = await LocalService.start((_received, response) => json(response, {
      AccessKeyId: 'container', SecretAccessKey: 'secret', Token: 'token', Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    }));
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) delete process.env[name];
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1', AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.endpoint}/credentials`, AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    });
    try {
      await api.call(TARGET, '{}');
      await api.call(TARGET, '{}');
      expect(service.received.map(({ headers }) => keyOf(headers.authorization))).toEqual(['container', 'container']);
      expect(container.received).toHaveLength(1);
    } finally {
      await container.stop();
    }
  });
});
