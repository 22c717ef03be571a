import * as fc from 'fast-check';
import { LOG_EVENT_BYTES } from '../../../src/contract/limits';
import { ExactNumber, PermanentError } from '../../../src/runtime';
import { readChange } from '../../../src/runtime/change/read-change';
import { logged } from '../../../src/runtime/observe/invocation-log';
import { Logger } from '../../../src/runtime/observe/logger';
import { Harness, record } from '../harness';

const NOW = Date.UTC(2026, 10, 23, 18, 0, 0);
let lines: string[];
const logger = () => new Logger((text) => void lines.push(text), 'INFO', { service: 'Shop', subscriber: 'Test' }, () => NOW);
const OWN = { level: 'INFO', message: 'm', timestamp: '2026-11-23T18:00:00.000Z', service: 'Shop', subscriber: 'Test' };

beforeEach(() => { lines = []; });

/** The one line that was written, whole. */
function line(): { [field: string]: unknown } {
  expect(lines).toHaveLength(1);
  expect(Buffer.byteLength(lines[0])).toBeLessThanOrEqual(LOG_EVENT_BYTES);
  return JSON.parse(lines[0]) as { [field: string]: unknown };
}

const circular: { [name: string]: unknown } = { a: 1 };
circular.self = circular;
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const endless = (): object => ({ get more() { return endless(); } });
const huge = 'x'.repeat(1_000_000);
const throwing = { ok: 1, get bad(): string { throw new Error('no'); } };

