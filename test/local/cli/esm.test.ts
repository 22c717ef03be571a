import { spawnSync } from 'child_process';
import { join } from 'path';
import { parseEsmCase } from '../../../src/local/cli/esm-case';
import { EsmResult, runEsmCase } from '../../../src/local/cli/esm-run';

function esm(esmCase: object): EsmResult {
  return runEsmCase(parseEsmCase(JSON.stringify(esmCase)));
}

const records = (count: number, fields: object = {}) => Array.from({ length: count }, (_, index) => ({ ordinal: index + 1, key: 'a', ...fields }));
const exhausted = (ordinals: number[], approximateInvokeCount: number) =>
  ({ condition: 'RetryAttemptsExhausted', records: ordinals, approximateInvokeCount });

describe('the recorded traces: four records of one key, record 2 bad', () => {
  test.each([
    {
      row: 'report partial failures, retries 1',
      mapping: { reportBatchItemFailures: true, retryAttempts: 1 },
      mode: 'report',
      invocations: [[1, 2, 3, 4], [2, 3, 4], [2, 3, 4]],
      destination: [exhausted([2, 3, 4], 2)],
    },
    {
      row: 'report + bisect, retries 1',
      mapping: { reportBatchItemFailures: true, bisect: true, retryAttempts: 1 },
      mode: 'report',
      invocations: [[1, 2, 3, 4], [2, 3, 4], [2], [2], [3, 4]],
      destination: [exhausted([2], 2)],
    },
    {
      row: 'throw, no bisect, retries 2',
      mapping: { retryAttempts: 2 },
      mode: 'throw',
      invocations: [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]],
      destination: [exhausted([1, 2, 3, 4], 3)],
    },
    {
      row: 'throw + bisect, retries 1',
      mapping: { bisect: true, retryAttempts: 1 },
      mode: 'throw',
      invocations: [[1, 2, 3, 4], [1, 2], [1], [2], [2], [3, 4]],
      destination: [exhausted([2], 2)],
    },
  ])('$row', ({ mapping, mode, invocations, destination }) => {
    expect(esm({ mapping, records: records(4), handler: { bad: [2], mode } })).toEqual({ invocations, destination, dropped: [] });
  });

  test('LATEST: a record written 70 s after enabling is never delivered', () => {
    const latest = { startingPosition: 'LATEST', enabledAtSeconds: 5 };
    const written = [{ atSeconds: 0 }, { atSeconds: 75 }, { atSeconds: 76 }];
    expect(esm({ mapping: latest, records: written })).toEqual({ invocations: [[3]], destination: [], dropped: [1, 2] });
  });
});

describe('the rules fitted to them', () => {
  test('several poisons: each half has a budget of its own', () => {
    const result = esm({ mapping: { bisect: true, retryAttempts: 1 }, records: records(5), handler: { bad: [2, 4], mode: 'throw' } });
    expect(result.invocations).toEqual([[1, 2, 3, 4, 5], [1, 2], [1], [2], [2], [3, 4, 5], [3], [4, 5], [4], [4], [5]]);
    expect(result.destination).toEqual([exhausted([2], 2), exhausted([4], 2)]);
  });

  test('splitting needs no retries at all', () => {
    const result = esm({ mapping: { bisect: true, retryAttempts: 0 }, records: records(3), handler: { bad: [3], mode: 'throw' } });
    expect(result.invocations).toEqual([[1, 2, 3], [1], [2, 3], [2], [3]]);
    expect(result.destination).toEqual([exhausted([3], 1)]);
  });

  test('a checkpoint that moves forward resets the budget', () => {
    const result = esm({
      mapping: { reportBatchItemFailures: true, retryAttempts: 1 },
      records: records(3),
      handler: { failFirst: { 1: 1, 2: 2, 3: 4 }, mode: 'report' },
    });
    expect(result.invocations).toEqual([[1, 2, 3], [1, 2, 3], [2, 3], [3], [3]]);
    expect(result.destination).toEqual([]);
  });

  test('the lowest reported record is the checkpoint', () => {
    const result = esm({
      mapping: { reportBatchItemFailures: true, retryAttempts: 0 },
      records: records(4),
      handler: { bad: [4, 2], mode: 'report' },
    });
    expect(result).toEqual({ invocations: [[1, 2, 3, 4], [2, 3, 4]], destination: [exhausted([2, 3, 4], 1)], dropped: [] });
  });

  test.each(['emptyIdentifier', 'unknownIdentifier', 'reportAll'])('%s fails the whole batch', mode => {
    const result = esm({ mapping: { reportBatchItemFailures: true, retryAttempts: 1 }, records: records(3), handler: { bad: [3], mode } });
    expect(result).toEqual({ invocations: [[1, 2, 3], [1, 2, 3]], destination: [exhausted([1, 2, 3], 2)], dropped: [] });
  });

  test.each(['report', 'emptyIdentifier', 'unknownIdentifier', 'reportAll'])('without ReportBatchItemFailures %s is ignored', mode => {
    expect(esm({ mapping: { retryAttempts: 1 }, records: records(3), handler: { bad: [2], mode } }))
      .toEqual({ invocations: [[1, 2, 3]], destination: [], dropped: [] });
  });
});