describe('what user code logs', () => {
  test.each<[string, unknown, unknown]>([
    ['what contains itself', circular, { a: 1, self: '[circular]' }],
    ['a bigint', { n: 10n ** 20n }, { n: '100000000000000000000' }],
    ['a getter that throws', throwing, { ok: 1, bad: '[unreadable]' }],
    ['a toJSON that throws', { a: { toJSON() { throw new Error('no'); } } }, { a: '[unreadable]' }],
    ['a toJSON that returns itself', { a: { b: 1, toJSON() { return this; } } }, { a: { b: 1 } }],
    ['a revoked proxy', { a: revoked.proxy, b: 1 }, { a: '[unreadable]', b: 1 }],
    ['a symbol', { a: Symbol('s') }, { a: 'Symbol(s)' }],
    ['a function', { a: () => 1 }, { a: '[function]' }],
    ['numbers that JSON does not have', { a: NaN, b: -Infinity }, { a: 'NaN', b: '-Infinity' }],
    ['a date, and one that is none', { a: new Date(0), b: new Date(NaN) }, { a: '1970-01-01T00:00:00.000Z', b: null }],
    ['a set and a map', { a: new Set([1, 2]), b: new Map([['k', 1]]) }, { a: [1, 2], b: [['k', 1]] }],
    ['binary', { a: new Uint8Array([0, 1, 2]) }, { a: 'AAEC' }],
    ['an exact number', { a: new ExactNumber('12345678901234567890') }, { a: '12345678901234567890' }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ['the same object twice', { a: OWN, b: OWN }, { a: OWN, b: OWN }],
    ['nothing', undefined, {}],
    ['text in place of fields', 'text', { fields: 'text' }],
    ['a revoked proxy in place of fields', revoked.proxy, { fields: '[unreadable]' }],
    ['a list in place of fields', [1], { fields: [1] }],
  ])('%s', (_name, fields, expected) => {
    logger().info('m', fields as object);
    expect(line()).toEqual({ ...OWN, ...expected as object });
  });

  test('a field called __proto__ is one of the line', () => {
    logger().info('m', JSON.parse('{"__proto__":{"a":1},"constructor":2}') as object);
    expect(Object.getOwnPropertyDescriptor(line(), '__proto__')?.value).toEqual({ a: 1 });
  });

  test('an error as field and in place of fields: name, message, stack and its causes', () => {
    const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET' });
    const error = new PermanentError('outer', { cause });
    logger().info('m', error);
    expect(line()).toEqual({
      ...OWN,
      error: {
        name: 'PermanentError',
        message: 'outer',
        stack: error.stack,
        cause: { name: 'Error', message: 'inner', code: 'ECONNRESET', stack: cause.stack },
      },
    });
    lines = [];
    logger().info('m', { problem: new AggregateError([new TypeError('one')], 'all') });
    expect(line()).toMatchObject({ problem: { name: 'AggregateError', message: 'all', errors: [{ name: 'TypeError', message: 'one' }] } });
  });

  test('an error that is its own cause', () => {
    const error = new Error('e');
    error.cause = error;
    logger().info('m', { error });
    expect(line()).toMatchObject({ error: { message: 'e', cause: '[circular]' } });
  });

  test('a change, in its JSON form', () => {
    const change = readChange(record('a', { newImage: { n: { N: '12345678901234567890' } } }));
    logger().info('m', { change });
    expect(line().change).toEqual(change.toJSON());
  });

  test('the library\'s fields stay: those that clash stand under `fields`', () => {
    logger().with({ keyHash: 'k' }).info('m', { level: 'X', timestamp: 1, service: 'mine', function_request_id: 'r', subscriber: 'other', keyHash: 'z', fields: 'f', order: 7 });
    expect(line()).toEqual({
      ...OWN,
      keyHash: 'k',
      order: 7,
      fields: { level: 'X', timestamp: 1, service: 'mine', function_request_id: 'r', subscriber: 'other', keyHash: 'z', fields: 'f' },
    });
  });

  test.each<[string, () => unknown]>([
    ['a huge text', () => ({ huge })],
    ['a huge text that JSON escapes', () => ({ huge: '\u0001'.repeat(500_000) })],
    ['a huge text outside ASCII', () => ({ huge: '€'.repeat(500_000) })],
    ['many texts', () => Array.from({ length: 100_000 }, (_, index) => `text ${index}`)],
    ['many fields', () => Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field${index}`, index]))],
    ['huge binary', () => ({ huge: Buffer.alloc(1_000_000) })],
    ['getters without an end', endless],
    ['an iterator without an end', () => Object.assign(new Set(), { * [Symbol.iterator]() { for (;;) yield 1; } })],
    ['deep lists', () => { let deep: unknown = 1; for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]; return { deep }; }],
  ])('a line fits into one event: %s', (_name, fields) => {
    logger().info('m', fields() as object);
    expect(lines[0]).toContain('[cut]');
    expect(line()).toMatchObject(OWN);
  });

  test('a huge message leaves room for the fields', () => {
    logger().info(huge, { order: 7 });
    expect(line()).toMatchObject({ ...OWN, message: expect.stringMatching(/^x+\[cut\]$/), order: 7 });
  });

  test.each<[string, unknown, string]>([
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object', { a: 1 }, '{"a":1}'],
    ['nothing', undefined, ''],
    ['a revoked proxy', revoked.proxy, '[unreadable]'],
  ])('a message that is no text: %s', (_name, message, expected) => {
    logger().info(message as string);
    expect(line().message).toBe(expected);
  });

  test('methods work without the logger', () => {
    const { info, debug } = logger();
    info('m');
    debug('m');
    expect(line()).toEqual(OWN);
  });

  test('never throws, and writes one line of JSON', () => {
    const anything = fc.anything({
      withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true, withTypedArray: true, withSparseArray: true,
    });
    fc.assert(fc.property(anything, (fields) => {
      lines = [];
      logger().info('m', fields as object);
      expect(line()).toMatchObject(OWN);
    }), { numRuns: 500 });
  });
});

test('a handler that logs what cannot be written in JSON is not called again', async () => {
  const harness = new Harness({ handler: (_change, context) => context.logger.info('done', { circular, n: 1n, throwing }) });
  expect(await harness.deliver([record('a')])).toEqual({ failures: [] });
  expect(harness.handlerCalls).toBe(1);
  expect(harness.lines.map((text) => JSON.parse(text) as object)).toContainEqual(expect.objectContaining({ message: 'done', n: '1' }));
});

describe('the lines of an invocation', () => {
  const before = process.env._X_AMZN_TRACE_ID;
  afterEach(() => {
    if (before === undefined) delete process.env._X_AMZN_TRACE_ID;
    else process.env._X_AMZN_TRACE_ID = before;
  });

  test.each([
    ['Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1', { xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793' }],
    ['', {}],
  ])('carry its request id and its trace: %s', (header, trace) => {
    process.env._X_AMZN_TRACE_ID = header;
    logged({ logger: logger() }, { awsRequestId: 'r-1' }).logger.info('m');
    expect(line()).toEqual({ ...OWN, function_request_id: 'r-1', ...trace });
  });
});