describe('age', () => {
  test('only the records that are too old go to the destination, the rest is invoked', () => {
    const written = [0, 5, 50].map(atSeconds => ({ atSeconds }));
    const result = esm({ mapping: { maxRecordAgeSeconds: 60, enabledAtSeconds: 70 }, records: written });
    expect(result.invocations).toEqual([[3]]);
    expect(result.destination).toEqual([{ condition: 'RecordAgeExceeded', records: [1, 2], approximateInvokeCount: 1 }]);
  });

  test('a poison that may be retried without limit goes to the destination when it is too old', () => {
    const result = esm({ mapping: { maxRecordAgeSeconds: 60 }, records: [{}, { atSeconds: 62 }], handler: { bad: [1], mode: 'throw' } });
    expect(result.destination).toEqual([{ condition: 'RecordAgeExceeded', records: [1], approximateInvokeCount: 1 }]);
    expect(result.invocations[result.invocations.length - 1]).toEqual([2]);
  });

  test('with the defaults a poison blocks its shard until the stream forgets it, and is lost', () => {
    const result = esm({ records: [{}, { atSeconds: 3600 }], handler: { bad: [1], mode: 'throw' } });
    expect(result.dropped).toEqual([1]);
    expect(result.destination).toEqual([]);
    expect(result.invocations.slice(-2)).toEqual([[1], [2]]);
  });

  test('what the stream forgot before the mapping was enabled is lost', () => {
    const written = [0, 1, 2].map(atSeconds => ({ atSeconds }));
    expect(esm({ mapping: { enabledAtSeconds: 86_401, maxRecordAgeSeconds: 86_400 }, records: written }))
      .toEqual({ invocations: [[2, 3]], destination: [], dropped: [1] });
  });
});

describe('batching', () => {
  test('by count', () => {
    expect(esm({ mapping: { batchSize: 2 }, records: records(5) }).invocations).toEqual([[1, 2], [3, 4], [5]]);
  });

  test('by 6 MB of payload', () => {
    expect(esm({ records: records(7, { bytes: 2 * 1024 * 1024 }) }).invocations).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  test('by window', () => {
    const at = [0, 3, 12, 13];
    expect(esm({ mapping: { windowSeconds: 10 }, records: at.map(atSeconds => ({ atSeconds })) }).invocations).toEqual([[1, 2], [3, 4]]);
  });

  test('a full batch does not wait for its window', () => {
    const at = [0, 1, 2];
    expect(esm({ mapping: { windowSeconds: 300, batchSize: 2 }, records: at.map(atSeconds => ({ atSeconds })) }).invocations).toEqual([[1, 2], [3]]);
  });

  test('what arrives during an invocation is batched when it ends', () => {
    const at = [0, 1, 3];
    expect(esm({ records: at.map(atSeconds => ({ atSeconds })), handler: { seconds: 5 } }).invocations).toEqual([[1], [2, 3]]);
  });

  test('parallelization keeps the order of each key and isolates a poison to its lane', () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const given = [...keys, ...keys].map((key, index) => ({ ordinal: index + 1, key }));
    const { invocations, destination } = esm({
      mapping: { parallelizationFactor: 10, retryAttempts: 1, bisect: true }, records: given, handler: { bad: [1], mode: 'throw' },
    });
    expect(destination).toEqual([exhausted([1], 2)]);
    const order = invocations.flat();
    for (let first = 1; first <= keys.length; first += 1) expect(order.indexOf(first)).toBeLessThan(order.indexOf(first + keys.length));
    expect(invocations.length).toBeGreaterThan(2);
  });
});

test('filtered records are neither invoked nor dropped', () => {
  const filters = [JSON.stringify({ dynamodb: { Keys: { key: { S: ['b'] } } } })];
  expect(esm({ mapping: { filters }, records: [{ key: 'a' }, { key: 'b' }] })).toEqual({ invocations: [[2]], destination: [], dropped: [] });
});

test('stops after 10,000 invocations', () => {
  const result = esm({ mapping: { batchSize: 1 }, records: records(10_001) });
  expect(result.truncated).toBe(true);
  expect(result.invocations).toHaveLength(10_000);
  expect(esm({ mapping: { batchSize: 1 }, records: records(10_000) }).truncated).toBeUndefined();
});

describe('fails on a malformed case, naming the place', () => {
  test.each([
    ['unknown field', { records: [], extra: 1 }, 'extra: unknown field'],
    ['unknown nested field', { records: [{ ordinal: 1, size: 3 }] }, 'records.0.size: unknown field'],
    ['no records', {}, 'records: '],
    ['batch size', { mapping: { batchSize: 0 }, records: [] }, 'mapping.batchSize: '],
    ['record age', { mapping: { maxRecordAgeSeconds: 59 }, records: [] }, 'mapping.maxRecordAgeSeconds: expected -1 or an integer from 60 to 604800'],
    ['mode', { records: [], handler: { mode: 'crash' } }, 'handler.mode: '],
    ['filter syntax', { mapping: { filters: ['{'] }, records: [] }, 'mapping.filters.0: '],
    ['filter pattern', { mapping: { filters: ['{"a":[]}'] }, records: [] }, "mapping.filters.0: invalid filter pattern at 'a'"],
    ['ordinal twice', { records: [{ ordinal: 1 }, { ordinal: 1 }] }, 'records.1.ordinal: ordinal 1 is taken'],
    ['failFirst', { records: [], handler: { failFirst: { first: 1 } } }, 'handler.failFirst.first: '],
  ])('%s', (_name, esmCase, message) => {
    expect(() => esm(esmCase)).toThrow(message);
  });

  test('not JSON', () => {
    expect(() => parseEsmCase('{')).toThrow('the case is not JSON');
  });
});

describe('the command', () => {
  const root = join(__dirname, '..', '..', '..');
  const run = (input: string) => spawnSync(process.execPath, [require.resolve('tsx/cli'), join(root, 'src/local/cli/main.ts'), 'esm', '-'],
    { input, encoding: 'utf8', timeout: 30_000 });

  test('prints the result as one line of JSON', () => {
    const { stdout, status } = run(JSON.stringify({ records: records(2) }));
    expect(stdout).toBe('{"invocations":[[1,2]],"destination":[],"dropped":[]}\n');
    expect(status).toBe(0);
  });

  test('fails with status 2 and one message on a malformed case', () => {
    const { stdout, stderr, status } = run('{"records":[{"size":1}]}');
    expect(stderr).toBe('error: the case is malformed:\n  records.0.size: unknown field\n');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});
